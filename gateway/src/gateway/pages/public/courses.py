"""The catalogue: search, a course, a class."""

from typing import Any

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get
from flask import Response, request

from gateway.api.request_visitor import current_visitor
from gateway.clients.parts import Unavailable
from gateway.clients.services import PageClient, Question
from gateway.forms.searches import CourseSearchForm
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.components.paging import build_pages
from gateway.pages.course_system import AREAS, add_seats, classes_of_page
from gateway.pages.learning_record import find_lessons_done, read_record
from gateway.pages.page_client import page_client
from gateway.pages.rendering import is_part, render_page
from gateway.texts.classes import FORMS


class CoursePages(Routes):
    """Pages of the catalogue."""

    name = "courses"

    @get("/courses")
    @allow_everyone
    def list_courses(self) -> Response:
        form = CourseSearchForm.of_request()
        query, module = form.q.data or "", form.module.data or ""
        after = request.args.get("after", "")[:400]
        found = _search_courses(page_client(), query, module, after)
        form.offer_modules(list(found["areas"]))
        context: dict[str, Any] = found | {
            "form": form,
            "pages": build_pages("/courses", request.args, found.get("next") or ""),
            "names": {
                m["code"]: m["name"] for area in found["areas"] for m in area["modules"]
            },
        }
        return render_page(
            "public/courses/found.html" if is_part() else "public/courses/list.html",
            **context,
        )

    @get("/courses/<course_id>")
    @allow_everyone
    def show_course(self, course_id: str) -> Response:
        client = page_client()
        classes = _find_open_classes(client, course=course_id)
        course = client.read_object("catalog", "courses", course_id)
        context = {
            "course": course,
            "edits": _find_edits(course),
            "classes": classes,
            "forms": FORMS,
            **_read_progress(client, course_id),
        }
        return render_page("public/courses/show.html", **context)

    @get("/classes/<class_id>")
    @allow_everyone
    def show_class(self, class_id: str) -> Response:
        client = page_client()
        class_ = client.read_object("catalog", "classes", class_id)
        context = {
            "class": class_,
            "numbers": _read_seats(client, class_),
            "course": client.read_object("catalog", "courses", class_["course_id"]),
            "forms": FORMS,
            **_read_own_enrolment(client, class_id),
            **_read_progress(client, class_["course_id"]),
        }
        return render_page("public/courses/class.html", **context)


def _search_courses(
    client: PageClient, query: str, module: str, after: str
) -> dict[str, Any]:
    """A page of courses; with the first of a search, classes and projects too."""
    wanted = {"q": query, "module": module, "after": after, "limit": "100"}
    questions = {"areas": AREAS, "found": Question.of("catalog", "courses", **wanted)}
    if query and not module and not after:
        questions |= {
            "classes": Question.of("catalog", "classes", q=query, limit="12"),
            "projects": Question.of("catalog", "projects", q=query),
        }
    parts: dict[str, Any] = {"classes": {"items": []}, "projects": []}
    parts |= client.ask_parts(**questions)
    courses = parts.pop("found")
    page = (
        {"courses": courses}
        if isinstance(courses, Unavailable)
        else {"courses": courses["items"], "next": courses["next"]}
    )
    return parts | {"classes": classes_of_page(parts["classes"])} | page


def _find_edits(course: dict[str, Any]) -> str:
    """What of a course only the staff sees yet: all of it, some edits, or nothing."""
    if STAFF not in current_visitor().roles:
        return ""
    if not course.get("published"):
        return "unpublished"
    return "ahead" if course.get("has_unpublished_edits") else ""


def _read_seats(client: PageClient, class_: dict[str, Any]) -> Any:
    """The seats of a class for who may see them; None for others."""
    if not current_visitor().roles & {TRAINEE, OFFICER, STAFF}:
        return None
    return add_seats(client, [class_])[0]["seats"]


def _find_open_classes(client: PageClient, **wanted: str) -> list[dict[str, Any]]:
    """The nearest classes that run or come."""
    page = client.read_object("catalog", "classes", **wanted)
    classes: list[dict[str, Any]] = page["items"]
    return classes


def _read_progress(client: PageClient, course_id: str) -> dict[str, Any]:
    """Lessons done and lectures watched, for a trainee."""
    record = read_record(client)
    return {"done": find_lessons_done(record, course_id), "watched": record["watched"]}


def _read_own_enrolment(client: PageClient, class_id: str) -> dict[str, Any]:
    """A trainee's enrolment in a class, and its certificate once there is one."""
    if TRAINEE not in current_visitor().roles:
        return {"enrolment": None, "certificate": None}
    parts = client.ask_parts(
        enrolment=Question.of("enrollment", "enrolments"),
        certificate=Question.of("learning", "certificates"),
    )
    return {name: _latest_of_class(part, class_id) for name, part in parts.items()}


def _latest_of_class(part: list[dict[str, Any]] | Unavailable, class_id: str) -> Any:
    """The last row of this class; Unavailable while nobody can say."""
    if isinstance(part, Unavailable):
        return part
    of_class = [row for row in part if row["class_id"] == class_id]
    return of_class[-1] if of_class else None
