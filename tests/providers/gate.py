"""The gateway as far as signing in goes, on a real port and a real store."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import urllib3
from chassis.http.app import create_app
from chassis.storage.aggregates import mapping_of
from gateway.api import request_visitor
from gateway.api.provider_links import ProviderLinkRoutes
from gateway.api.sessions import SessionRoutes
from gateway.api.site import Site
from gateway.api.static_files import StaticRoutes
from gateway.clients.enrollment import MemberDirectory
from gateway.events.to_events import to_event
from gateway.identity.account import Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.contacts import Contacts
from gateway.identity.find_account import FindAccount
from gateway.identity.invite_people import InvitePeople
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import LoginSessions
from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import SecurityEvents
from gateway.identity.sign_in import SignIn
from gateway.identity.sign_in_limits import SignInLimits
from gateway.identity.tries import Tries
from gateway.pages import errors, layout
from gateway.pages.public.account import AccountPages
from gateway.pages.public.provider_sign_in import ProviderSignInPages
from gateway.provider_wiring import OutsideSignIn, build_outside_sign_in
from gateway.second_factor.finish_sign_in import FinishSignIn
from werkzeug.serving import make_server

from tests.engines import Kept
from tests.parts.process import HOST
from tests.unit.gateway.identity_world import FakeEnrollment, FakeNotify, FakePasswords

BRANCHES = {
    "beijing": ("beijing",),
    "dongcheng": ("beijing", "dongcheng"),
    "jianguomen": ("beijing", "dongcheng", "jianguomen"),
    "xicheng": ("beijing", "xicheng"),
}

Script = Callable[..., tuple[int, dict[str, Any]]]


@dataclass
class Directory:
    """Who is in the tree, by membership and by phone."""

    enrollment: FakeEnrollment
    members: dict[tuple[str, str], str] = field(default_factory=dict)
    phones: dict[str, list[str]] = field(default_factory=dict)

    def find_person_ids(
        self, *, branch_id: str, member_no: str, phone: str
    ) -> Sequence[str]:
        named = self.members.get((branch_id, member_no))
        return [*([named] if named else []), *self.phones.get(phone, ())]

    def find_branch_path(self, branch_id: str) -> Sequence[str]:
        return BRANCHES.get(branch_id, ())

    def add_person(self, id_: str, phone: str, *memberships: tuple[str, str]) -> None:
        """A person with a phone and member numbers in branches."""
        lines = [BRANCHES[branch] for branch, _ in memberships]
        self.enrollment.add(id_, phone, lines=lines)
        self.phones.setdefault(phone, []).append(id_)
        self.members |= dict.fromkeys(memberships, id_)


@dataclass
class Gate:
    """The gateway's ways to sign in, and what stands behind them."""

    url: str
    accounts: StoredAccounts
    sessions: LoginSessions
    events: SecurityEvents
    directory: Directory
    outside: OutsideSignIn

    def who(self, token: str) -> Account | None:
        """The account of a session's token, if it lasts."""
        return self.outside.sign_in.sign_in.get_visitor(token).account

    def sign_in(self, login: str, password: str) -> str:
        """The token of a new session."""
        body = {"login": login, "password": password}
        with urllib3.PoolManager(retries=False) as pool:
            got = pool.request("POST", f"{self.url}/api/session", json=body)
            return str(got.json()["token"])

    def script(self, login: str, password: str) -> Script:
        """A script that is signed in: it sends method, path and body."""
        token = self.sign_in(login, password)

        def send(
            method: str, path: str, body: object = None
        ) -> tuple[int, dict[str, Any]]:
            headers = {"Authorization": f"Bearer {token}"}
            with urllib3.PoolManager(retries=False) as pool:
                got = pool.request(method, self.url + path, json=body, headers=headers)
                return got.status, got.json()

        return send

    def told(self) -> list[tuple[str, str]]:
        return [(e["what"], e["outcome"]) for e in self.events.find_after("", 500)]


@contextmanager
def running_gate(
    kept: Kept, port: int, providers: str, accounts: Sequence[Account] = ()
) -> Iterator[Gate]:
    """The gate, served until the end."""
    database, url = kept.database("gateway"), f"http://{HOST}:{port}"
    stored = StoredAccounts(
        kept.aggregates("gateway", AccountDocument, mapping_of(Account), to_event)
    )
    sessions, devices = LoginSessions(database), KnownDevices(database)
    events, tries = SecurityEvents(database), Tries(database)
    limits = SignInLimits(tries, Pseudonyms(b"key"))
    passwords: Any = FakePasswords()
    contacts = Contacts(database)
    find_account = FindAccount(stored, contacts, lambda *_: "")
    sign_in = SignIn(stored, find_account, sessions, devices, passwords, limits, events)
    directory = Directory(FakeEnrollment())
    enrollment, notify = cast(Any, directory.enrollment), cast(Any, FakeNotify())
    people = InvitePeople(stored, enrollment, notify, url, contacts)
    manage = ManageAccounts(
        stored, sessions, devices, people, lambda _: "", lambda _: "", events
    )
    outside = build_outside_sign_in(
        database, b"key", providers, sign_in, manage, people,
        cast(MemberDirectory, directory),
    )  # fmt: skip
    for rows in (sessions, devices, events, tries, contacts, outside):
        rows.create_indexes()
    for account in accounts:
        stored.create_account(account)
    app, nothing = create_app("gateway", None), cast(Any, None)
    app.extensions["providers"] = outside.providers
    request_visitor.install_visitors(app, sign_in, Site(url))
    layout.install_layout(app, cast(Any, None))
    errors.install_error_pages(app)
    for routes in (
        SessionRoutes(sign_in, nothing, FinishSignIn(sign_in, nothing)),
        AccountPages(sign_in, outside.end_together.find_way_out),
        ProviderSignInPages(outside.sign_in, outside.links),
        ProviderLinkRoutes(outside.links, outside.end_together),
        StaticRoutes(),
    ):
        app.register_blueprint(routes.blueprint())
    server = make_server(HOST, port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Gate(url, stored, sessions, events, directory, outside)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def written_secret(folder: Path) -> str:
    """A file with the secret that the providers of the tests know us by."""
    file = folder / "secret"
    file.write_text("the-secret\n", encoding="utf-8")
    return str(file)
