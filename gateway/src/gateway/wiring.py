"""The gateway's parts and who gets which: the one place where they meet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.broker.port import Transport
from chassis.http.app import create_app
from chassis.http.auth import Verifier
from chassis.http.client import Client
from chassis.http.routing import Routes
from chassis.operations import routes as operations
from chassis.service.kit import ServiceKit
from chassis.service.process import Service
from chassis.settings import load_settings
from chassis.storage.aggregates import mapping_of
from flask import Flask
from pymongo.database import Database

from gateway.api import packed_answers, refused_rights, request_visitor
from gateway.api.accounts import AccountRoutes
from gateway.api.forwarding import ForwardingRoutes
from gateway.api.people import PeopleRoutes
from gateway.api.sessions import SessionRoutes
from gateway.api.site import Site
from gateway.api.static_files import StaticRoutes
from gateway.clients.enrollment import MemberDirectory
from gateway.clients.services import Services
from gateway.events.handlers import build_handlers
from gateway.events.to_events import to_event
from gateway.identity.account import Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.invite_members import InviteMembers
from gateway.identity.invite_people import InvitePeople
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import LoginSessions
from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import SecurityEvents
from gateway.identity.sign_in import SignIn
from gateway.identity.sign_in_limits import SignInLimits
from gateway.identity.tries import Tries
from gateway.pages import errors, layout, shared_pages
from gateway.pages.officer.roster_repairs import RosterRepairPages
from gateway.pages.officer.roster_results import RosterResultPages
from gateway.pages.officer.roster_sending import RosterSendingPages
from gateway.pages.officer.roster_turns import RosterTurnPages
from gateway.pages.officer.rosters import RosterPages
from gateway.pages.operator.operations import OperationPages
from gateway.pages.public.account import AccountPages
from gateway.pages.public.certificates import CertificatePages
from gateway.pages.public.courses import CoursePages
from gateway.pages.public.events import EventPages
from gateway.pages.public.home import HomePages
from gateway.pages.staff.api_docs import ApiDocPages
from gateway.pages.staff.captions import CaptionPages
from gateway.pages.staff.course_edit import CourseEditPages
from gateway.pages.staff.courses import StaffCoursePages
from gateway.pages.staff.editor_names import EditorNames
from gateway.pages.staff.gallery import GalleryPages
from gateway.pages.staff.lessons import LessonPages
from gateway.pages.staff.publication import PublicationPages
from gateway.pages.staff.versions import VersionPages
from gateway.pages.trainee.badges import BadgePages
from gateway.pages.trainee.enrolments import EnrolmentPages
from gateway.pages.trainee.inbox import InboxPages
from gateway.pages.trainee.learn import LearnPages
from gateway.pages.trainee.record import RecordPages
from gateway.roster_drafts.draft_store import RosterDrafts
from gateway.roster_drafts.read_draft import ReadDraft
from gateway.roster_drafts.sealed_parts import SealedParts
from gateway.roster_files.roster_mappings import RosterMappings
from gateway.settings import Settings


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """The gateway as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = load_settings(Settings, environ)
    base = ServiceKit("gateway", settings, to_event, [AccountDocument], bus=bus)
    services = Services(
        catalog=base.create_client("catalog"),
        enrollment=base.create_client("enrollment"),
        media=base.create_client("media"),
        learning=base.create_client("learning"),
        notify=base.create_client("notify"),
        gateway=Client(
            "gateway",
            f"http://{_own_host(settings.host)}:{settings.port}",
            base.signer,
        ),
    )
    site = Site(settings.public_url, settings.allowed_hosts)
    accounts = StoredAccounts(
        base.open_aggregates(AccountDocument, mapping_of(Account))
    )
    people = InvitePeople(accounts, services.enrollment, services.notify, site.url)
    key = Path(settings.key_file).read_bytes()
    identity = _build_identity(base.database, accounts, people, services, key)
    drafts = RosterDrafts(base.database, SealedParts(key))
    mappings = RosterMappings(base.database)
    app = _build_app(base, services, identity, people, site)
    for pages in (
        RosterPages(accounts.find_names, drafts),
        RosterSendingPages(drafts, ReadDraft(mappings)),
        RosterRepairPages(),
        RosterTurnPages(),
        RosterResultPages(),
    ):
        app.register_blueprint(pages.blueprint())
    service = base.create_service(app, build_handlers(people))

    def declare_gateway() -> None:
        base.declare_indexes()
        identity.create_indexes()
        drafts.create_indexes()
        mappings.create_indexes()
        identity.sign_in.open_first_account(settings.operator_password)

    service.declare = declare_gateway
    return service


