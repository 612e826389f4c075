"""Who gets which: the one place where the gateway's parts meet."""

from collections.abc import Mapping
from importlib.resources import files

from chassis.http import operations
from chassis.http.app import new_app
from chassis.http.auth import public
from chassis.http.client import Client
from chassis.messaging.transport import Transport
from chassis.plumbing import Plumbing
from chassis.process import Service
from chassis.settings import read
from chassis.storage.aggregates import form_of
from chassis.storage.mongo import is_away
from flask import Blueprint, Flask, Response, send_from_directory

from gateway.api import doors, visitors
from gateway.api.site import Site
from gateway.clients.services import Services
from gateway.events.handlers import handlers, word
from gateway.identity.account import Account
from gateway.identity.invite_people import InvitePeople
from gateway.identity.passwords import Passwords
from gateway.identity.sign_in import SignIn
from gateway.identity.store import AccountDocument, Sessions, StoredAccounts
from gateway.pages import (
    account,
    courses,
    errors,
    events,
    frame,
    home,
    learn,
    record,
    rosters,
)
from gateway.pages import operations as operations_pages
from gateway.settings import Settings


def build(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """The gateway as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = read(Settings, environ)
    base = Plumbing("gateway", settings, word, [AccountDocument], bus=bus)

    def client(name: str, url: str) -> Client:
        return Client(name, url, base.signer)

    services = Services(
        catalog=client("catalog", settings.catalog_url),
        enrollment=client("enrollment", settings.enrollment_url),
        media=client("media", settings.media_url),
        learning=client("learning", settings.learning_url),
        notify=client("notify", settings.notify_url),
    )
    site = Site(settings.public_url, settings.allowed_hosts)
    accounts = StoredAccounts(base.aggregates(AccountDocument, form_of(Account)))
    sessions = Sessions(base.database)
    sign_in = SignIn(accounts, sessions, Passwords())
    invite = InvitePeople(accounts, services.enrollment, services.notify, site.url)
    app = _app(base, services, sign_in, accounts, invite, site)
    service = base.service(app, handlers(invite))

    def declare() -> None:
        base.declare()
        sessions.declare()
        sign_in.open_first_account(settings.operator_password)

    service.declare = declare
    return service


def _app(
    base: Plumbing,
    services: Services,
    sign_in: SignIn,
    accounts: StoredAccounts,
    invite: InvitePeople,
    site: Site,
) -> Flask:
    checks = {
        "store": lambda: is_away(base.database),
        "bus": base.transport.is_away,
    }
    metrics_door = visitors.metrics_door(sign_in, base.settings.metrics_token)
    app = new_app("gateway", None, checks, base.gauge, base.proxies, metrics_door)
    own = base.operating()
    visitors.install(app, sign_in, site)
    frame.install(app, services)
    errors.install(app)
    for blueprint in (
        doors.blueprint(services, sign_in, accounts, invite),
        account.blueprint(sign_in),
        home.blueprint(),
        courses.blueprint(),
        learn.blueprint(),
        record.blueprint(site.url),
        rosters.blueprint(),
        operations_pages.blueprint(own),
        events.blueprint(),
        _static(),
    ):
        app.register_blueprint(blueprint)
    doors_of_own = operations.blueprint(own, public, visitors.operator)
    app.register_blueprint(doors_of_own, url_prefix="/api/gateway")
    return app


def _static() -> Blueprint:
    bp = Blueprint("static", __name__)
    folder = str(files("gateway").joinpath("static"))

    @bp.get("/static/<path:name>")
    @public
    def file(name: str) -> Response:
        return send_from_directory(folder, name, max_age=3600)

    return bp
