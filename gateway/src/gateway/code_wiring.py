"""The parts about one-time codes and one's own account, and who gets which."""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.http.client import Client
from chassis.http.routing import Routes

from gateway.identity.account import Account
from gateway.identity.change_contacts import ChangeContacts, WriteContact
from gateway.identity.code_limits import CodeLimits
from gateway.identity.contacts import Contacts
from gateway.identity.one_time_codes import OneTimeCodes
from gateway.identity.own_password import OwnPassword
from gateway.identity.own_sessions import OwnSessions
from gateway.identity.prove_again import ProveAgain
from gateway.identity.send_code import SendCode
from gateway.identity.sign_in import SignIn
from gateway.identity.sign_in_by_code import SignInByCode
from gateway.pages.account.contacts import ContactPages
from gateway.pages.account.overview import OwnAccountPages
from gateway.pages.account.password import PasswordPages
from gateway.pages.account.proof import ProofPages
from gateway.pages.public.code_sign_in import CodeSignInPages


@dataclass(frozen=True)
class CodeParts:
    """What sends, takes and asks for one-time codes."""

    own_password: OwnPassword
    codes: OneTimeCodes
    by_code: SignInByCode
    prove_again: ProveAgain
    change_contacts: ChangeContacts
    own_sessions: OwnSessions

    def build_pages(self, has_factor: Callable[[Account], bool]) -> tuple[Routes, ...]:
        """The pages of codes, and of one's own account."""
        return (
            CodeSignInPages(self.by_code),
            OwnAccountPages(self.change_contacts, self.own_sessions),
            ProofPages(self.own_password, self.prove_again, has_factor),
            PasswordPages(self.own_password),
            ContactPages(self.change_contacts),
        )


def build_code_parts(
    codes: OneTimeCodes,
    sign_in: SignIn,
    contacts: Contacts,
    limits: CodeLimits,
    notify: Client,
    write_contact: WriteContact,
    has_sms: Callable[[], bool],
) -> CodeParts:
    """The parts over the stores and services that they ask."""
    events, find_account = sign_in.events, sign_in.find_account
    send_code = SendCode(codes, notify)
    by_code = SignInByCode(
        sign_in, find_account, contacts, codes, send_code, limits, events, has_sms
    )
    return CodeParts(
        OwnPassword(sign_in),
        codes,
        by_code,
        ProveAgain(by_code, sign_in.sessions, codes, send_code, limits, events),
        ChangeContacts(
            contacts, find_account, codes, send_code, limits, events, write_contact
        ),
        OwnSessions(sign_in.sessions, events),
    )
