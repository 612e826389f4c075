"""Whose account a provider's claims mean: by number or phone, never by name."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from fields import Illegal
from fields.codes import plain_member_number, plain_phone

from gateway.identity.account import (
    ACTIVE,
    DISABLED,
    INVITED,
    RESET,
    TRAINEE,
    Account,
)
from gateway.identity.errors import (
    AccountDisabled,
    ConnectFirst,
    MatchesElsewhere,
    MatchesNobody,
    MatchesSeveral,
)
from gateway.identity.invite_people import Invitee, InvitePeople
from gateway.identity.providers.port import ProviderClaims
from gateway.identity.providers.settings import (
    MEMBER_NUMBER,
    PHONE,
    ProviderSettings,
)
from gateway.identity.sign_in import STOPPED

NOBODY = "没有与这个登录相符的学员：请所在单位核对会员号或手机号，或先用密码登录再连接"
SEVERAL = "与这个登录相符的学员不止一位：请联系所在单位或教务"
ELSEWHERE = "您也在别的单位：请先用密码或激活单登录，再在“登录方式”里连接"
CONNECT = "这个账号要先用密码登录，再在“登录方式”里连接"


class PeopleByClaims(Protocol):
    """Who is in the tree, as enrollment knows them."""

    def find_person_ids(
        self, *, branch_id: str, member_no: str, phone: str
    ) -> Sequence[str]:
        """The persons of this member number in this branch, and those of this phone;
        what is empty finds nobody."""

    def find_branch_path(self, branch_id: str) -> Sequence[str]:
        """The branch and those above it, root first; empty if there is none."""


class MatchAccount:
    """Matches claims with a person, and opens the account where there is none.

    A provider speaks for the branch that runs it: only for people whom that branch and
    those below it hold alone. Claims never open an account that does more than learn.
    """

    def __init__(self, directory: PeopleByClaims, people: InvitePeople) -> None:
        self.directory, self.people = directory, people

    def __call__(self, provider: ProviderSettings, claims: ProviderClaims) -> Account:
        """The account that these claims mean.

        Raises MatchesNobody, MatchesSeveral, MatchesElsewhere, ConnectFirst,
        AccountDisabled, and the Problem of a service that does not answer.
        """
        persons = sorted(set(self._find_persons(provider, claims)))
        invitees = [
            invitee
            for invitee in self.people.find_invitees(persons)
            if _speaks_for(provider, invitee)
        ]
        if len(invitees) > 1:
            raise MatchesSeveral(SEVERAL)
        if not invitees:
            raise MatchesNobody(NOBODY)
        [invitee] = invitees
        _require_alone(provider, invitee)
        known = self.people.find_accounts([invitee.person_id]).get(invitee.person_id)
        account = known or self.people.open_account(invitee)
        if account is None:
            raise MatchesNobody(NOBODY)
        require_learner(account)
        self._require_own_claim(provider, claims, account)
        return account

    def take_up(
        self, provider: ProviderSettings, claims: ProviderClaims, account: Account
    ) -> Account:
        """The account of whoever the college's own provider let in: it is in use, and
        the phone is proven, so what a branch writes down opens it no more. A branch's
        provider proves no more than that branch vouches for."""
        if provider.branch:
            return account
        if phone := self._phone_of(provider, claims):
            self.people.contacts.prove_contact(account.id, phone)
        return self.people.accounts.change(account.id, _as_taken_up)

    def _require_own_claim(
        self, provider: ProviderSettings, claims: ProviderClaims, account: Account
    ) -> None:
        """A phone that a branch wrote down opens no account in use: a branch can write
        any. Raises ConnectFirst."""
        is_in_use = account.state == ACTIVE and not account.attested_by
        if provider.branch or not (is_in_use or self.people.has_twin_in_use(account)):
            return
        owner = self.people.contacts.get_owner(self._phone_of(provider, claims))
        if owner.is_proven and owner.account_id == account.id:
            return
        by_number = self._find_persons(provider, replace(claims, phone=""))
        if account.person_id not in by_number:
            raise ConnectFirst(CONNECT)

    def require_still_within(
        self, provider: ProviderSettings, account: Account
    ) -> None:
        """A link that claims made holds while its branch holds the person alone.

        Raises MatchesNobody, MatchesElsewhere, ConnectFirst.
        """
        require_learner(account)
        if not provider.branch:
            return
        invitee = next(iter(self.people.find_invitees([account.person_id])), None)
        if invitee is None or not _speaks_for(provider, invitee):
            raise MatchesNobody(NOBODY)
        _require_alone(provider, invitee)

    def _find_persons(
        self, provider: ProviderSettings, claims: ProviderClaims
    ) -> Sequence[str]:
        """The persons whom all claims that count here fit, taken together."""
        number = branch = ""
        if MEMBER_NUMBER in provider.match:
            branch = self._branch_of(provider, claims)
            number = _plain(plain_member_number, claims.member_no) if branch else ""
        phone = self._phone_of(provider, claims)
        if not (number or phone):
            return ()
        return self.directory.find_person_ids(
            branch_id=branch, member_no=number, phone=phone
        )

    def _phone_of(self, provider: ProviderSettings, claims: ProviderClaims) -> str:
        """The phone that was proven there, if phones are to count; or empty."""
        is_to_count = PHONE in provider.match
        return _plain(plain_phone, claims.phone) if is_to_count else ""

    def _branch_of(self, provider: ProviderSettings, claims: ProviderClaims) -> str:
        """The branch that a member number counts in; empty for a foreign one."""
        if not provider.claims.branch:
            return provider.branch
        if not claims.branch_id or not provider.branch:
            return claims.branch_id
        path = self.directory.find_branch_path(claims.branch_id)
        return claims.branch_id if provider.branch in path else ""


def require_learner(account: Account) -> None:
    """Claims open only what a trainee's account opens.

    Raises AccountDisabled, and ConnectFirst for an account that does more, or whose
    password the college voided because somebody else may know it.
    """
    if account.state == DISABLED:
        raise AccountDisabled(STOPPED)
    if set(account.roles) != {TRAINEE} or account.state == RESET:
        raise ConnectFirst(CONNECT)


def _as_taken_up(account: Account) -> Account:
    is_vouched = account.attested_by or account.state == INVITED
    return account.as_taken_up() if is_vouched else account


def _speaks_for(provider: ProviderSettings, invitee: Invitee) -> bool:
    """Whether a provider speaks for the person: the college's for all, a branch's for
    whom it holds."""
    branch = provider.branch
    return not branch or any(branch in line for line in invitee.lines)


def _require_alone(provider: ProviderSettings, invitee: Invitee) -> None:
    branch = provider.branch
    if branch and not all(branch in line for line in invitee.lines):
        raise MatchesElsewhere(ELSEWHERE)


def _plain(form: Callable[[str], str], written: str) -> str:
    """A claim in its plain form; empty if it has none, for it fits nobody then."""
    try:
        return form(written) if written else ""
    except Illegal:
        return ""