def _own_host(host: str) -> str:
    """Where this process reaches itself, which may listen at every address."""
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - only compared


@dataclass(frozen=True)
class Identity:
    """The parts that know who somebody is."""

    sessions: LoginSessions
    devices: KnownDevices
    tries: Tries
    events: SecurityEvents
    sign_in: SignIn
    invite: InviteMembers
    manage: ManageAccounts

    def create_indexes(self) -> None:
        """Make the indexes."""
        for rows in (self.sessions, self.devices, self.tries, self.events):
            rows.create_indexes()


def _build_identity(
    database: Database[dict[str, Any]],
    accounts: StoredAccounts,
    people: InvitePeople,
    services: Services,
    key: bytes,
) -> Identity:
    sessions, devices, tries = (
        LoginSessions(database),
        KnownDevices(database),
        Tries(database),
    )
    events = SecurityEvents(database)
    members = MemberDirectory(services.enrollment)
    limits = SignInLimits(tries, Pseudonyms(key))
    return Identity(
        sessions,
        devices,
        tries,
        events,
        SignIn(accounts, sessions, devices, PasswordHashes(), limits, events),
        InviteMembers(accounts, people, members.get_branch_name, events),
        ManageAccounts(
            accounts,
            sessions,
            devices,
            people,
            members.get_address,
            members.get_branch_name,
            events,
        ),
    )


def _build_app(
    base: ServiceKit,
    services: Services,
    identity: Identity,
    people: InvitePeople,
    site: Site,
) -> Flask:
    guard = request_visitor.guard_metrics(identity.sign_in, base.settings.metrics_token)
    verifier = Verifier("gateway", Path(base.settings.keys_file))
    app = create_app(
        "gateway", verifier, base.readiness, base.set_gauges, base.proxies, guard
    )
    request_visitor.install_visitors(app, identity.sign_in, site)
    refused_rights.install_refused_rights(app, identity.events)
    layout.install_layout(app, services)
    errors.install_error_pages(app)
    shared_pages.install_shared_pages(app)
    packed_answers.install_packed_answers(app)
    app.register_blueprint(operations.create_blueprint(base.create_console()))
    for routes in (
        ForwardingRoutes(services),
        SessionRoutes(identity.sign_in, identity.invite),
        AccountRoutes(
            identity.sign_in, identity.sessions, identity.manage, identity.events
        ),
        PeopleRoutes(services, people, identity.events),
        AccountPages(identity.sign_in),
        HomePages(),
        CoursePages(),
        LearnPages(),
        RecordPages(),
        InboxPages(),
        BadgePages(),
        EnrolmentPages(),
        CertificatePages(site.url),
        OperationPages(),
        EventPages(),
        ApiDocPages(),
        GalleryPages(),
        *_course_editor(EditorNames(identity.sign_in.accounts)),
        StaticRoutes(),
    ):
        app.register_blueprint(routes.blueprint())
    return app


def _course_editor(names: EditorNames) -> tuple[Routes, ...]:
    """The pages on which staff edit courses."""
    return (
        StaffCoursePages(names),
        CourseEditPages(names),
        LessonPages(names),
        CaptionPages(names),
        PublicationPages(names),
        VersionPages(names),
    )
