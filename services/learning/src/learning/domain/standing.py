"""Standing of a human in a class: how far they are in its course, as others see it."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from learning.domain.certificate import Certificate
from learning.domain.course import LECTURE, Course
from learning.domain.hours import HoursEntry, pick_first
from learning.domain.record import WHOLE_PERCENT, Record, join_records


@dataclass(frozen=True)
class Standing:
    """The standing of one human. `percent` is that of all lectures together; hours are
    in quarters; `certificate` is the number of that of the class, or empty."""

    percent: int = 0
    lessons_done: int = 0
    lessons: int = 0
    quarters: int = 0
    is_complete: bool = False
    completed_at: datetime.datetime | None = None
    certificate: str = ""
    is_revoked: bool = False


def list_lectures(course: Course | None) -> list[str]:
    """The lectures of a course: what of it counts as done or not."""
    lessons = course.lessons if course else ()
    return [one.lecture_id for one in lessons if one.kind == LECTURE and one.lecture_id]


def judge_standing(
    course: Course | None,
    records: Sequence[Record],
    percents: Mapping[str, int],
    entries: Mapping[tuple[str, str], HoursEntry],
    certificates: Collection[Certificate],
) -> Standing:
    """The standing of one human by all that their records have of a course.

    Who completed an earlier edition has completed the course: what a later one added
    takes nothing away.
    """
    record = join_records(records, course) if records else None
    done_ids = set(record.lessons_done) if record else set()
    is_complete = record is not None and record.is_complete
    shares: list[int] = []
    for lesson in course.lessons if course else ():
        if lesson.kind != LECTURE or not lesson.lecture_id:
            continue
        is_done = is_complete or lesson.lesson_id in done_ids
        watched = min(percents.get(lesson.lecture_id, 0), WHOLE_PERCENT - 1)
        shares.append(WHOLE_PERCENT if is_done else watched)
    certificate = pick_certificate(certificates)
    return Standing(
        percent=sum(shares) // len(shares) if shares else 0,
        lessons_done=shares.count(WHOLE_PERCENT),
        lessons=len(shares),
        quarters=sum(entry.quarters for entry in pick_first(entries).values()),
        is_complete=is_complete,
        completed_at=record.done_at if record and is_complete else None,
        certificate=certificate.number if certificate else "",
        is_revoked=bool(certificate and certificate.revoked_on),
    )


def pick_certificate(certificates: Collection[Certificate]) -> Certificate | None:
    """The certificate of one human in one class: one that holds before one that was
    revoked, none that lapsed."""
    standing = [one for one in certificates if one.is_current and not one.is_lapsed]
    by_worth = sorted(standing, key=lambda one: (bool(one.revoked_on), one.number))
    return by_worth[0] if by_worth else None
