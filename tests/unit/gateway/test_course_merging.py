"""Two teachers at one course: where they clash, and that nothing typed is lost."""

from contracts.http.drafts import CourseIn, LessonIn
from gateway.pages.staff.course_content import dump_base, load_base
from gateway.pages.staff.merging import (
    BOTH,
    MINE,
    THEIRS,
    find_clashes,
    merge_contents,
    merge_lessons,
)

A, B = (
    LessonIn(title="一", lesson_id="a", lecture_id="v1"),
    LessonIn(title="二", lesson_id="b"),
)
C, D = LessonIn(title="三", lesson_id="c"), LessonIn(title="四", lesson_id="d")
RENAMED = LessonIn(title="一改", lesson_id="a", lecture_id="v1")


def course(**fields: object) -> CourseIn:
    base: dict[str, object] = {"title": "课", "module": "m", "lessons": [A, B]}
    return CourseIn(**(base | fields))  # type: ignore[arg-type]


def choices(base: CourseIn | None, mine: CourseIn, theirs: CourseIn) -> dict[str, str]:
    return {clash.field: clash.choice for clash in find_clashes(base, mine, theirs)}


def test_what_only_one_changed_is_taken_from_that_one() -> None:
    mine, theirs = course(title="我的"), course(teacher="王芳")
    assert choices(course(), mine, theirs) == {"title": MINE, "teacher": THEIRS}
    merged = merge_contents(course(), mine, theirs, choices(course(), mine, theirs))
    assert (merged.title, merged.teacher) == ("我的", "王芳")


def test_what_both_changed_is_mine_until_somebody_chooses() -> None:
    mine, theirs = course(title="我的"), course(title="对方的")
    (clash,) = find_clashes(course(), mine, theirs)
    assert (clash.is_both, clash.choice) == (True, MINE)
    assert merge_contents(course(), mine, theirs, {}).title == "我的"
    assert merge_contents(course(), mine, theirs, {"title": THEIRS}).title == "对方的"


def test_equal_contents_do_not_clash() -> None:
    assert find_clashes(course(), course(title="同"), course(title="同")) == []


def test_without_a_base_both_are_taken_to_have_changed_it() -> None:
    (clash,) = find_clashes(None, course(title="我的"), course())
    assert clash.is_both


def test_lessons_that_both_changed_are_put_together() -> None:
    mine, theirs = course(lessons=[RENAMED, B, C]), course(lessons=[B, A, D])
    assert choices(course(), mine, theirs) == {"lessons": BOTH}
    merged = merge_contents(course(), mine, theirs, {"lessons": BOTH})
    assert merged.lessons == [B, RENAMED, D, C]


def test_a_lesson_goes_when_one_removed_it_and_the_other_left_it() -> None:
    assert merge_lessons([A, B], [A], [A, B]) == [A]
    assert merge_lessons([A, B], [A, B], [B]) == [B]


def test_a_lesson_that_one_removed_and_the_other_changed_stays() -> None:
    assert merge_lessons([A, B], [B], [RENAMED, B]) == [RENAMED, B]
    assert merge_lessons([A, B], [RENAMED, B], [B]) == [B, RENAMED]


def test_the_base_travels_through_the_form_and_strangers_text_is_no_base() -> None:
    assert load_base(dump_base(course())) == course()
    assert [load_base(text) for text in ("", "{", "[]", '{"title":""}')] == [None] * 4
    assert load_base("x" * 300_000) is None
