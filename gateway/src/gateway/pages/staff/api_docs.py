"""The API as pages: who may call what, with what, and what comes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get
from contracts.http.documents import DOCUMENTED, read_document
from flask import Response, request

from gateway.api.request_visitor import current_visitor
from gateway.forms.searches import ApiSearchForm
from gateway.identity.account import OPERATOR, STAFF
from gateway.pages.rendering import is_part, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.api_operations import Operation, Payload, find_operations
from gateway.texts import LANGUAGES, load_translations
from gateway.texts.roles import ROLES
from gateway.texts.services import SERVICES

PATH = "/docs"


class ApiDocPages(Routes):
    """The API for who writes against it."""

    name = "api_docs"

    @get(PATH)
    @for_role(STAFF, OPERATOR)
    def list_operations(self) -> Response:
        """All operations by service, or those that a search finds."""
        form = ApiSearchForm.of_request()
        groups = find_groups(DOCUMENTED, form.q.data or "")
        template = "found" if is_part() else "list"
        return _render(f"staff/docs/{template}.html", form, groups=groups)

    @get(f"{PATH}/<service>")
    @for_role(STAFF, OPERATOR)
    def show_service(self, service: str) -> Response:
        """The operations of one service with all that there is to know."""
        _require_documented(service)
        form = ApiSearchForm.of_request()
        (group,) = find_groups([service], form.q.data or "") or [Group(service, [])]
        template = "operations" if is_part() else "service"
        opened = request.args.get("op", "")
        return _render(f"staff/docs/{template}.html", form, group=group, opened=opened)

    @get(f"{PATH}/<service>.json")
    @for_role(STAFF, OPERATOR)
    def serve_document(self, service: str) -> Response:
        """The service's OpenAPI document."""
        _require_documented(service)
        return Response(
            read_document(service), content_type="application/json; charset=utf-8"
        )


@dataclass(frozen=True)
class Group:
    """Operations of one service."""

    service: str
    operations: list[Operation]


def find_groups(services: Iterable[str], asked: str) -> list[Group]:
    """The operations that have every word asked for, by service."""
    words = asked.casefold().split()
    groups = []
    for service in services:
        found = [
            operation
            for operation, text in _searchable_operations(service)
            if all(word in text for word in words)
        ]
        if found:
            groups.append(Group(service, found))
    return groups


@cache
def _searchable_operations(service: str) -> list[tuple[Operation, str]]:
    """Operations with the texts about each, in every language."""
    return [(one, _searchable_text(one)) for one in find_operations(service)]


def _searchable_text(operation: Operation) -> str:
    names = [operation.service, *operation.services]
    texts = [SERVICES[name] for name in names]
    texts += [ROLES[role] for role in operation.roles]
    texts += [
        load_translations(name).ugettext(text) for name in LANGUAGES for text in texts
    ]
    texts += [operation.id, operation.method, operation.path, operation.summary]
    texts += [*operation.roles, *names]
    texts += [f"{one.name} {one.meaning}" for one in operation.parameters]
    for payload in (*operation.bodies, *operation.answers):
        texts += _texts_of(payload)
    return "\n".join(texts).casefold()


def _texts_of(payload: Payload) -> list[str]:
    fields = [f"{field.path} {field.meaning}" for field in payload.fields]
    return [payload.kind, payload.about, payload.media_type, *fields]


def _require_documented(service: str) -> None:
    if service not in DOCUMENTED:
        raise Problem(404, "not-found", NOTHING_HERE)


def _render(template: str, form: ApiSearchForm, **context: Any) -> Response:
    return render_page(
        template,
        form=form,
        documented=DOCUMENTED,
        roles=ROLES,
        own_roles=current_visitor().roles,
        **context,
    )
