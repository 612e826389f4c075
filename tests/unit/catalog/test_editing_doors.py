"""What the editor of courses is answered: versions, conflicts, editions, lists."""

import datetime
from typing import Any

import pytest
from catalog.domain.lecture import MAKING, Lecture

from tests.unit.catalog.catalogue import NOT_STAFF, Catalogue

COURSE = {
    "title": "密题", "module": "m1", "summary": "密稿", "teacher": "欧阳锋",
    "lessons": [
        {"lesson_id": "l1", "title": "第一讲", "lecture_id": "v1"},
        {"lesson_id": "l2", "title": "密讲", "kind": "onsite"},
    ],
}  # fmt: skip
AREA = {"name": "方向", "place": 1, "modules": []}
PROJECT = {"name": "项目", "place": 1, "form": "", "summary": ""}
PATH = "/courses/k1"


def put(catalogue: Catalogue, body: object, **more: str) -> tuple[int, Any]:
    return catalogue.ask("staff", PATH, method="PUT", body=body, **more)


def slug(answer: dict[str, Any]) -> str:
    return str(answer["type"]).rpartition("/")[2]


def test_a_course_comes_with_the_version_that_an_edit_names() -> None:
    catalogue = Catalogue()
    _, course = catalogue.ask("staff", PATH)
    assert catalogue.tag == f'"{course["version"]}"'
    status, edited = put(
        catalogue, COURSE | {"title": "新题"}, match=catalogue.tag, account="anna"
    )
    assert (status, edited["version"]) == (200, course["version"] + 1)
    assert catalogue.tag == f'"{edited["version"]}"'
    assert edited["edited_by"] == "anna"
    at = datetime.datetime.fromisoformat(edited["edited_at"])
    assert at.utcoffset() == datetime.timedelta(0)


def test_a_proxy_that_weakens_a_tag_keeps_nobody_from_editing() -> None:
    catalogue = Catalogue()
    catalogue.ask("staff", PATH)
    assert put(catalogue, COURSE, match=f"W/{catalogue.tag}")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", PATH, COURSE),
        ("POST", f"{PATH}/editions/1/restoration", None),
        ("PUT", "/areas/a1", AREA),
        ("PUT", "/projects/p1", PROJECT),
    ],
)
def test_an_edit_says_which_version_it_edits(
    method: str, path: str, body: object
) -> None:
    catalogue = Catalogue()
    before = dict(catalogue.courses.rows)
    status, said = catalogue.ask("staff", path, method=method, body=body, match="")
    assert (status, slug(said)) == (428, "precondition-required")
    status, said = catalogue.ask("staff", path, method=method, body=body, match="x")
    assert (status, slug(said)) == (412, "edit-conflict")
    assert catalogue.courses.rows == before


def test_of_two_editors_the_later_is_shown_what_the_first_wrote() -> None:
    catalogue = Catalogue()
    catalogue.ask("staff", PATH)
    seen = catalogue.tag
    put(catalogue, COURSE | {"teacher": "黄药师"}, match=seen, account="anna")
    status, said = put(catalogue, COURSE | {"title": "又题"}, match=seen)
    _, now = catalogue.ask("staff", PATH)
    assert (status, slug(said)) == (412, "edit-conflict")
    assert (said["edited_by"], said["fields"]) == ("anna", ["title", "teacher"])
    assert said["edited_at"] == now["edited_at"]
    assert said["version"] == now["version"]
    assert said["current"] == now
    assert now["teacher"] == "黄药师"


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "publication"), ("POST", "archival"), ("POST", "editions/1/restoration")],
)
def test_what_is_done_to_a_course_that_moved_is_refused(method: str, path: str) -> None:
    catalogue = Catalogue()
    catalogue.ask("staff", PATH)
    seen = catalogue.tag
    put(catalogue, COURSE | {"teacher": "黄药师"}, match=seen)
    before = dict(catalogue.courses.rows)
    status, said = catalogue.ask("staff", f"{PATH}/{path}", method=method, match=seen)
    assert (status, slug(said)) == (412, "edit-conflict")
    assert said["current"]["teacher"] == "黄药师"
    assert catalogue.courses.rows == before


def test_a_course_is_published_and_archived_without_a_version_too() -> None:
    catalogue = Catalogue()
    catalogue.classes.rows.clear()
    for method, path, state in (
        ("POST", "publication", "published"),
        ("POST", "archival", "archived"),
        ("DELETE", "archival", "published"),
    ):
        whole = f"{PATH}/{path}"
        status, said = catalogue.ask("staff", whole, method=method, match="")
        assert (status, said["state"]) == (200, state)


def test_a_new_lesson_gets_an_id_and_the_others_keep_theirs() -> None:
    catalogue = Catalogue()
    lessons = [{"title": "新讲", "kind": "lecture"}, *COURSE["lessons"]]
    _, edited = put(catalogue, COURSE | {"lessons": lessons})
    new, *others = [lesson["lesson_id"] for lesson in edited["lessons"]]
    assert others == ["l1", "l2"]
    assert new
    assert new not in others


