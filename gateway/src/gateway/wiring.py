"""The gateway's parts and who gets which: the one place where they meet."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from chassis.broker.port import Transport
from chassis.http.app import create_app
from chassis.http.auth import Verifier
from chassis.http.client import Client
from chassis.operations import routes as operations
from chassis.projections.aliases import Aliases
from chassis.projections.rebuild import ReadModel
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop, Service
from chassis.settings import load_settings
from chassis.storage.aggregates import mapping_of
from chassis.storage.documents import Aggregate, ProjectionDocument
from flask import Flask

from gateway.api import packed_answers, refused_rights, request_visitor
from gateway.api.site import Site
from gateway.clients.messages import MessageWays
from gateway.clients.services import Services
from gateway.directory_parts import install_directory
from gateway.events.handlers import build_handlers
from gateway.events.to_events import to_event
from gateway.identity.account import Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.contacts import Contacts
from gateway.identity.invite_people import InvitePeople
from gateway.identity.news_places import NewsPlaces
from gateway.identity.survivors import ALIASES, AliasDocument, Survivors
from gateway.identity_wiring import Identity, build_identity
from gateway.management_wiring import ManagementParts, build_management
from gateway.pages import errors, layout, offline, shared_pages
from gateway.pages.account.calendar import CalendarPages
from gateway.pages.consent_guard import install_consent_guard
from gateway.pages.officer.news import NewsPages
from gateway.pages.public.message_tray import MessageTrayPages
from gateway.personal_data.waiting_jobs import find_jobs
from gateway.personal_data_wiring import PersonalDataParts, build_personal_data
from gateway.roster_drafts.draft_store import RosterDrafts
from gateway.roster_drafts.sealed_parts import SealedParts
from gateway.roster_files.roster_mappings import RosterMappings
from gateway.route_wiring import list_routes
from gateway.settings import Settings

DOCUMENTS: tuple[type[Aggregate] | type[ProjectionDocument], ...] = (
    AccountDocument,
    AliasDocument,
)


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """The gateway as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = load_settings(Settings, environ)
    base = ServiceKit("gateway", settings, to_event, DOCUMENTS, bus=bus)
    services = _open_services(base)
    site = Site(settings.public_url, settings.allowed_hosts)
    accounts = _open_accounts(base)
    contacts, ways = Contacts(base.database), MessageWays(services.notify)
    people = _open_people(services, accounts, contacts, ways, site)
    key, database = Path(settings.key_file).read_bytes(), base.database
    places = NewsPlaces(database)
    identity = build_identity(
        database, accounts, contacts, people, services, key, settings
    )
    drafts = RosterDrafts(database, SealedParts(key))
    mappings = RosterMappings(database)
    management = build_management(database, identity, settings.amqp_management_url)
    survivors = Survivors(_open_aliases(base))
    about_people = build_personal_data(
        base, services, identity.sign_in, drafts, survivors, settings
    )
    app = _build_app(base, services, management, survivors, site, settings.message_tray)
    install_consent_guard(app, about_people.consents, settings.consent_version)
    addresses = identity.build_calendar_addresses(database)
    directory = install_directory(settings, database, identity, people)
    for routes in (
        *list_routes(services, identity, people, site, drafts, mappings),
        *management.list_routes(),
        MessageTrayPages(ways, site.url, settings.message_tray),
        directory.routes,
        CalendarPages(addresses, survivors.resolve_visitor, site.url),
        NewsPages(places),
        *about_people.routes,
    ):
        app.register_blueprint(routes.blueprint())
    own, loops = about_people.own, _worker_loops(base, identity, about_people)
    handlers = build_handlers(people, survivors.aliases, own, about_people.ask_deletion)
    service = base.create_service(app, handlers, loops)
    stored = (identity, management.keys, drafts, mappings, directory.entries)

    def declare_gateway() -> None:
        _declare_storage(base, (*stored, addresses, places, about_people))
        identity.sign_in.open_first_account(settings.operator_password)

    service.declare = declare_gateway
    return service


def _open_accounts(base: ServiceKit) -> StoredAccounts:
    return StoredAccounts(base.open_aggregates(AccountDocument, mapping_of(Account)))


class Indexed(Protocol):
    """What has indexes."""

    def create_indexes(self) -> None:
        """Make the indexes."""


def _declare_storage(base: ServiceKit, stored: Sequence[Indexed]) -> None:
    base.declare_indexes()
    for rows in stored:
        rows.create_indexes()


def _worker_loops(
    base: ServiceKit, identity: Identity, about_people: PersonalDataParts
) -> dict[str, Loop]:
    """What works beside the pages, and its jobs as operators are told of them."""
    of_people = about_people.exports.rows, about_people.deletions.rows
    rounds = identity.invite_branch.rounds.rows
    base.find_jobs.append(partial(find_jobs, *of_people, rounds))
    inviting = base.work_loop(
        "inviting", identity.invite_branch.work_page, identity.invite_branch.woken
    )
    return {"inviting": inviting} | about_people.worker_loops(base)


def _open_aliases(base: ServiceKit) -> Aliases:
    """Who counts for whom, as enrollment tells it."""
    aliases = Aliases(AliasDocument)
    base.rebuilding.add_model(ReadModel("aliases", aliases.rows, ALIASES))
    return aliases


def _open_people(
    services: Services,
    accounts: StoredAccounts,
    contacts: Contacts,
    ways: MessageWays,
    site: Site,
) -> InvitePeople:
    """People as accounts know them, with the ways to write to them."""
    return InvitePeople(
        accounts,
        services.enrollment,
        services.notify,
        site.url,
        contacts,
        ways.has_sms,
    )


def _open_services(base: ServiceKit) -> Services:
    """All services as this process asks them."""
    return Services(
        catalog=base.create_client("catalog"),
        enrollment=base.create_client("enrollment"),
        media=base.create_client("media"),
        learning=base.create_client("learning"),
        notify=base.create_client("notify"),
        gateway=Client(
            "gateway",
            f"http://{_own_host(base.settings.host)}:{base.settings.port}",
            base.signer,
        ),
    )


def _own_host(host: str) -> str:
    """Where this process reaches itself, which may listen at every address."""
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - only compared


def _build_app(
    base: ServiceKit,
    services: Services,
    management: ManagementParts,
    survivors: Survivors,
    site: Site,
    has_tray: bool,
) -> Flask:
    """The app with what every request passes, and no routes but the console's."""
    identity = management.identity
    guard = request_visitor.guard_metrics(identity.sign_in, base.settings.metrics_token)
    verifier = Verifier("gateway", Path(base.settings.keys_file))
    app = create_app(
        "gateway", verifier, base.readiness, base.set_gauges, base.proxies, guard
    )
    app.extensions["providers"] = identity.outside.providers
    request_visitor.install_visitors(
        app,
        identity.sign_in,
        site,
        management.build_visitors(),
        survivors.resolve_visitor,
    )
    refused_rights.install_refused_rights(app, identity.events)
    layout.install_layout(app, services, has_tray)
    errors.install_error_pages(app)
    shared_pages.install_shared_pages(app)
    offline.install_offline(app)
    packed_answers.install_packed_answers(app)
    app.register_blueprint(operations.create_blueprint(base.create_console()))
    return app
