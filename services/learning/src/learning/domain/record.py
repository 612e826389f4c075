"""Record of a person in a course, by the edition it was earned on."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from learning.domain import events
from learning.domain.course import Course

WHOLE_PERCENT = 100  # what a lecture watched to its end counts as
LONG_AGO = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Watched:
    """The share of a lecture's edition that a person has watched, in per cent."""

    person_id: str
    lecture_id: str
    percent: int


@dataclass(frozen=True)
class Record:
    """Lessons done are never undone; a completed course stays completed.

    `done_at` is when the latest lesson was done; of a completed course, when it was
    completed. Earlier releases did not note it. `source` is where it was completed, if
    not here.
    """

    person_id: str
    course_id: str
    lessons_done: tuple[str, ...] = ()
    completed_edition: int = 0
    done_at: datetime.datetime | None = None
    source: str = ""

    @property
    def id(self) -> str:
        """The person and the course."""
        return f"{self.person_id}.{self.course_id}"

    @property
    def is_complete(self) -> bool:
        """Whether every lesson of some edition was done."""
        return self.completed_edition > 0

    @property
    def completed_at(self) -> datetime.datetime:
        """When it was completed; long ago where that was not noted."""
        return self.done_at or LONG_AGO

    def complete_lesson(
        self, course: Course, lesson_id: str, at: datetime.datetime
    ) -> tuple["Record", list[object]] | None:
        """Mark a lesson done then, and the course if it was the last; None if known."""
        done, happened = self.lessons_done, list[object]()
        if lesson_id not in done:
            done = (*done, lesson_id)
            happened.append(
                events.LessonCompleted(
                    self.person_id, self.course_id, lesson_id, course.edition
                )
            )
        completed = self.completed_edition
        wanted = {lesson.lesson_id for lesson in course.lessons}
        if not completed and wanted <= set(done):
            completed = course.edition
            happened.append(
                events.CourseCompleted(
                    self.person_id, self.course_id, course.title, course.edition
                )
            )
        if not happened:
            return None
        record = replace(self, lessons_done=done, completed_edition=completed)
        if not self.is_complete:
            record = replace(record, done_at=max(at, self.done_at or at))
        return record, happened

    def complete_elsewhere(
        self, course: Course, at: datetime.datetime, source: str
    ) -> tuple["Record", list[object]] | None:
        """Mark the course completed then, elsewhere; None if it is completed."""
        if self.is_complete:
            return None
        lessons = tuple(lesson.lesson_id for lesson in course.lessons)
        happened: list[object] = [
            events.LessonCompleted(self.person_id, self.course_id, id_, course.edition)
            for id_ in lessons
            if id_ not in self.lessons_done
        ]
        happened.append(
            events.CourseCompleted(
                self.person_id, self.course_id, course.title, course.edition, True
            )
        )
        done = tuple(dict.fromkeys((*self.lessons_done, *lessons)))
        moment = max(at, self.done_at or at)
        return replace(
            self,
            lessons_done=done,
            completed_edition=course.edition,
            done_at=moment,
            source=source,
        ), happened


def join_records(records: Sequence[Record], course: Course | None) -> Record:
    """The records of one human in a course as one, in the name of the first.

    It is complete where one of them is, or where together they have every lesson.
    """
    first = records[0]
    done = tuple(dict.fromkeys(one for r in records for one in r.lessons_done))
    complete = [record for record in records if record.is_complete]
    source = ""
    if complete:
        soonest = min(complete, key=lambda record: record.completed_at)
        edition, done_at = soonest.completed_edition, soonest.done_at
        source = soonest.source
    else:
        moments = [record.done_at for record in records if record.done_at]
        wanted = {lesson.lesson_id for lesson in course.lessons} if course else set()
        is_whole = bool(wanted) and wanted <= set(done)
        edition = course.edition if course and is_whole else 0
        done_at = max(moments, default=None)
    return Record(first.person_id, first.course_id, done, edition, done_at, source)
