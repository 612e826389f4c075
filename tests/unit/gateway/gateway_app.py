"""The gateway's app with its doors and pages, and services that answer as told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

from chassis.http.app import create_app
from chassis.http.client import quote_path
from chassis.http.problem import Problem
from flask.testing import FlaskClient
from gateway.api import packed_answers, request_visitor
from gateway.api.forwarding import ForwardingRoutes
from gateway.api.sessions import SessionRoutes
from gateway.api.site import Site
from gateway.clients.services import NAMES, Services
from gateway.identity.account import OFFICER, OPERATOR, TRAINEE, Account
from gateway.identity.sign_in import Origin, SignIn, Visitor
from gateway.pages import errors, layout
from gateway.pages.officer.roster_results import RosterResultPages
from gateway.pages.officer.roster_sending import RosterSendingPages
from gateway.pages.officer.rosters import RosterPages
from gateway.pages.public.account import AccountPages
from gateway.pages.public.certificates import CertificatePages
from gateway.pages.public.courses import CoursePages
from gateway.pages.trainee.badges import BadgePages
from gateway.pages.trainee.inbox import InboxPages
from gateway.pages.trainee.learn import LearnPages
from gateway.pages.trainee.record import RecordPages
from gateway.roster_drafts.read_draft import ReadDraft
from gateway.second_factor.finish_sign_in import FinishSignIn

from tests.doubles.roster_drafts import MemoryDrafts, MemoryMappings
from tests.unit.gateway.compiled import TEMPLATES

PEOPLE = {
    "trainee": Account("t", "t", "T", (TRAINEE,), person_id="p1"),
    "officer": Account("o", "o", "O", (OFFICER,), branch_id="b1"),
    "operator": Account("x", "x", "X", (OPERATOR,)),
}


class KnownByName:
    """Sessions whose token is the name of who they belong to."""

    def __call__(
        self, login: str, password: str, origin: Origin, *, stays: bool = False
    ) -> Visitor:
        return Visitor(PEOPLE[login], f"session{login}", login, f"device-{login}")

    def get_visitor(self, token: str) -> Visitor:
        who = PEOPLE.get(token)
        return Visitor(who, f"session{token}", token) if who else Visitor()

    def sign_out(self, visitor: Visitor, origin: Origin) -> None:
        """Nothing is kept here."""


@dataclass
class Answer:
    """What comes back over the wire."""

    status: int
    data: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    closed: bool = False  # urllib3's word for read to its end
    is_released: bool = False
    is_given_up: bool = False

    def stream(self, _: int) -> Iterator[bytes]:
        yield self.data
        self.closed = True

    def release_conn(self) -> None:
        self.is_released = True

    def close(self) -> None:
        self.is_given_up = True


@dataclass
class Service:
    """One service: what it was asked, and what it answers to everything."""

    name: str
    answer: Answer = field(default_factory=lambda: Answer(200))
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def audience(self) -> str:
        """The service that is asked."""
        return self.name

    def __post_init__(self) -> None:
        self.url, self.pool = "http://inside:8000", self
        self.answered = self.answer
        self.signer = SimpleNamespace(sign_token=lambda *_, **__: "signed")

    def request(
        self,
        method: str,
        url: str,
        *,
        body: Iterable[bytes] | None,
        headers: dict[str, str],
        **_: object,
    ) -> Answer:
        self.asked.append(f"{method} {url.removeprefix(self.url)}")
        self.bodies, self.sent = list(body or ()), headers
        self.answered = replace(self.answer)
        return self.answered

    def send_request(
        self, method: str, path: tuple[str, ...], answer: object, **more: object
    ) -> Any:
        self.asked.append(f"{method} {quote_path(path)}")
        slug = "not-found" if self.answer.status == 404 else "refused"
        raise Problem(self.answer.status, slug, f"No {path[-1]} here, 100%.")


@dataclass
class Gateway:
    """The app under one public address."""

    client: FlaskClient
    services: dict[str, Service]

    def get(self, path: str, who: str = "", **headers: str) -> Any:
        return self.open("GET", path, who, **headers)

    def open(
        self, method: str, path: str, who: str = "", data: object = None, **headers: str
    ) -> Any:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            said["Authorization"] = f"Bearer {who}"
        terminated = {"wsgi.input_terminated": True}  # as our server says
        return self.client.open(
            path, method=method, headers=said, data=data, environ_overrides=terminated
        )


def a_gateway(
    public_url: str = "http://localhost:80", allowed_hosts: str = ""
) -> Gateway:
    """The gateway as wired, without operations and events."""
    sign_in, site = cast(SignIn, KnownByName()), Site(public_url, allowed_hosts)
    services = {name: Service(name) for name in NAMES}
    metrics_door = request_visitor.guard_metrics(sign_in, "scraper")
    app = create_app("gateway", None, guard_metrics=metrics_door)
    app.jinja_env.bytecode_cache = TEMPLATES
    request_visitor.install_visitors(app, sign_in, site)
    layout.install_layout(app, Services(**cast(Any, services)))
    errors.install_error_pages(app)
    packed_answers.install_packed_answers(app)
    nothing: Any = None
    for routes in (
        ForwardingRoutes(Services(**cast(Any, services))),
        SessionRoutes(sign_in, nothing, FinishSignIn(sign_in, nothing)),
        AccountPages(sign_in),
        CoursePages(),
        LearnPages(),
        RecordPages(),
        InboxPages(),
        BadgePages(),
        CertificatePages(site.url),
        RosterPages(dict.fromkeys, cast(Any, MemoryDrafts())),
        RosterSendingPages(cast(Any, MemoryDrafts()), ReadDraft(MemoryMappings())),
        RosterResultPages(),
    ):
        app.register_blueprint(routes.blueprint())
    return Gateway(app.test_client(use_cookies=False), services)
