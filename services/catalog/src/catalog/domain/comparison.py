"""What one content of a course says otherwise than another."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, fields

from catalog.domain.content import Content, Lesson


@dataclass(frozen=True)
class LessonChange:
    """A lesson that both have: as it was, as it is, and which of its fields differ."""

    old: Lesson
    new: Lesson
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Fields by name, lessons by their ids.

    `moved` are as few lessons as it takes to bring the old order into the new one.
    """

    fields: tuple[str, ...]
    added: tuple[Lesson, ...]
    removed: tuple[Lesson, ...]
    changed: tuple[LessonChange, ...]
    moved: tuple[Lesson, ...]


def differing_fields(old: object, new: object) -> tuple[str, ...]:
    """The names of the fields in which two of one kind differ."""
    names = (field.name for field in fields(new))  # type: ignore[arg-type]
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def compare_contents(old: Content, new: Content) -> Comparison:
    """What `new` says otherwise than `old`."""
    before = {lesson.lesson_id: lesson for lesson in old.lessons}
    after = {lesson.lesson_id: lesson for lesson in new.lessons}
    common = [lesson for lesson in new.lessons if lesson.lesson_id in before]
    pairs = [(before[lesson.lesson_id], lesson) for lesson in common]
    return Comparison(
        differing_fields(old, new),
        tuple(lesson for lesson in new.lessons if lesson.lesson_id not in before),
        tuple(lesson for lesson in old.lessons if lesson.lesson_id not in after),
        tuple(
            LessonChange(one, other, differing_fields(one, other))
            for one, other in pairs
            if one != other
        ),
        _find_moved(list(before), common),
    )


def _find_moved(old_order: list[str], common: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """The lessons beside the longest run of them that is still in the old order."""
    places = {id_: place for place, id_ in enumerate(old_order)}
    stayed = _longest_rise([places[lesson.lesson_id] for lesson in common])
    return tuple(one for one in common if places[one.lesson_id] not in stayed)


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The longest part of different numbers that rises, as they stand.

    `ends` has the least number that a rise of each length ends with, `before` the
    number that stands before each in the longest rise that it ends.
    """
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    rise: set[int] = set()
    number_: int | None = ends[-1] if ends else None
    while number_ is not None:
        rise.add(number_)
        number_ = before[number_]
    return rise
