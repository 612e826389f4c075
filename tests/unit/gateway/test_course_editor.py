"""The course editor's pages, and its lessons, as somebody without scripts has them."""

import re
from io import BytesIO
from typing import Any, get_args

import pytest
from chassis.http.problem import Problem
from contracts.http.drafts import Language
from gateway.forms.lessons import (
    LessonAction,
    LessonRow,
    change_lessons,
    mark_untitled,
    read_lessons,
)
from gateway.pages.staff.captions import CaptionPages
from gateway.pages.staff.courses import StaffCoursePages
from gateway.pages.staff.lessons import LessonPages
from gateway.pages.staff.publication import PublicationPages
from gateway.pages.staff.versions import VersionPages
from gateway.texts.courses import LANGUAGES
from gateway.texts.language import LANGUAGE_COOKIE
from werkzeug.datastructures import MultiDict

from tests.unit.gateway.course_scene import (
    CONFLICT,
    CONTENT,
    DRAFT,
    DRAFTS,
    LESSON,
    editor,
    send,
)

MAKING = {
    "lecture_id": "v1", "edition": 1, "title": "", "state": "transcoding",
    "percent": 40, "seconds": 0.0, "renditions": [], "reason": "", "detail": "",
    "place": 0, "is_worked_on": True, "tries": 0, "cause": "", "again_at": 0.0,
}  # fmt: skip
TYPED = {
    "version": "3", "title": "我写的", "module": "policy", "fastest": "2.0",
    "lesson_id": "l1", "lesson_title": "第一讲题目", "lesson_kind": "lecture",
    "lesson_lecture": "v1",
}  # fmt: skip
ROWS = [LessonRow("a", "甲"), LessonRow("b", "乙"), LessonRow("c", "丙")]


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "没有修改记录"), ("en", "No edit on record")]
)
def test_a_course_of_before_edits_were_recorded_says_so(
    language: str, words: str
) -> None:
    old = DRAFT | {"edited_by": "", "edited_at": ""}
    answers = {"drafts/k1": old, "drafts": DRAFTS | {"items": [old]}}
    pages = [
        editor(**answers).get("/staff/courses/k1", language),
        editor(StaffCoursePages, **answers).get("/staff/courses", language),
    ]
    for text in [page.text for page in pages]:
        assert words in text
        assert [bad for bad in ("None", "1970") if bad in text] == []


