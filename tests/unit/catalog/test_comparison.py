"""What one content of a course says otherwise than another."""

import random
from dataclasses import replace

import pytest
from catalog.domain.comparison import Comparison, LessonChange, compare_contents
from catalog.domain.content import Content, Lesson

ROUNDS = 200


def a_lesson(id_: str) -> Lesson:
    return Lesson(id_, f"课时{id_}", "lecture", f"v{id_}")


def with_lessons(ids: str) -> Content:
    return Content("题目", "m1", tuple(a_lesson(id_) for id_ in ids))


def moved(old: str, new: str) -> str:
    found = compare_contents(with_lessons(old), with_lessons(new)).moved
    return "".join(lesson.lesson_id for lesson in found)


def test_the_same_content_differs_in_nothing() -> None:
    found = compare_contents(with_lessons("ab"), with_lessons("ab"))
    assert found == Comparison((), (), (), (), ())


def test_fields_are_named_that_differ() -> None:
    old = with_lessons("a")
    new = replace(old, title="新", teacher="王老师", picture="p1")
    assert compare_contents(old, new).fields == ("title", "teacher", "picture")


def test_lessons_are_added_removed_renamed_and_given_another_lecture() -> None:
    new = with_lessons("bcd")
    renamed = replace(a_lesson("b"), title="改名")
    shown_anew = replace(a_lesson("c"), lecture_id="v9")
    new = replace(new, lessons=(renamed, shown_anew, a_lesson("d")))
    found = compare_contents(with_lessons("abc"), new)
    assert (found.added, found.removed) == ((a_lesson("d"),), (a_lesson("a"),))
    assert found.changed == (
        LessonChange(a_lesson("b"), renamed, ("title",)),
        LessonChange(a_lesson("c"), shown_anew, ("lecture_id",)),
    )
    assert found.moved == ()
    assert found.fields == ("lessons",)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("abcd", "bcda", "a"),
        ("abcd", "dabc", "d"),
        ("abcde", "acdbe", "b"),
        ("abcd", "bd", ""),
        ("abcd", "xaybz", ""),
        ("ab", "ba", "b"),
        ("", "ab", ""),
    ],
)
def test_a_lesson_that_was_put_elsewhere_is_the_one_that_moved(
    old: str, new: str, found: str
) -> None:
    assert moved(old, new) == found


def longest_rise(numbers: list[int]) -> int:
    lengths: list[int] = []
    for at, number in enumerate(numbers):
        before = [lengths[k] for k in range(at) if numbers[k] < number]
        lengths.append(1 + max(before, default=0))
    return max(lengths, default=0)


def test_as_few_lessons_as_possible_moved() -> None:
    chance = random.Random(7)
    for _ in range(ROUNDS):
        numbers = list(range(chance.randrange(9)))
        chance.shuffle(numbers)
        old, new = "abcdefghi"[: len(numbers)], "".join("abcdefghi"[n] for n in numbers)
        out = moved(old, new)
        assert len(out) == len(numbers) - longest_rise(numbers)
        stayed = [id_ for id_ in new if id_ not in out]
        assert stayed == sorted(stayed)
