"""A half login session becomes a whole one; a passkey alone begins a whole one."""

from gateway.identity.account import RESET, Account
from gateway.identity.errors import AccountDisabled, Refusal, SignInRefused
from gateway.identity.security_events import OK, REFUSED, sign_ins
from gateway.identity.sign_in import Origin, SignIn, Visitor
from gateway.second_factor.errors import (
    PasskeyRefused,
    SecondFactorNeeded,
    SecondFactorUnset,
)
from gateway.second_factor.factors import SecondFactors
from gateway.second_factor.passkey_ceremonies import WRONG
from gateway.second_factor.prove_second import ProveSecond

NEEDED = "密码对了，还要两步验证：把验证器的 6 位码或一个恢复码放进 second 再送一次"
UNSET = "这个账号要先设置两步验证：请用浏览器登录一次，按页面设置"
AGAIN = "登录已过期：请重新登录"
STOPPED = "这个账号已停用：请联系所在单位或教务"
AS_SECOND, ALONE = "second", "sign-in"
"""What a challenge is for."""


class FinishSignIn:
    """The way from a first proof to a login session where a second is due."""

    def __init__(self, sign_in: SignIn, prove: ProveSecond) -> None:
        self.sign_in, self.prove = sign_in, prove

    def get_factors(self, half: Visitor) -> SecondFactors:
        """What the account has to prove itself by. Raises SignInRefused for a session
        that is not half."""
        return self.prove.parts.factors.get(_account_of(half).id)

    def offer_passkeys(self, half: Visitor) -> str:
        """What a browser is asked to use a passkey by; empty where there is none."""
        known = self.get_factors(half).passkeys
        if not known:
            return ""
        challenge = self.prove.parts.challenges.create_challenge(
            AS_SECOND, half.session
        )
        return self.prove.parts.ceremonies.offer_use(known, challenge)

    def offer_sign_in(self) -> str:
        """What a browser is asked to sign in by with a passkey alone."""
        challenge = self.prove.parts.challenges.create_challenge(ALONE, "")
        return self.prove.parts.ceremonies.offer_use((), challenge)

    def finish_by_code(self, half: Visitor, written: str, origin: Origin) -> Visitor:
        """The whole session. Raises SignInRefused, SecondFactorRefused,
        SecondTooOften."""
        self.prove.prove_code(_account_of(half).id, written, origin)
        return self.sign_in.finish_session(half, origin)

    def finish_by_passkey(self, half: Visitor, text: str, origin: Origin) -> Visitor:
        """The whole session. Raises SignInRefused, PasskeyRefused."""
        account = _account_of(half)
        self.prove.prove_passkey(account.id, text, AS_SECOND, half.session, origin)
        return self.sign_in.finish_session(half, origin)

    def finish_script(self, half: Visitor, second: str, origin: Origin) -> Visitor:
        """The whole session of a script that sent the second code with its first proof.

        A script has no use for a half one, so that is over whatever comes. Raises
        SecondFactorNeeded, SecondFactorUnset, SecondFactorRefused, SecondTooOften.
        """
        if half.half_of is None:
            return half
        try:
            if not self.get_factors(half).has_any:
                raise SecondFactorUnset(UNSET)
            if not second:
                raise SecondFactorNeeded(NEEDED)
            return self.finish_by_code(half, second, origin)
        except Refusal:
            self.sign_in.sessions.delete_session(half.token)
            raise

    def sign_in_by_passkey(self, text: str, origin: Origin) -> Visitor:
        """The whole session of whoever has a passkey of the site: it is had, and its
        finger, face or PIN was asked for. Whom the college reset follows the letter
        first. Raises PasskeyRefused, AccountDisabled, TooManyTries."""
        limits = self.sign_in.limits
        taken = limits.count_code(origin.address)
        claimed = self.prove.parts.ceremonies.read_answer(text).account_id
        account = self.sign_in.accounts.get(claimed) if claimed else None
        if account is None or account.state == RESET:
            raise PasskeyRefused(WRONG)
        self.prove.prove_passkey(account.id, text, ALONE, "", origin)
        limits.give_back(taken)
        outcome = REFUSED if account.is_disabled else OK
        sign_ins.labels(outcome).inc()
        self.prove.events.add_event(
            "sign-in", outcome, address=origin.address, account=account.id
        )
        if account.is_disabled:
            raise AccountDisabled(STOPPED)
        return self.sign_in.begin_session(account, origin, is_second_proven=True)


def _account_of(half: Visitor) -> Account:
    if half.half_of is None:
        raise SignInRefused(AGAIN)
    return half.half_of
