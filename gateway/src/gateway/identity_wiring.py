"""The parts that know who somebody is, and who gets which."""

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from gateway.clients.enrollment import MemberDirectory
from gateway.clients.members import MemberPages
from gateway.clients.services import Services
from gateway.code_wiring import CodeParts, build_code_parts
from gateway.identity.account_store import StoredAccounts
from gateway.identity.activate_account import ActivateAccount
from gateway.identity.api_keys import ApiKeys
from gateway.identity.calendar_addresses import CalendarAddresses
from gateway.identity.code_limits import CodeLimits
from gateway.identity.contacts import Contacts
from gateway.identity.find_account import FindAccount
from gateway.identity.invitation_rounds import InvitationRounds
from gateway.identity.invite_branch import InviteBranch
from gateway.identity.invite_members import InviteMembers
from gateway.identity.invite_people import InvitePeople
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import LoginSessions
from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.one_time_codes import OneTimeCodes
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.print_codes import PrintCodes
from gateway.identity.providers.account_links import AccountLinks
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import SecurityEvents
from gateway.identity.sign_in import SignIn
from gateway.identity.sign_in_limits import SignInLimits
from gateway.identity.tries import DAY_SLOT_SECONDS, Tries
from gateway.identity.void_ways import VoidWays, WayIn, list_own_ways
from gateway.provider_wiring import OutsideSignIn, build_outside_sign_in
from gateway.second_factor.composition import SecondFactorParts, build_second_factor
from gateway.second_factor.factor_store import StoredFactors
from gateway.second_factor.second_rule import SecondRule
from gateway.settings import Settings


@dataclass(frozen=True)
class Identity:
    """The parts that know who somebody is."""

    sessions: LoginSessions
    devices: KnownDevices
    tries: Tries
    events: SecurityEvents
    contacts: Contacts
    sign_in: SignIn
    codes: CodeParts
    invite: InviteMembers
    manage: ManageAccounts
    print_codes: PrintCodes
    activate: ActivateAccount
    invite_branch: InviteBranch
    outside: OutsideSignIn
    second: SecondFactorParts

    def create_indexes(self) -> None:
        """Make the indexes."""
        for rows in (
            self.sessions,
            self.devices,
            self.tries,
            self.events,
            self.contacts,
            self.codes.codes,
            self.invite_branch.rounds,
            self.outside,
            self.second,
        ):
            rows.create_indexes()

    def build_calendar_addresses(
        self, database: Database[dict[str, Any]]
    ) -> CalendarAddresses:
        """The addresses of calendar feeds, counted as sign-ins are."""
        limits, accounts = self.sign_in.limits, self.sign_in.accounts
        return CalendarAddresses(database, accounts.get, limits.tries, limits.names)


def build_identity(
    database: Database[dict[str, Any]],
    accounts: StoredAccounts,
    contacts: Contacts,
    people: InvitePeople,
    services: Services,
    key: bytes,
    settings: Settings,
) -> Identity:
    """The parts over the stores and services that they ask. Raises SettingsError."""
    members = MemberDirectory(services.enrollment)
    rule = SecondRule(StoredFactors(database), settings.second_factor)
    sign_in = _build_sign_in(database, accounts, contacts, members, key, rule)
    people.has_twin_in_use = sign_in.find_account.has_twin_in_use
    sessions, devices = sign_in.sessions, sign_in.devices
    limits, events = sign_in.limits, sign_in.events
    manage = _build_manage(sign_in, people, members)
    return Identity(
        sessions,
        devices,
        limits.tries,
        events,
        contacts,
        sign_in,
        build_code_parts(
            OneTimeCodes(database, limits.names),
            sign_in,
            contacts,
            _build_code_limits(database, limits),
            services.notify,
            members.write_contact,
            people.has_sms,
        ),
        InviteMembers(accounts, people, members.get_branch_name, events),
        manage,
        PrintCodes(accounts, people, limits.names, events),
        ActivateAccount(accounts, sign_in, limits, events),
        _build_rounds(database, people, services, events),
        build_outside_sign_in(
            database, key, settings.oidc_providers, sign_in, manage, people, members
        ),
        build_second_factor(database, key, settings.public_url, rule, sign_in, manage),
    )


def _build_code_limits(
    database: Database[dict[str, Any]], limits: SignInLimits
) -> CodeLimits:
    """Limits of codes by the quarter of an hour, and by the day."""
    by_day = Tries(database, slot_seconds=DAY_SLOT_SECONDS)
    return CodeLimits(limits.tries, by_day, limits.names)


def _build_rounds(
    database: Database[dict[str, Any]],
    people: InvitePeople,
    services: Services,
    events: SecurityEvents,
) -> InviteBranch:
    """What invites whole branches."""
    return InviteBranch(
        InvitationRounds(database),
        people.accounts,
        people,
        MemberPages(services.enrollment),
        events,
    )


def _build_void_ways(
    database: Database[dict[str, Any]],
    sign_in: SignIn,
    contacts: Contacts,
) -> VoidWays:
    """Everything that lets somebody into an account beside its password."""
    factors, keys = StoredFactors(database), ApiKeys(database)
    names = sign_in.limits.names
    links, codes = AccountLinks(database, names), OneTimeCodes(database, names)

    def has_factor(account_id: str) -> bool:
        return factors.get(account_id).has_any

    def is_linked(account_id: str) -> bool:
        return bool(links.find_links(account_id))

    return VoidWays(
        [
            WayIn("second-factors", has_factor, factors.delete),
            WayIn("connections", is_linked, links.delete_links),
            WayIn("api-keys", keys.has_live, keys.revoke_keys),
            *list_own_ways(sign_in.devices, contacts, codes),
        ],
        sign_in.events,
    )


def _build_manage(
    sign_in: SignIn, people: InvitePeople, members: MemberDirectory
) -> ManageAccounts:
    manage = ManageAccounts(
        sign_in.accounts,
        sign_in.sessions,
        sign_in.devices,
        people,
        members.get_address,
        members.get_branch_name,
        sign_in.events,
    )
    manage.void_ways = sign_in.void_ways
    return manage


def _build_sign_in(
    database: Database[dict[str, Any]],
    accounts: StoredAccounts,
    contacts: Contacts,
    members: MemberDirectory,
    key: bytes,
    rule: SecondRule,
) -> SignIn:
    """Signing in, over what it stores."""
    sign_in = SignIn(
        accounts,
        FindAccount(accounts, contacts, members.get_person_of_member),
        LoginSessions(database),
        KnownDevices(database),
        PasswordHashes(),
        SignInLimits(Tries(database), Pseudonyms(key)),
        SecurityEvents(database),
        rule.is_due,
    )
    sign_in.void_ways = _build_void_ways(database, sign_in, contacts)
    return sign_in
