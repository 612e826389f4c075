"""Signing in with a code that is sent to a phone or mail address of the account."""

from collections.abc import Callable

from chassis.http.problem import Problem

from gateway.identity.account import ACTIVE, INVITED, Account
from gateway.identity.code_limits import CodeLimits
from gateway.identity.contacts import MAIL, Contact, Contacts, parse_contact
from gateway.identity.errors import CodeWrong
from gateway.identity.find_account import FindAccount
from gateway.identity.login_names import counted_login
from gateway.identity.one_time_codes import (
    CodeRequest,
    OneTimeCodes,
    plain_digits,
)
from gateway.identity.security_events import FAILED, OK, SecurityEvents, sign_ins
from gateway.identity.send_code import MAIL as MAIL_CHANNEL
from gateway.identity.send_code import NOBODY, SMS, SendCode, channel_to
from gateway.identity.sign_in import Origin, SignIn, Visitor
from gateway.identity.sign_in_limits import Attempt

SIGN_IN, KIND = "sign-in", "sign-in-code"
WRONG = "验证码不对、已用过或已过期：请核对最近收到的那一条，或重新发送"


class SignInByCode:
    """Two steps: a code is asked for, and answered in the same browser."""

    def __init__(
        self,
        sign_in: SignIn,
        find_account: FindAccount,
        contacts: Contacts,
        codes: OneTimeCodes,
        send_code: SendCode,
        limits: CodeLimits,
        events: SecurityEvents,
        has_sms: Callable[[], bool],
    ) -> None:
        self.sign_in, self.find_account, self.contacts = sign_in, find_account, contacts
        self.codes, self.send_code = codes, send_code
        self.limits, self.events, self.has_sms = limits, events, has_sms

    def ask_code(self, written: str, origin: Origin, ticket: str = "") -> str:
        """A code goes to a contact of the login's account; the ticket to answer under.

        Nothing tells whether there is such an account. Raises TooManyCodes, and the
        Problem of a service that does not answer.
        """
        login = counted_login(written)
        account, has_sms = self.find_account(written), self.has_sms()
        is_known = account is not None and self.sign_in.devices.is_known(
            origin.device, account.id
        )
        device = origin.device if is_known else ""
        counts = self.limits.count_code(Attempt(login, origin.address, device))
        contact = self._contact_for(account, written) if account else None
        asked = CodeRequest(
            SIGN_IN,
            account.id if account and contact else "",
            contact.address if contact else NOBODY,
            login,
            counts,
        )
        # Of nobody it goes as to somebody: what cannot leave would tell who is known.
        usual = channel_to(parse_contact(written)) or SMS if has_sms else MAIL_CHANNEL
        known = self._ticket_of(login, ticket)
        try:
            return self.send_code(asked, KIND, known, channel_for_nobody=usual).ticket
        except Problem:  # nobody got a message
            self.limits.give_back(counts)
            raise

    def answer_code(
        self, ticket: str, written: str, origin: Origin, *, stays: bool = False
    ) -> Visitor:
        """A new login session, and the contact is proven. Raises CodeWrong."""
        taken = self.codes.take_code(ticket, SIGN_IN, plain_digits(written))
        account = self.sign_in.accounts.get(taken.account_id) if taken else None
        if taken is None or account is None or not _may_come_by_code(account):
            sign_ins.labels(FAILED).inc()
            self.events.add_event_once("code-sign-in", FAILED, address=origin.address)
            raise CodeWrong(WRONG)
        self.limits.give_back(taken.taken)
        if self.contacts.prove_contact(account.id, taken.address):
            account = self.sign_in.accounts.change(account.id, _take_up)
        sign_ins.labels(OK).inc()
        self.events.add_event(
            "code-sign-in", OK, address=origin.address, account=account.id
        )
        return self.sign_in.begin_session(account, origin, stays=stays)

    def _ticket_of(self, login: str, ticket: str) -> str:
        """The ticket, if it was given for this login."""
        is_given = ticket and self.codes.is_for(ticket, SIGN_IN, login)
        return ticket if is_given else ""

    def _contact_for(self, account: Account, written: str) -> Contact | None:
        """Where the code goes: to what was written, if codes may go there, else to the
        first contact of the account that they may go to."""
        if not _may_come_by_code(account):
            return None
        usable = self.find_usable_contacts(account)
        asked = parse_contact(written)
        named = [contact for contact in usable if contact.address == asked]
        return next(iter(named or usable), None)

    def find_usable_contacts(self, account: Account) -> list[Contact]:
        """The contacts that codes may go to, those that are proven first.

        Who has taken up the account without anybody attesting it is written to only
        where the person has proven to be: a branch can write any phone down.
        """
        contacts = [
            contact
            for contact in self.find_account.find_contacts(account)
            if contact.kind == MAIL or self.has_sms()
        ]
        is_vouched = account.state == INVITED or bool(account.attested_by)
        if is_vouched and not self.find_account.has_twin_in_use(account):
            return contacts
        if account.email:
            return [c for c in contacts if c.is_proven or c.address == account.email]
        return [contact for contact in contacts if contact.is_proven]


def _may_come_by_code(account: Account) -> bool:
    return account.state in {INVITED, ACTIVE}


def _take_up(account: Account) -> Account:
    if not _may_come_by_code(account):
        raise CodeWrong(WRONG)
    return account.as_taken_up()