def test_an_edit_with_a_new_lesson_may_be_sent_again() -> None:
    catalogue = Catalogue()
    catalogue.ask("staff", PATH)
    seen, body = catalogue.tag, COURSE | {"lessons": [{"title": "新讲"}] * 2}
    first, again = (put(catalogue, body, match=seen) for _ in range(2))
    assert first == again
    assert first[0] == 200


@pytest.mark.parametrize(("count", "status"), [(200, 200), (201, 422)])
def test_a_course_has_two_hundred_lessons_at_most(count: int, status: int) -> None:
    lessons = [{"title": f"第{n}讲"} for n in range(count)]
    assert put(Catalogue(), COURSE | {"lessons": lessons})[0] == status


def test_the_picture_is_shown_to_all_once_it_is_published() -> None:
    catalogue = Catalogue()
    picture = {"picture": "p1", "picture_alt": "车间"}
    put(catalogue, COURSE | picture | {"lessons": COURSE["lessons"][:1]})
    assert catalogue.ask("visitor", PATH)[1]["picture"] == ""
    catalogue.ask("staff", f"{PATH}/publication", method="POST")
    _, shown = catalogue.ask("visitor", PATH)
    assert {name: shown[name] for name in picture} == picture
    for secret in ("version", "edited_by", "edited_at", "published_by"):
        assert secret not in shown


@pytest.mark.parametrize("language", ["", "zh", "en", "other"])
def test_a_course_is_taught_in_one_of_these_languages(language: str) -> None:
    status, said = put(Catalogue(), COURSE | {"language": language})
    assert (status, said["language"]) == (200, language)


@pytest.mark.parametrize("language", ["fr", "ZH", " zh", "zh\n", None, 1, ["zh"]])
def test_another_language_is_refused_at_its_field_and_nothing_is_kept(
    language: object,
) -> None:
    catalogue = Catalogue()
    kept = dict(catalogue.courses.rows)
    status, said = put(catalogue, COURSE | {"language": language})
    assert (status, slug(said)) == (422, "body-refused")
    assert [one["pointer"] for one in said["errors"]] == ["/language"]
    assert catalogue.courses.rows == kept


def test_the_editor_sees_how_far_a_lecture_is_and_what_is_missing() -> None:
    catalogue = Catalogue()
    catalogue.classes.rows.clear()
    catalogue.lectures.rows["v1"] = Lecture("v1", 1, MAKING, 40)
    _, course = catalogue.ask("staff", PATH)
    lecture = course["lessons"][0]["lecture"]
    assert (lecture["state"], lecture["percent"]) == (MAKING, 40)
    _, said = catalogue.ask("staff", f"{PATH}/publishability")
    assert (said["is_publishable"], said["version"]) == (True, course["version"])
    assert [(one["code"], one["lesson_id"]) for one in said["items"]] == [
        ("lecture-not-ready", "l1"),
        ("lesson-not-completable", "l2"),
    ]
    put(catalogue, COURSE | {"lessons": []})
    _, said = catalogue.ask("staff", f"{PATH}/publishability")
    assert said["is_publishable"] is False
    status, refused = catalogue.ask("staff", f"{PATH}/publication", method="POST")
    assert (status, slug(refused)) == (422, "not-publishable")
    assert refused["missing"] == said["items"]


def test_editions_are_listed_read_compared_and_restored() -> None:
    catalogue = Catalogue()
    catalogue.classes.rows.clear()
    catalogue.ask("staff", f"{PATH}/publication", method="POST", account="anna")
    _, listed = catalogue.ask("staff", f"{PATH}/editions")
    lines = [(one["number"], one["title"], one["lessons"]) for one in listed["items"]]
    assert lines == [(2, "密题", 2), (1, "公开课", 1)]
    assert listed["items"][0]["published_by"] == "anna"
    _, first = catalogue.ask("staff", f"{PATH}/editions/1")
    assert (first["title"], len(first["lessons"])) == ("公开课", 1)
    _, found = catalogue.ask("staff", f"{PATH}/comparison?old=1&new=2")
    assert found["fields"] == ["title", "lessons", "summary", "teacher"]
    assert [lesson["lesson_id"] for lesson in found["added"]] == ["l2"]
    assert catalogue.ask("staff", f"{PATH}/comparison?old=2")[1]["fields"] == []
    for path in ("editions/9", "comparison?old=9"):
        status, said = catalogue.ask("staff", f"{PATH}/{path}")
        assert (status, slug(said)) == (404, "unknown-edition")
    catalogue.ask("staff", PATH)
    path = f"{PATH}/editions/1/restoration"
    status, said = catalogue.ask("staff", path, method="POST", match=catalogue.tag)
    assert (status, said["title"], said["edition"]) == (200, "公开课", 2)
    assert said["has_unpublished_edits"] is True


