"""The versions of a course: listed, compared, brought back."""

from typing import Any

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.catalog import ContentOut
from contracts.http.drafts import ComparisonQuery, DraftOut, EditionsQuery
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.identity.account import STAFF
from gateway.pages.components.paging import build_pages
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.course_head import path_of, view_head
from gateway.pages.staff.editor_names import EditorNames
from gateway.pages.staff.publication import find_module_names, read_version
from gateway.pages.staff.version_views import ShownChanges, view_changes, view_editions
from gateway.texts.language import translate_refusal

PAGE_SIZE = 30
DRAFT = 0
"""Stands for the draft, as in the catalogue."""


class VersionPages(Routes):
    """The page of a course's versions."""

    name = "versions"

    def __init__(self, names: EditorNames) -> None:
        self.names = names

    @get("/staff/courses/<course_id>/versions")
    @for_role(STAFF)
    def list_versions(self, course_id: str) -> Response:
        return self._render(page_services(), course_id)

    @post("/staff/courses/<course_id>/versions/<int:number>/restoration")
    @for_role(STAFF)
    def restore_version(self, course_id: str, number: int) -> Response:
        """The draft says again what a version said; nothing is published."""
        services = page_services()
        try:
            services.catalog.post_restoration(course_id, number, read_version())
        except Problem as problem:
            if problem.status in (404, 503):
                raise
            text = translate_refusal(problem.slug, problem.detail)
            return self._render(services, course_id, problem.status, text)
        return redirect_to(f"{path_of(course_id)}?saved=1")

    def _render(
        self, services: PageServices, course_id: str, status: int = 200, fault: str = ""
    ) -> Response:
        draft = services.catalog.show_draft(course_id)
        asked = EditionsQuery(
            after=request.args.get("after", "")[:400], limit=PAGE_SIZE
        )
        page = services.catalog.list_editions(course_id, asked)
        names = self.names.get_names({one.published_by for one in page.items})
        path = path_of(course_id, "versions")
        old, new = _read_number("old"), _read_number("new")
        context: dict[str, Any] = {
            "head": view_head(draft, self.names.get_name(draft.edited_by), "versions"),
            "draft": draft,
            "editions": view_editions(page.items, names),
            "pages": build_pages(path, request.args, page.next),
            "old": old,
            "new": new,
            "changes": _compare(services, draft, old, new),
            "fault": fault,
        }
        return render_page("staff/courses/versions.html", status, **context)


def _read_number(name: str) -> int | None:
    """A version in the query; None for none."""
    written = request.args.get(name, "")
    return int(written) if written.isdecimal() and len(written) < 10 else None


def _compare(
    services: PageServices, draft: DraftOut, old: int | None, new: int | None
) -> ShownChanges | None:
    """What one version says otherwise than another; None where none is asked for."""
    if old is None or new is None:
        return None
    asked = ComparisonQuery(old=old, new=new)
    found = services.catalog.show_comparison(draft.id, asked)
    before = _find_content(services, draft, old)
    after = _find_content(services, draft, new)
    return view_changes(found, before, after, find_module_names(services))


def _find_content(services: PageServices, draft: DraftOut, number: int) -> ContentOut:
    if number == DRAFT:
        return draft
    return services.catalog.show_edition(draft.id, number)
