"""The OpenAPI documents: one for each service, and one of what all services have.

`python -m chassis.service.documents FOLDER SERVICE ...` writes them.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from chassis.http.health_routes import HealthRoutes
from chassis.http.openapi import (
    GATEWAY,
    DocumentedView,
    Json,
    build_document,
    describe_views,
    find_routes,
    views_of,
)
from chassis.http.views import Rule, ViewTypes
from chassis.operations.console import EventConsole
from chassis.operations.operations import Operation
from chassis.service.pull_routes import PullRoutes

SHARED = "shared"
"""The document of what every service has."""
SERVER: Json = {
    "url": "/api/{service}",
    "variables": {"service": {"default": "catalog"}},
}


def build_shared_document() -> Json:
    """Health, the event operations and what services pull from each other."""
    views = [*views_of(HealthRoutes), *_views_of_console(), *views_of(PullRoutes)]
    return describe_views("what every service has", views, [SERVER])


def _views_of_console() -> Iterator[DocumentedView]:
    for name, made in vars(EventConsole).items():
        if isinstance(made, Operation):
            asked = ("asked", made.asked) if made.asked else None
            is_question = made.method == "GET"
            query, body = (asked, None) if is_question else (None, asked)
            types = ViewTypes((), query, body, None, made.answer)
            rule = Rule(f"/events/{made.path}", (made.method,), made.status)
            yield DocumentedView("events", name, made.view, rule, types)


def render_document(service: str) -> str:
    """A document as it is written."""
    document = (
        build_shared_document()
        if service == SHARED
        else build_document(service, find_routes(service))
    )
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write_documents(folder: Path, services: Iterable[str]) -> None:
    """The documents of these services, of the gateway and of all, a file each."""
    for name in (*services, GATEWAY, SHARED):
        (folder / f"{name}.json").write_text(render_document(name), "utf-8")


if __name__ == "__main__":
    write_documents(Path(sys.argv[1]), sys.argv[2:])
