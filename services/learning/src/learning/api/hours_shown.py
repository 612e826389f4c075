"""Hours as they are answered."""

from collections.abc import Sequence

from contracts.http.learning import (
    ExplanationOut,
    HoursEntryOut,
    HoursOut,
    ShowingOut,
)

from learning.domain.hours import ADDITION, YEARLY_TARGET_QUARTERS, HoursEntry
from learning.usecases.explain_hours import Explanation
from learning.usecases.join_human import find_hours, find_years
from learning.usecases.ports import Ledger


def show_year(
    ledger: Ledger, group: Sequence[str], year: int, *, is_for_staff: bool = False
) -> HoursOut:
    """A year of one human's hours."""
    entries = find_hours(ledger, group, year)
    added = [e for e in entries if e.reason == ADDITION and e.person_id == group[0]]
    return HoursOut(
        year=year,
        target=YEARLY_TARGET_QUARTERS / 4,
        hours=sum(entry.quarters for entry in entries) / 4,
        entries=[show_entry(entry, is_for_staff=is_for_staff) for entry in entries],
        years=find_years(ledger, group),
        additions=len(added),
    )


def show_entry(entry: HoursEntry, *, is_for_staff: bool = False) -> HoursEntryOut:
    """An entry; which account entered it is for staff."""
    by = entry.by if is_for_staff else ""
    return HoursEntryOut.of(entry, hours=entry.quarters / 4, by=by)


def show_explanation(
    found: Explanation, *, is_for_staff: bool = False
) -> ExplanationOut:
    """Why an entry stands."""
    corrections = found.history.corrections
    return ExplanationOut(
        entry=show_entry(found.history.entry, is_for_staff=is_for_staff),
        hours=found.quarters / 4,
        corrections=[show_entry(one, is_for_staff=is_for_staff) for one in corrections],
        seen=len(corrections),
        lecture_id=found.lecture_id,
        percent=found.percent,
        shown_in=[
            ShowingOut(
                course_id=course.id,
                course_title=course.title,
                lesson_title=course.lessons_showing(found.lecture_id)[0].title,
            )
            for course in found.courses
        ],
        instead=found.instead,
    )
