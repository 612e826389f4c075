"""Pages as somebody sees them, before services that answer, refuse or hang."""

import time
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from chassis.http.problem import Problem
from chassis.http.routing import Routes
from flask import Flask
from flask.testing import FlaskClient
from gateway.api import packed_answers, request_visitor
from gateway.api.site import Site
from gateway.clients.services import NAMES, Services
from gateway.clients.shared_answers import SharedAnswers
from gateway.identity.account import Account
from gateway.identity.sign_in import SignIn, Visitor
from gateway.pages import errors, layout, offline, shared_pages

from tests.unit.gateway.compiled import TEMPLATES
from tests.unit.gateway.nobody import NobodySignedIn


class Everybody:
    """Whoever comes has these roles."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    def get_visitor(self, token: str) -> Visitor:
        account = Account("a", "a", "李明", self.roles, branch_id="dongcheng")
        return Visitor(account, session="s")


@dataclass
class Service:
    """A service as the gateway asks it; what has no answer is not there, and an answer
    that the contract does not allow is a fault. One below a method and a path goes
    before one below the path alone.

    One that hangs costs whoever asks all the time that is given to it; `waited` tells
    how much that is for the question that waits longest, and only `really` lets it
    pass.
    """

    audience: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    hangs: bool = False
    really: bool = False
    waited: float = 0.0
    asked: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, **more: Any
    ) -> Any:
        said = "/" + "/".join(path)
        self.asked.append(said)
        if (body := more.get("body")) is not None:
            self.bodies.append(body)
        if self.hangs:
            self.waited = max(self.waited, more["seconds"])
            time.sleep(more["seconds"] if self.really else 0.0)
            raise Problem(503, "service-away", "It does not answer.")
        found = self.answers.get(f"{method} {said}")
        if found is None:
            found = self.answers.get(said)
        if isinstance(found, Problem):
            raise found
        if callable(found):
            found = found(more.get("query") or {})
        if found is None:
            raise Problem(404, "not-found", f"There is nothing at {said}.")
        return msgspec.convert(found, answer, strict=False)


@dataclass
class Scene:
    """The services, and a browser before the pages."""

    services: dict[str, Service]
    client: FlaskClient

    def get(self, path: str, language: str = "zh", **headers: str) -> Any:
        """The answer to a browser."""
        wants = {"Accept": "text/html", "Accept-Language": language}
        return self.client.get(path, headers=wants | headers)


def scene(pages: Routes, *roles: str) -> Scene:
    """These pages before somebody with these roles, or a visitor."""
    services = {name: Service(name) for name in NAMES}
    app = Flask("gateway", static_folder=None)
    app.jinja_env.bytecode_cache = TEMPLATES
    signed_in = Everybody(*roles) if roles else NobodySignedIn()
    request_visitor.install_visitors(
        app, cast(SignIn, signed_in), Site("http://localhost:80")
    )
    made = Services(**cast(Any, services), shared=SharedAnswers(fresh_seconds=0.0))
    layout.install_layout(app, made)
    errors.install_error_pages(app)
    shared_pages.install_shared_pages(app)
    offline.install_offline(app)
    packed_answers.install_packed_answers(app)
    app.register_blueprint(pages.blueprint())
    return Scene(services, app.test_client())
