"""Pages as somebody signed in gets them, with services that answer as a test says."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from chassis.http.problem import Problem
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from gateway.api import visitors
from gateway.api.site import Site
from gateway.identity.account import Account
from gateway.identity.sign_in import Visitor
from gateway.pages import errors, frame

Answers = Mapping[str, Any]
SERVICES = ("catalog", "enrollment", "media", "learning", "notify")


class Answering:
    """One service: answers by path, 404 for all others; `asked` notes what came."""

    def __init__(self, name: str, answers: Answers) -> None:
        self.name, self.answers = name, answers
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    def call(
        self,
        method: str,
        path: str | tuple[str, ...],
        answer: type[Any],
        *,
        query: dict[str, str] | None = None,
        **_: object,
    ) -> Any:
        wanted = path if isinstance(path, str) else "/" + "/".join(path)
        self.asked.append((method, wanted, query or {}))
        found = self.answers.get(f"{self.name}{wanted}")
        if found is None:
            raise Problem(404, "not-found", wanted)
        if isinstance(found, Problem):
            raise found
        return found


class SignedIn:
    """Knows one visitor, whatever the session."""

    def __init__(self, role: str) -> None:
        account = Account("a1", "wang", "王小明", (role,), person_id="p")
        self.one = Visitor() if role == "visitor" else Visitor(account)

    def visitor(self, token: str) -> Visitor:
        return self.one


def shown_to(role: str, pages: Blueprint, answers: Answers) -> FlaskClient:
    """These pages for somebody of this role, in Chinese."""
    app = Flask("gateway", static_folder=None)
    visitors.install(app, SignedIn(role), Site("http://localhost:80"))  # type: ignore[arg-type]
    services = {name: Answering(name, answers) for name in SERVICES}
    frame.install(app, SimpleNamespace(**services))  # type: ignore[arg-type]
    errors.install(app)
    app.register_blueprint(pages)
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    return client
