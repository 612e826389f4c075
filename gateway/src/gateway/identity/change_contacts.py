"""A person changes the own phone or mail address, and proves to have it."""

from collections.abc import Callable

from gateway.identity.account import INVITED, Account
from gateway.identity.code_limits import CodeLimits
from gateway.identity.contacts import PHONE, Contact, Contacts, parse_contact
from gateway.identity.errors import CodeWrong, ContactIllegal, ContactTaken
from gateway.identity.find_account import FindAccount
from gateway.identity.one_time_codes import CodeRequest, OneTimeCodes, plain_digits
from gateway.identity.own_password import require_fresh_proof
from gateway.identity.security_events import FAILED, OK, SecurityEvents
from gateway.identity.send_code import SendCode
from gateway.identity.sign_in import Origin, Visitor
from gateway.identity.sign_in_by_code import WRONG

CONTACT, KIND = "contact", "contact-code"
TAKEN = "这个号码或邮箱已是另一个账号的：请在那个账号里去掉它，或联系教务"
NEITHER = "写一个手机号或邮箱：请核对后再试"
WriteContact = Callable[[str, Contact], None]
"""Tells enrollment the new phone or address of a person."""


class ChangeContacts:
    """Two steps: a code goes to the new contact, and is answered in the same session.

    Whoever asks has proven a moment ago to be the one.
    """

    def __init__(
        self,
        contacts: Contacts,
        find_account: FindAccount,
        codes: OneTimeCodes,
        send_code: SendCode,
        limits: CodeLimits,
        events: SecurityEvents,
        write_contact: WriteContact,
    ) -> None:
        self.contacts, self.find_account = contacts, find_account
        self.codes, self.send_code = codes, send_code
        self.limits, self.events = limits, events
        self.write_contact = write_contact

    def ask_code(
        self, visitor: Visitor, written: str, origin: Origin, ticket: str = ""
    ) -> str:
        """A code goes to a contact that is to be the visitor's; the ticket.

        Whether it is another account's is said only to who has answered the code.
        Raises ProofNeeded, ContactIllegal, TooManyCodes, and notify's Problem.
        """
        account = require_fresh_proof(visitor)
        address = parse_contact(written)
        if not address:
            raise ContactIllegal(NEITHER)
        self.limits.count_new_contact(account.id, address)
        asked = CodeRequest(CONTACT, account.id, address)
        return self.send_code(asked, KIND, self._ticket_of(asked, ticket)).ticket

    def answer_code(
        self, visitor: Visitor, ticket: str, written: str, origin: Origin
    ) -> Contact:
        """The contact is the visitor's, and takes the place of the one of its kind.

        Raises ProofNeeded, CodeWrong, ContactTaken, and the Problem of enrollment if it
        does not answer; then nothing is changed.
        """
        account = require_fresh_proof(visitor)
        taken = self.codes.take_code(ticket, CONTACT, plain_digits(written))
        if taken is None or taken.account_id != account.id:
            self._record_event(FAILED, account, origin)
            raise CodeWrong(WRONG)
        contact = Contact(taken.address, is_proven=True)
        if not self.contacts.prove_contact(account.id, contact.address):
            raise ContactTaken(TAKEN)
        if account.person_id:
            self.write_contact(account.person_id, contact)
        self._give_up_old(account, contact)
        self.find_account.accounts.change(account.id, _end_attesting)
        self._record_event(OK, account, origin)
        return contact

    def _give_up_old(self, account: Account, contact: Contact) -> None:
        """Others of the kind are the account's no longer, nor is a phone its login."""
        for old in self.contacts.find_by_account(account.id):
            if old.kind == contact.kind and old.address != contact.address:
                self.contacts.delete_contact(account.id, old.address)
        if contact.kind == PHONE and parse_contact(account.login) == account.login:
            self.find_account.accounts.change_login(account.id, contact.address)

    def find_contacts(self, account: Account) -> list[Contact]:
        """The contacts of an account, those that are proven first."""
        return self.find_account.find_contacts(account)

    def _ticket_of(self, asked: CodeRequest, ticket: str) -> str:
        return ticket if ticket and self.codes.get_request(ticket) == asked else ""

    def _record_event(self, outcome: str, account: Account, origin: Origin) -> None:
        self.events.add_event(
            "contact-changed", outcome, address=origin.address, who=account.id
        )


def _end_attesting(account: Account) -> Account:
    """Nobody need vouch for who proved a contact, nor is what a branch wrote good."""
    is_vouched = account.attested_by or account.state == INVITED
    return account.as_taken_up() if is_vouched else account
