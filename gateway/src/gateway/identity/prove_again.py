"""Whoever is signed in proves once more to be the one, by a one-time code."""

from gateway.identity.account import Account
from gateway.identity.code_limits import CodeLimits
from gateway.identity.contacts import Contact
from gateway.identity.errors import CodeWrong, NoAddress
from gateway.identity.login_sessions import LoginSessions
from gateway.identity.one_time_codes import CodeRequest, OneTimeCodes, plain_digits
from gateway.identity.security_events import FAILED, OK, SecurityEvents
from gateway.identity.send_code import SendCode
from gateway.identity.sign_in import Origin, Visitor, account_of
from gateway.identity.sign_in_by_code import WRONG, SignInByCode
from gateway.identity.sign_in_limits import Attempt

PROOF, KIND = "proof", "sign-in-code"
NOWHERE = "这个账号还没有验证过的手机或邮箱：请用密码证明，或联系所在单位"


class ProveAgain:
    """Two steps: a code goes to a contact of the account, and is answered here."""

    def __init__(
        self,
        by_code: SignInByCode,
        sessions: LoginSessions,
        codes: OneTimeCodes,
        send_code: SendCode,
        limits: CodeLimits,
        events: SecurityEvents,
    ) -> None:
        self.by_code, self.sessions = by_code, sessions
        self.codes, self.send_code = codes, send_code
        self.limits, self.events = limits, events

    def find_contact(self, account: Account) -> Contact | None:
        """Where a code for this account goes, or None."""
        return next(iter(self.by_code.find_usable_contacts(account)), None)

    def ask_code(self, visitor: Visitor, origin: Origin) -> tuple[str, Contact]:
        """The ticket of the code that was sent, and where it went.

        Raises NoAddress, TooManyCodes, SignInRefused, and notify's Problem.
        """
        account = account_of(visitor)
        contact = self.find_contact(account)
        if contact is None:
            raise NoAddress(NOWHERE)
        self.limits.count_code(Attempt(account.login, origin.address, account.id))
        asked = CodeRequest(PROOF, account.id, contact.address)
        return self.send_code(asked, KIND).ticket, contact

    def answer_code(
        self, visitor: Visitor, ticket: str, written: str, origin: Origin
    ) -> None:
        """The session is proven anew. Raises CodeWrong, SignInRefused."""
        account = account_of(visitor)
        taken = self.codes.take_code(ticket, PROOF, plain_digits(written))
        is_right = taken is not None and taken.account_id == account.id
        outcome = OK if is_right else FAILED
        self.events.add_event(
            "proven-again", outcome, address=origin.address, who=account.id
        )
        if not is_right:
            raise CodeWrong(WRONG)
        self.sessions.note_proof(visitor.token)
