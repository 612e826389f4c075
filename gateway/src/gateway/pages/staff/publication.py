"""Publishing a course: what lacks, what has changed, and taking it off the shelf."""

from typing import Any

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.drafts import ComparisonQuery, DraftOut
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.identity.account import STAFF
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.course_head import path_of, view_head
from gateway.pages.staff.editor_names import EditorNames
from gateway.pages.staff.version_views import (
    ShownChanges,
    view_changes,
    view_shortcomings,
)
from gateway.texts.language import translate_refusal

DONE = ("published", "archived", "unarchived")
"""What the page says was done just now."""


class PublicationPages(Routes):
    """The page on which a course is published."""

    name = "publication"

    def __init__(self, names: EditorNames) -> None:
        self.names = names

    @get("/staff/courses/<course_id>/publication")
    @for_role(STAFF)
    def show_publication(self, course_id: str) -> Response:
        return self._render(page_services(), course_id)

    @post("/staff/courses/<course_id>/publication")
    @for_role(STAFF)
    def publish_course(self, course_id: str) -> Response:
        """The draft that was seen becomes the next edition."""
        services = page_services()
        try:
            services.catalog.post_publication(course_id, read_version())
        except Problem as problem:
            return self._refuse(services, course_id, problem)
        return redirect_to(f"{path_of(course_id, 'publication')}?done=published")

    @post("/staff/courses/<course_id>/archival")
    @for_role(STAFF)
    def archive_course(self, course_id: str) -> Response:
        """A course leaves the lists, or comes back to them."""
        services, action = page_services(), request.form.get("action", "")
        try:
            if action == "archive":
                services.catalog.post_archival(course_id, read_version())
            elif action == "unarchive":
                services.catalog.delete_archival(course_id, read_version())
            else:
                raise Problem(422, "action-unknown", "没有这种操作")
        except Problem as problem:
            return self._refuse(services, course_id, problem)
        return redirect_to(f"{path_of(course_id, 'publication')}?done={action}d")

    def _refuse(
        self, services: PageServices, course_id: str, problem: Problem
    ) -> Response:
        """The page as things stand now, with the refusal above."""
        if problem.status in (404, 503):
            raise problem
        text = translate_refusal(problem.slug, problem.detail)
        return self._render(services, course_id, problem.status, text)

    def _render(
        self, services: PageServices, course_id: str, status: int = 200, fault: str = ""
    ) -> Response:
        draft = services.catalog.show_draft(course_id)
        found = services.catalog.show_publishability(course_id)
        done = request.args.get("done", "")
        context: dict[str, Any] = {
            "head": view_head(
                draft, self.names.get_name(draft.edited_by), "publication"
            ),
            "draft": draft,
            "published_by": self.names.get_name(draft.published_by),
            "changes": find_unpublished(services, draft),
            "shortcomings": view_shortcomings(course_id, found),
            "is_publishable": found.is_publishable,
            "fault": fault,
            "done": done if done in DONE and not fault else "",
        }
        return render_page("staff/courses/publication.html", status, **context)


def find_unpublished(services: PageServices, draft: DraftOut) -> ShownChanges | None:
    """What was changed since the last edition; None where there is none."""
    if draft.published is None or not draft.has_unpublished_edits:
        return None
    asked = ComparisonQuery(old=draft.edition)
    found = services.catalog.show_comparison(draft.id, asked)
    modules = find_module_names(services)
    return view_changes(found, draft.published, draft, modules)


def find_module_names(services: PageServices) -> dict[str, str]:
    """Names of modules by their codes; none while nobody can say."""
    areas = services.ask_part(services.catalog.list_areas).get_answer()
    return {module.code: module.name for area in areas for module in area.modules}


def read_version() -> int:
    """The version of the draft that was seen, as the form sends it."""
    written = request.form.get("version", "")
    return int(written) if written.isdecimal() and len(written) < 10 else 0