def fields(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}"[^>]* value="([^"]*)"', page)


def changed(action: str, lesson_id: str = "") -> list[str]:
    rows = change_lessons(ROWS, LessonAction(action, lesson_id))
    assert rows is not None
    return [row.lesson_id for row in rows]


def test_lessons_move_by_a_place_and_never_out_of_the_list() -> None:
    assert changed("up", "b") == ["b", "a", "c"]
    assert changed("down", "b") == ["a", "c", "b"]
    assert changed("up", "a") == changed("down", "c") == ["a", "b", "c"]


def test_a_lesson_is_added_at_the_end_with_an_id_of_its_own() -> None:
    *before, new = changed("add")
    assert before == ["a", "b", "c"]
    assert new not in ("", *before)


def test_a_removed_lesson_stays_until_it_is_saved_and_can_come_back() -> None:
    removed = change_lessons(ROWS, LessonAction("remove", "b"))
    assert removed is not None
    assert [row.is_removed for row in removed] == [False, True, False]
    assert change_lessons(removed, LessonAction("restore", "b")) == ROWS


def test_other_buttons_change_no_lesson() -> None:
    assert change_lessons(ROWS, LessonAction("save")) is None
    assert change_lessons(ROWS, LessonAction("up", "nobody")) is None


def test_what_a_browser_sends_is_read_in_its_order() -> None:
    sent = MultiDict[str, str](
        [("lesson_removed", "b")]
        + [("lesson_id", id_) for id_ in "ab"]
        + [("lesson_title", title) for title in ("甲", "")]
        + [("lesson_kind", kind) for kind in ("test", "nonsense")]
        + [("lesson_lecture", "")] * 2
    )
    first, second = mark_untitled(read_lessons(sent))
    assert (first.kind, second.kind) == ("test", "lecture")
    assert (second.is_removed, second.is_wrong) == (True, False)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_shows_states_with_their_counts(language: str) -> None:
    page = editor(StaffCoursePages).get("/staff/courses", language).text
    assert [n in page for n in (" 12<", " 7<", " 5<", " 2<", " 1<")] == [True] * 5
    assert "李教务" in page
    assert "政策" in page


def test_the_list_without_the_catalogue_is_a_page_still() -> None:
    away = Problem(503, "service-away", "")
    answer = editor(StaffCoursePages, areas=away, drafts=away).get("/staff/courses")
    assert (answer.status_code, "没有回应" in answer.text) == (200, True)


def test_a_new_course_leads_to_its_editor() -> None:
    shown = editor(StaffCoursePages, courses=DRAFT)
    answer = send(shown, "/staff/courses/new", title="新课", module="policy")
    assert answer.headers["Location"] == "/staff/courses/k1"
    refused = send(shown, "/staff/courses/new", title="", module="policy")
    assert (refused.status_code, "#title" in refused.text) == (422, True)


def test_characters_that_nobody_types_are_a_fault_and_no_error() -> None:
    new = {"title": "a\x00b", "module": "policy"}
    assert (
        send(editor(StaffCoursePages), "/staff/courses/new", **new).status_code == 422
    )
    typed = TYPED | {"title": "a\x00b"}
    assert 'href="#title"' in send(editor(), "/staff/courses/k1", **typed).text
    typed = TYPED | {"lesson_title": "a\x00b"}
    assert send(editor(), "/staff/courses/k1", **typed).status_code == 422
    captions = {"file": (BytesIO(b"x"), "a.srt"), "language": "en", "label": "\x00"}
    path = "/staff/courses/k1/lessons/l1/captions"
    assert send(editor(CaptionPages), path, **captions).status_code == 422


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_editor_shows_what_is_written_and_from_which_version(language: str) -> None:
    page = editor().get("/staff/courses/k1", language).text
    assert fields(page, "version") == ["3"]
    assert fields(page, "lesson_title") == ["第一讲题目", ""]  # and the blank one
    assert "00:20" in page


def test_what_is_typed_is_saved_with_the_version_that_was_seen() -> None:
    shown = editor(**{"courses/k1": DRAFT})
    answer = send(shown, "/staff/courses/k1", **TYPED)
    assert answer.headers["Location"] == "/staff/courses/k1?saved=1"
    sent = shown.services["catalog"].bodies[-1]
    assert (sent.title, sent.lessons[0].lecture_id) == ("我写的", "v1")


def test_a_button_without_scripts_changes_the_page_and_saves_nothing() -> None:
    shown = editor()
    page = send(shown, "/staff/courses/k1", **TYPED, action="add").text
    assert len(fields(page, "lesson_id")) == 3  # with the blank one
    assert fields(page, "title") == ["我写的"]
    assert shown.services["catalog"].asked == ["/drafts/k1", "/areas"]


def test_a_fault_stands_at_its_field_and_what_was_typed_stays() -> None:
    answer = send(editor(), "/staff/courses/k1", **TYPED | {"title": " "})
    assert (answer.status_code, 'href="#title"' in answer.text) == (422, True)
    assert fields(answer.text, "lesson_title")[0] == "第一讲题目"
    untitled = send(editor(), "/staff/courses/k1", **TYPED | {"lesson_title": " "})
    assert (untitled.status_code, "lesson wrong" in untitled.text) == (422, True)


def test_the_editor_offers_the_languages_that_the_contract_has() -> None:
    assert set(LANGUAGES) == set(get_args(Language))


@pytest.mark.parametrize(
    ("page_language", "words"),
    [("zh", "请从列表里选"), ("en", "Pick one from the list")],
)
def test_a_language_that_is_none_is_a_fault_at_its_field(
    page_language: str, words: str
) -> None:
    shown = editor(**{"courses/k1": DRAFT})
    shown.client.set_cookie(LANGUAGE_COOKIE, page_language)
    answer = send(shown, "/staff/courses/k1", **TYPED | {"language": "fr"})
    assert answer.status_code == 422
    assert 'href="#language"' in answer.text
    assert f'id="language-fault">{words}</p>' in answer.text
    assert shown.services["catalog"].bodies == []


@pytest.mark.parametrize(
    ("page_language", "words"),
    [("zh", "有一项写法不对：请核对后再送"), ("en", "Something is not written right")],
)
def test_a_language_that_the_catalogue_refuses_is_a_fault_at_its_field(
    page_language: str, words: str
) -> None:
    errors = [{"pointer": "/language", "code": "field-illegal"}]
    refused = Problem(422, "body-refused", "", errors=errors)
    shown = editor(**{"courses/k1": refused})
    shown.client.set_cookie(LANGUAGE_COOKIE, page_language)
    answer = send(shown, "/staff/courses/k1", **TYPED | {"language": "en"})
    assert answer.status_code == 422
    assert f'id="language-fault">{words}' in answer.text


def test_who_comes_late_reads_languages_by_their_names() -> None:
    newer = DRAFT | {"language": "en", "version": 4}
    shown = editor(**{"drafts/k1": newer, "courses/k1": CONFLICT})
    answer = send(shown, "/staff/courses/k1", **TYPED | {"language": "zh"})
    assert fields(answer.text, "take-language") == ["mine", "theirs"]
    assert ["<span>中文</span>" in answer.text, "<span>英文</span>" in answer.text] == [
        True, True,
    ]  # fmt: skip


def test_who_comes_late_sees_both_values_and_loses_nothing() -> None:
    newer = DRAFT | {"title": "对方写的", "version": 4}
    shown = editor(**{"drafts/k1": newer, "courses/k1": CONFLICT})
    answer = send(shown, "/staff/courses/k1", **TYPED)
    assert answer.status_code == 412
    assert fields(answer.text, "version") == ["4"]
    assert fields(answer.text, "title") == ["我写的"]
    assert fields(answer.text, "take-title") == ["mine", "theirs"]
    assert "李教务" in answer.text


def test_a_merge_saves_what_was_chosen_over_the_version_that_was_shown() -> None:
    newer = DRAFT | {"title": "对方写的", "version": 4}
    shown = editor(**{"drafts/k1": newer, "courses/k1": newer})
    merge = TYPED | {"version": "4", "action": "merge", "take-title": "theirs"}
    assert send(shown, "/staff/courses/k1", **merge).status_code == 303
    assert shown.services["catalog"].bodies[-1].title == "对方写的"
    once_more = editor(**{"drafts/k1": newer | {"version": 5}})
    assert send(once_more, "/staff/courses/k1", **merge).status_code == 412


def test_a_lesson_without_video_invites_to_upload_one() -> None:
    bare = DRAFT | {"lessons": [LESSON | {"lecture_id": "", "lecture": None}]}
    shown = editor(LessonPages, **{"drafts/k1": bare})
    page = shown.get("/staff/courses/k1/lessons/l1").text
    assert 'data-link="/staff/courses/k1/lessons/l1/lecture"' in page
    assert "<noscript>" in page
    assert "every 2s" not in page
    assert shown.get("/staff/courses/k1/lessons/l9").status_code == 404


@pytest.mark.parametrize(
    ("state", "is_asked_again"), [("transcoding", True), ("failed", False)]
)
def test_the_making_is_asked_again_while_it_goes_on(
    state: str, is_asked_again: bool
) -> None:
    shown = editor(LessonPages)
    making = MAKING | {"state": state, "reason": "not-video" * (state == "failed")}
    shown.services["media"].answers = {"/lectures/v1/making": making}
    page = shown.get("/staff/courses/k1/lessons/l1/making").text
    assert ("every 2s" in page) == is_asked_again
    assert ("不是视频" in page) != is_asked_again


def test_a_lecture_is_linked_over_other_peoples_edits() -> None:
    answers = iter([CONFLICT, DRAFT])

    def put(_: Any) -> Any:
        answer = next(answers)
        if isinstance(answer, Problem):
            raise answer
        return answer

    shown = editor(LessonPages, **{"courses/k1": put})
    path = "/staff/courses/k1/lessons/l1/lecture"
    assert send(shown, path, lecture_id="v2").status_code == 204
    assert shown.services["catalog"].bodies[-1].lessons[0].lecture_id == "v2"


def test_faults_of_captions_are_named_by_line() -> None:
    shown = editor(CaptionPages)
    fault = {"line": 7, "code": "bad-time", "detail": ""}
    refused = Problem(422, "captions-refused", "", faults=[fault], more=2)
    shown.services["media"].answers = {"/lectures/v1/captions/en": refused}
    file = (BytesIO(b"x"), "a.srt")
    answer = send(
        shown, "/staff/courses/k1/lessons/l1/captions", file=file, language="en"
    )
    assert answer.status_code == 422
    assert "第 7 行" in answer.text
    assert "还有 2 处" in answer.text


def test_what_lacks_leads_to_where_it_is_mended() -> None:
    lacks = {
        "version": 3, "is_publishable": False,
        "items": [
            {"code": "lecture-missing", "field": "lessons", "lesson_id": "l1",
             "title": "100%", "is_blocking": True},
            {"code": "picture-without-alt", "field": "picture_alt", "lesson_id": "",
             "title": "", "is_blocking": False},
            {"code": "new-code", "field": "x", "lesson_id": "", "title": "",
             "is_blocking": False},
        ],
    }  # fmt: skip
    shown = editor(PublicationPages, **{"courses/k1/publishability": lacks})
    page = shown.get("/staff/courses/k1/publication").text
    assert 'href="/staff/courses/k1/lessons/l1"' in page
    assert 'href="/staff/courses/k1#picture_alt"' in page
    assert "《100%》" in page
    assert "disabled" in page


def test_a_published_course_shows_what_was_changed_since() -> None:
    published = DRAFT | {
        "state": "published", "edition": 2, "has_unpublished_edits": True,
        "published": CONTENT | {"title": "旧名"},
    }  # fmt: skip
    plain = {n: LESSON[n] for n in ("lesson_id", "title", "kind", "lecture_id")}
    renamed = {"old": plain | {"title": "旧讲"}, "new": plain, "fields": ["title"]}
    comparison = {
        "fields": ["title", "lessons"], "added": [], "removed": [],
        "changed": [renamed], "moved": [],
    }  # fmt: skip
    shown = editor(
        PublicationPages,
        **{
            "drafts/k1": published,
            "courses/k1/comparison": comparison,
            "courses/k1/publishability": {
                "version": 3, "is_publishable": True, "items": [],
            },
        },
    )  # fmt: skip
    page = shown.get("/staff/courses/k1/publication").text
    assert "之后有 2 处修改" in page
    assert "<del>旧名</del>" in page
    assert "《旧讲》改名为《第一讲题目》" in page


def test_versions_name_their_languages() -> None:
    number = {"number": 1, "published_by": "a1", "published_at": ""}
    found = {
        "fields": ["language"], "added": [], "removed": [], "changed": [], "moved": [],
    }  # fmt: skip
    shown = editor(
        VersionPages,
        **{
            "drafts/k1": DRAFT | {"language": "other"},
            "courses/k1/editions": {"items": [], "next": ""},
            "courses/k1/editions/1": CONTENT | number | {"language": "zh"},
            "courses/k1/comparison": found,
        },
    )
    page = shown.get("/staff/courses/k1/versions?old=1&new=0").text
    assert "<del>中文</del>" in page
    assert "<ins>其他语言</ins>" in page


def test_versions_are_listed_and_compared_with_the_draft() -> None:
    line = {
        "number": 1, "title": "旧名", "lessons": 1, "published_by": "a1",
        "published_at": "2026-11-28T10:00:00+00:00",
    }  # fmt: skip
    edition = CONTENT | line | {"title": "旧名", "lessons": [LESSON]}
    nothing = {"fields": [], "added": [], "removed": [], "changed": [], "moved": []}
    shown = editor(
        VersionPages,
        **{
            "courses/k1/editions": {"items": [line], "next": ""},
            "courses/k1/editions/1": edition,
            "courses/k1/comparison": nothing,
        },
    )
    page = shown.get("/staff/courses/k1/versions?old=1&new=0").text
    assert "没有不同" in page
    assert "/staff/courses/k1/versions/1/restoration" in page
    assert shown.get("/staff/courses/k1/versions?old=x&new=0").status_code == 200
