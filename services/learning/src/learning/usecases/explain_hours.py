"""Why an hours entry stands: what was watched, the rule, and what staff changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.domain.corrections import EntryHistory
from learning.domain.course import Course
from learning.domain.hours import (
    LECTURE,
    imported_course_of,
    lecture_of,
    pick_first,
)
from learning.usecases.correct_hours import require_history
from learning.usecases.ports import Ledger, Projections


@dataclass(frozen=True)
class Explanation:
    """The grounds of an entry. `percent` is what was watched of its edition; `instead`
    the entry that counts in its place where the human watched it under two records."""

    history: EntryHistory
    lecture_id: str = ""
    percent: int = 0
    courses: tuple[Course, ...] = ()
    instead: str = ""

    @property
    def quarters(self) -> int:
        """What it brings: nothing where another counts in its place."""
        return 0 if self.instead else self.history.quarters


def explain_hours(
    ledger: Ledger, projections: Projections, group: Sequence[str], entry_id: str
) -> Explanation:
    """The grounds of an entry of one human. Raises UnknownEntry."""
    history = require_history(ledger, group, entry_id)
    entry = history.entry
    if entry.reason != LECTURE:
        return Explanation(history)
    course_id = imported_course_of(entry)
    if course_id:
        return _explain_imported(ledger, projections, group, history, course_id)
    lecture = lecture_of(entry)
    first = pick_first(ledger.find_credited(group, [lecture]))[lecture]
    return Explanation(
        history,
        lecture,
        projections.get_watched(entry.person_id, lecture, entry.edition),
        tuple(projections.find_courses_showing(lecture)),
        first.id if first.id != entry.id else "",
    )


def _explain_imported(
    ledger: Ledger,
    projections: Projections,
    group: Sequence[str],
    history: EntryHistory,
    course_id: str,
) -> Explanation:
    """An entry that was brought along rests on its source, for the course it names."""
    first = pick_first(ledger.find_imported(group, [course_id]))[course_id]
    course = projections.get_course(course_id)
    return Explanation(
        history,
        courses=(course,) if course else (),
        instead=first.id if first.id != history.entry.id else "",
    )
