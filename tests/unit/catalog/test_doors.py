"""What the catalogue answers, and to whom."""

import datetime

import pytest
from catalog.domain.course import Course

from tests.unit.catalog.catalogue import CLASS, LECTURE, NOT_STAFF, Catalogue


def test_staff_see_the_draft_beside_what_is_published() -> None:
    _, said = Catalogue().ask("staff", "/courses/k1")
    assert (said["title"], said["summary"], said["teacher"]) == (
        "密题", "密稿", "欧阳锋",
    )  # fmt: skip
    assert [lesson["is_completable"] for lesson in said["lessons"]] == [True, False]
    assert said["has_unpublished_edits"] is True
    assert said["published"]["title"] == "公开课"
    assert len(said["published"]["lessons"]) == 1


@pytest.mark.parametrize("role", NOT_STAFF)
def test_everybody_else_sees_what_is_published_and_nothing_more(role: str) -> None:
    catalogue = Catalogue()
    status, said = catalogue.ask(role, "/courses/k1")
    assert status == 200
    assert (said["title"], said["summary"], said["teacher"], said["module"]) == (
        "公开课", "公开的", "王老师", "m1",
    )  # fmt: skip
    assert [lesson["lesson_id"] for lesson in said["lessons"]] == ["l1"]
    assert "published" not in said
    assert "has_unpublished_edits" not in said
    _, listed = catalogue.ask(role, "/courses")
    assert listed == {"items": [said], "next": ""}


@pytest.mark.parametrize("role", [*NOT_STAFF, "staff"])
@pytest.mark.parametrize("query", ["密题", "密稿", "欧阳锋", "密讲"])
def test_nobody_finds_what_is_not_published(role: str, query: str) -> None:
    _, said = Catalogue().ask(role, f"/courses?q={query}")
    assert said == {"items": [], "next": ""}


@pytest.mark.parametrize("role", NOT_STAFF)
def test_a_draft_is_known_to_staff_only(role: str) -> None:
    catalogue = Catalogue()
    catalogue.courses.create(Course("k2", "草稿", "m1", "", "", (LECTURE,)))
    assert catalogue.ask(role, "/courses/k2")[0] == 404
    status, said = catalogue.ask("staff", "/courses/k2")
    assert (status, said["published"], said["has_unpublished_edits"]) == (
        200, None, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 404), ("operator", 404), ("trainee", 200), ("officer", 200)],
)
def test_a_course_that_is_archived_is_seen_by_those_whose_classes_go_on(
    role: str, status: int
) -> None:
    catalogue = Catalogue()
    assert catalogue.ask("staff", "/courses/k1/archival", method="POST")[0] == 200
    got, said = catalogue.ask(role, "/courses/k1")
    assert got == status
    assert "密题" not in str(said)
    assert catalogue.ask(role, "/courses")[1]["items"] == []


@pytest.mark.parametrize(
    ("role", "branch", "seen"),
    [
        ("staff", "", ["bj", "dc", "jgm", "xc"]),
        ("service", "", ["bj", "dc", "jgm", "xc"]),
        ("officer", "bj", ["bj", "dc", "jgm", "xc"]),
        ("officer", "dc", ["bj", "dc", "jgm"]),
        ("officer", "jgm", ["bj", "dc", "jgm"]),
        ("officer", "xc", ["bj", "xc"]),
        ("officer", "elsewhere", []),
        ("visitor", "", None),
        ("trainee", "", None),
        ("operator", "", None),
    ],
)
def test_quotas_are_seen_by_staff_and_by_officers_of_the_line(
    role: str, branch: str, seen: list[str] | None
) -> None:
    catalogue = Catalogue()
    _, one = catalogue.ask(role, "/classes/c1", branch=branch)
    _, listed = catalogue.ask(role, "/classes", branch=branch)
    for said in (one, *listed["items"]):
        quotas = said.get("quotas")
        assert (quotas and [quota["branch_id"] for quota in quotas]) == seen


def test_while_nobody_knows_the_tree_an_officer_is_told_no_quotas() -> None:
    catalogue = Catalogue(away=True)
    status, said = catalogue.ask("officer", "/classes/c1", branch="dc")
    assert status == 200
    assert "quotas" not in said


def test_a_class_is_over_after_its_last_day_and_leaves_the_list() -> None:
    assert Catalogue().ask("visitor", "/classes/c1")[1]["state"] == "open"
    after = Catalogue(today=datetime.date(2027, 1, 1))
    assert after.ask("visitor", "/classes/c1")[1]["state"] == "over"
    assert after.ask("visitor", "/classes")[1] == {"items": [], "next": ""}


COURSE_BODY = {"title": "新课", "module": "m1", "lessons": []}
LESSON_BODY = {"lesson_id": "l1", "title": "第一讲", "lecture_id": "v1"}
CLASS_BODY = {
    "course_id": "k1", "title": "二班", "capacity": 3, "form": "online",
    "starts_on": "2026-12-01", "ends_on": "2026-12-31",
}  # fmt: skip
AREA_BODY = {"name": "方向", "place": 2, "modules": []}