def test_staff_list_drafts_by_state_and_words_and_see_how_many_there_are() -> None:
    catalogue = Catalogue()
    draft = COURSE | {"title": "别的", "teacher": "王老师"}
    _, made = catalogue.ask("staff", "/courses", method="POST", body=draft)
    _, said = catalogue.ask("staff", "/drafts")
    assert [one["id"] for one in said["items"]] == [made["id"], "k1"]
    assert said["counts"] == {"draft": 1, "published": 1, "changed": 1, "archived": 0}
    for query, ids in (
        ("state=draft", [made["id"]]), ("state=changed", ["k1"]),
        ("q=欧阳锋", ["k1"]), ("q=密讲", []), ("state=archived", []), ("q=，", []),
    ):  # fmt: skip
        _, said = catalogue.ask("staff", f"/drafts?{query}")
        assert [one["id"] for one in said["items"]] == ids
    _, first = catalogue.ask("staff", "/drafts?limit=1&sort=title")
    _, rest = catalogue.ask("staff", f"/drafts?sort=title&after={first['next']}")
    assert [one["title"] for one in first["items"] + rest["items"]] == ["别的", "密题"]
    status, said = catalogue.ask("staff", "/drafts?state=gone")
    assert (status, slug(said)) == (422, "query-refused")


def test_the_longest_title_still_makes_a_cursor_that_is_taken() -> None:
    catalogue = Catalogue()
    long = COURSE | {"title": "𠮷" * 200}
    for _ in range(2):
        catalogue.ask("staff", "/courses", method="POST", body=long)
    _, first = catalogue.ask("staff", "/drafts?limit=2&sort=title")
    status, rest = catalogue.ask("staff", f"/drafts?sort=title&after={first['next']}")
    assert (status, len(rest["items"])) == (200, 1)


@pytest.mark.parametrize("role", [*NOT_STAFF, "staff"])
def test_courses_are_read_by_ids_as_one_by_one_in_the_order_asked(role: str) -> None:
    catalogue = Catalogue()
    catalogue.courses.create(
        catalogue.courses.rows["k1"].of(
            "k0",
            catalogue.courses.rows["k1"].content,
            catalogue.courses.rows["k1"].edited,
        )
    )
    _, said = catalogue.ask(role, "/courses?ids=k9,k1,k0,k1")
    one_by_one = [catalogue.ask(role, f"/courses/{id_}") for id_ in ("k1", "k0")]
    assert said["items"] == [body for status, body in one_by_one if status == 200]
    assert len(said["items"]) == (2 if role == "staff" else 1)


@pytest.mark.parametrize("role", [*NOT_STAFF, "staff"])
def test_classes_are_read_by_ids_as_one_by_one(role: str) -> None:
    catalogue = Catalogue()
    _, said = catalogue.ask(role, "/classes?ids=c9,c1")
    assert said["items"] == [catalogue.ask(role, "/classes/c1")[1]]
    assert catalogue.tag == f'"{said["items"][0]["version"]}"'


@pytest.mark.parametrize("path", ["courses", "classes"])
def test_a_hundred_are_read_at_once_and_no_more(path: str) -> None:
    catalogue = Catalogue()
    for count, status in ((100, 200), (101, 422)):
        ids = ",".join(f"x{n}" for n in range(count))
        assert catalogue.ask("staff", f"/{path}?ids={ids}")[0] == status
    assert catalogue.ask("staff", f"/{path}?ids=a,,b")[0] == 422


def test_closing_a_class_gives_it_another_version_once() -> None:
    catalogue = Catalogue()
    for _ in range(2):
        _, said = catalogue.ask("staff", "/classes/c1/closing", method="POST")
        assert said["version"] == 2


@pytest.mark.parametrize(("path", "body"), [("areas", AREA), ("projects", PROJECT)])
def test_an_area_or_project_is_not_written_over_unseen(
    path: str, body: dict[str, object]
) -> None:
    catalogue = Catalogue()
    one = f"/{path}/new"
    new = catalogue.ask("staff", one, method="PUT", body=body, match='"0"')
    assert (new[0], new[1]["version"], catalogue.tag) == (200, 1, '"1"')
    renamed = body | {"name": "改名"}
    catalogue.ask("staff", one, method="PUT", body=renamed, match='"1"', account="anna")
    status, said = catalogue.ask("staff", one, method="PUT", body=body, match='"1"')
    assert (status, slug(said)) == (412, "edit-conflict")
    assert (said["fields"], said["edited_by"]) == (["name"], "anna")
    assert said["current"]["name"] == "改名"
    _, listed = catalogue.ask("staff", f"/{path}")
    assert said["current"] in listed
    _, listed = catalogue.ask("visitor", f"/{path}")
    assert "anna" not in str(listed)
    assert listed[-1]["version"] == 2


@pytest.mark.parametrize("role", ["visitor", "trainee"])
def test_courses_are_found_by_the_names_of_their_module_and_area(role: str) -> None:
    catalogue = Catalogue()
    for query in ("模块", "方向", "方向 模块"):
        _, said = catalogue.ask(role, f"/courses?q={query}")
        assert [one["id"] for one in said["items"]] == ["k1"]
    assert catalogue.ask(role, "/courses?q=方向公开")[1]["items"] == []
