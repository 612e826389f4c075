"""The account that a login means: a name, a phone, an address, a member number."""

from collections.abc import Callable, Mapping, Sequence

from gateway.identity.account import ACTIVE, Account, plain_login
from gateway.identity.account_store import StoredAccounts
from gateway.identity.contacts import MAIL, PHONE, Contact, Contacts, parse_contact
from gateway.identity.login_names import split_member

LONGEST_LOGIN = 254
"""A mail address is the longest."""
NOBODY = "nobody"
"""An id that no person has: it is looked for as well, so that time tells nothing."""
PersonOfMember = Callable[[str, str], str]
"""The person of a branch (id or full name) and member number; empty for nobody."""

FindGroup = Callable[[str], Sequence[str]]
"""A person's id → those of all records of the same human, the survivor first."""
FindGroups = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]
"""The same for many people, by person."""
HasTwin = Callable[[Account], bool]
"""Whether the same human has taken up another account, that of a merged record."""


def has_no_twin(account: Account) -> bool:
    """Where nobody was ever merged."""
    return False


def find_all_lone(person_ids: Sequence[str]) -> dict[str, Sequence[str]]:
    """The same for many."""
    return {id_: (id_,) for id_ in person_ids}


def find_lone(person_id: str) -> Sequence[str]:
    """Where nobody was ever merged."""
    return (person_id,)


class FindAccount:
    """Finds accounts by whatever a person remembers. It says nothing to strangers.

    A phone may be one account's login, as a branch wrote it down, and another's proven
    contact: then it is the other's.
    """

    def __init__(
        self,
        accounts: StoredAccounts,
        contacts: Contacts,
        person_of_member: PersonOfMember,
    ) -> None:
        self.accounts, self.contacts = accounts, contacts
        self.person_of_member = person_of_member
        self.find_group: FindGroup = find_lone
        self.find_groups: FindGroups = find_all_lone

    def __call__(self, written: str) -> Account | None:
        """The account, or None. Raises the Problem of enrollment for a member number
        while it does not answer."""
        written = written[: LONGEST_LOGIN + 1]  # which nobody has
        if named := split_member(written):
            return self._of_member(*named)
        login = plain_login(written)
        owner = self.contacts.get_owner(login)
        by_login = self.accounts.get_by_login(login)
        if owner.account_id and (owner.is_proven or by_login is None):
            return self.accounts.get(owner.account_id)
        return by_login

    def has_twin_in_use(self, account: Account) -> bool:
        """Whether the same human, whose records were merged, has taken up another
        account: then what a branch wrote down or prints opens this one no more, for
        with either one is the survivor."""
        group = self.find_group(account.person_id) if account.person_id else ()
        if len(group) < 2:
            return False
        return any(
            twin.state == ACTIVE and not twin.attested_by
            for twin in self.accounts.find_by_people(group)
            if twin.id != account.id
        )

    def find_contacts(self, account: Account) -> list[Contact]:
        """The contacts of an account, those that are proven first.

        A phone that is the login, and where letters to a member of the college go, are
        contacts too, though nobody has proven them yet; not what another has proven.
        """
        known = self.contacts.find_by_account(account.id)
        login = Contact(account.login)
        written = [account.email] if account.email else []
        if login.kind == PHONE and parse_contact(account.login) == account.login:
            written.insert(0, account.login)
        there = {contact.address for contact in known}
        return known + [
            Contact(address)
            for address in written
            if address not in there and not self._is_of_another(account, address)
        ]

    def _is_of_another(self, account: Account, address: str) -> bool:
        owner = self.contacts.get_owner(address)
        return owner.is_proven and owner.account_id != account.id

    def prove_written(self, account: Account) -> None:
        """The person followed what was sent: to the mail address if there is one, else
        to the phone."""
        contacts = self.contacts.find_by_account(account.id)
        mails = [contact for contact in contacts if contact.kind == MAIL]
        for contact in mails or contacts:
            self.contacts.prove_contact(account.id, contact.address)

    def _of_member(self, branch: str, member_no: str) -> Account | None:
        branch, member_no = branch.strip(), member_no.strip()
        if not branch or not member_no:
            return None
        person = self.person_of_member(branch, member_no)
        found = self.accounts.find_by_people([person or NOBODY])
        return next(iter(found), None)