@pytest.mark.parametrize(
    ("method", "path", "body", "slug"),
    [
        ("GET", "/courses?after=x", None, "bad-cursor"),
        ("GET", "/classes?after=x", None, "bad-cursor"),
        ("POST", "/courses", {**COURSE_BODY, "title": "一\n二"}, "body-refused"),
        ("POST", "/courses", {**COURSE_BODY, "title": "一\u202e"}, "body-refused"),
        ("POST", "/courses", {**COURSE_BODY, "teacher": "一\n二"}, "body-refused"),
        ("POST", "/courses", {**COURSE_BODY, "summary": "\u202e"}, "body-refused"),
        (
            "POST",
            "/courses",
            {**COURSE_BODY, "lessons": [{**LESSON_BODY, "title": "\r"}]},
            "body-refused",
        ),
        (
            "POST",
            "/courses",
            {**COURSE_BODY, "lessons": [{**LESSON_BODY, "lecture_id": "a b"}]},
            "body-refused",
        ),
        (
            "POST",
            "/courses",
            {**COURSE_BODY, "lessons": [LESSON_BODY, LESSON_BODY]},
            "lesson-id-taken",
        ),
        (
            "PUT",
            "/courses/k1",
            {**COURSE_BODY, "lessons": [LESSON_BODY, LESSON_BODY]},
            "lesson-id-taken",
        ),
        ("PUT", "/courses/k1", {**COURSE_BODY, "module": "m2"}, "module-fixed"),
        (
            "POST",
            "/courses",
            {**COURSE_BODY, "lessons": [{**LESSON_BODY, "kind": "live"}]},
            "lecture-misplaced",
        ),
        ("POST", "/courses", {**COURSE_BODY, "fastest": 0.9}, "body-refused"),
        ("POST", "/courses", {**COURSE_BODY, "fastest": 2.1}, "body-refused"),
        ("POST", "/courses", {**COURSE_BODY, "fastest": "2"}, "body-refused"),
        ("PUT", "/courses/k1", {**COURSE_BODY, "fastest": None}, "body-refused"),
        ("PUT", "/courses/k1", {**COURSE_BODY, "fastest": 0}, "body-refused"),
        ("POST", "/classes", {**CLASS_BODY, "title": "一\n"}, None),
        ("POST", "/classes", {**CLASS_BODY, "title": "一\n二"}, "body-refused"),
        ("POST", "/classes", {**CLASS_BODY, "point": "一\n二"}, "body-refused"),
        ("POST", "/classes", {**CLASS_BODY, "starts_on": "2026-02-30"}, "wrong-dates"),
        ("POST", "/classes", {**CLASS_BODY, "ends_on": "2026-12-99"}, "wrong-dates"),
        ("POST", "/classes", {**CLASS_BODY, "ends_on": "2026-11-30"}, "wrong-dates"),
        (
            "POST",
            "/classes",
            {**CLASS_BODY, "starts_on": "2020-01-01", "ends_on": "2020-02-01"},
            "wrong-dates",
        ),
        (
            "POST",
            "/classes",
            {**CLASS_BODY, "quotas": [{"branch_id": "dc", "seats": 1}] * 2},
            "quota-repeated",
        ),
        ("PUT", "/areas/a%20b", AREA_BODY, "bad-code"),
        (
            "PUT",
            "/areas/a2",
            {**AREA_BODY, "modules": [{"code": "m1", "name": "又", "topics": []}]},
            "module-code-taken",
        ),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name_and_changes_nothing(
    method: str, path: str, body: object, slug: str | None
) -> None:
    catalogue = Catalogue()
    kept = (dict(catalogue.courses.rows), dict(catalogue.outline.area_rows))
    status, said = catalogue.ask("staff", path, method=method, body=body)
    if slug is None:
        assert (status, said["title"]) == (201, "一")
        return
    assert (status, said["type"].rpartition("/")[2]) == (422, slug)
    assert (catalogue.courses.rows, catalogue.outline.area_rows) == kept
    assert catalogue.classes.rows == {"c1": CLASS}


@pytest.mark.parametrize(("said", "kept"), [({}, 2.0), ({"fastest": 1}, 1.0)])
def test_a_course_is_drafted_with_its_fastest_rate_or_with_two(
    said: dict[str, float], kept: float
) -> None:
    body = COURSE_BODY | said
    status, draft = Catalogue().ask("staff", "/courses", method="POST", body=body)
    assert (status, draft["fastest"]) == (201, kept)


def test_an_edited_fastest_rate_is_shown_to_all_once_it_is_published() -> None:
    catalogue = Catalogue()
    body = COURSE_BODY | {"lessons": [LESSON_BODY], "fastest": 1.25}
    _, edited = catalogue.ask("staff", "/courses/k1", method="PUT", body=body)
    assert (edited["fastest"], edited["published"]["fastest"]) == (1.25, 2.0)
    assert catalogue.ask("trainee", "/courses/k1")[1]["fastest"] == 2.0
    catalogue.ask("staff", "/courses/k1/publication", method="POST")
    assert catalogue.ask("trainee", "/courses/k1")[1]["fastest"] == 1.25


def test_a_class_on_a_course_nobody_can_complete_is_refused_by_name() -> None:
    catalogue = Catalogue()
    path = "/courses/k1/publication"
    catalogue.classes.rows.clear()
    assert catalogue.ask("staff", path, method="POST")[0] == 200
    status, said = catalogue.ask("staff", "/classes", method="POST", body=CLASS_BODY)
    assert status == 409
    assert said["type"].endswith("/course-not-completable")
    assert catalogue.classes.rows == {}
