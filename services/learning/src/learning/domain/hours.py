"""Learning hours, in quarters of an hour.

The scale follows the published rule for cadres' online learning as the college
applies it: a lecture of 30 minutes or more is one hour, from 15 to 30 minutes half
an hour, shorter a quarter. The yearly target is 50 hours.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from learning.domain import events

RULE = "cadre-online-1"
BY_HAND = "by-hand-1"
"""The rule of what staff enter: they judge, and say why."""
LECTURE, CORRECTION, ADDITION = "lecture", "correction", "addition"
"""Why an entry is there: a watched lecture, a correction of another entry, hours that
were earned elsewhere."""
IMPORTED = "imported"
"""The rule of what was earned elsewhere, and counted there."""
YEARLY_TARGET_QUARTERS = 200  # 50 hours, as the published rule for cadres has it
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class HoursEntry:
    """An hours entry of the ledger; entries are only ever added.

    `seconds` is how long the lecture is, 0 where that was not noted. What staff enter
    says who did (`by`) and why (`note`): a correction names the entry that it
    `corrects`, and one that takes back another names that (`undoes`). `source` is where
    an imported one comes from. One of no quarters says that what was watched is counted
    in an imported entry already.
    """

    id: str
    person_id: str
    quarters: int
    year: int
    reason: str
    title: str
    edition: int
    rule: str
    at: datetime.datetime
    seconds: float = 0.0
    corrects: str = ""
    undoes: str = ""
    note: str = ""
    by: str = ""
    source: str = ""

    @property
    def base_id(self) -> str:
        """The entry that it is about: itself, or the one that it corrects."""
        return self.corrects or self.id

    def creation_events(self) -> list[object]:
        """The event of hours that are credited, or of what staff enter by hand; none
        where no hours are."""
        if self.reason in (CORRECTION, ADDITION):
            return [
                events.HoursCorrected(
                    self.id,
                    self.person_id,
                    self.quarters,
                    self.year,
                    self.corrects,
                    self.title,
                )
            ]
        if not self.quarters:
            return []
        return [
            events.HoursCredited(
                self.id,
                self.person_id,
                self.quarters,
                self.year,
                self.reason,
                self.title,
                imported=self.rule == IMPORTED,
            )
        ]


def quarters_for(seconds: float) -> int:
    """Quarter hours for watching a lecture of this length."""
    if seconds >= 30 * 60:
        return 4
    return 2 if seconds >= 15 * 60 else 1


def lecture_entry(person_id: str, lecture_id: str) -> str:
    """The id of the one line for a watched lecture, whatever edition."""
    return f"lecture.{lecture_id}.{person_id}"


def imported_entry(person_id: str, course_id: str) -> str:
    """The id of the one line for a course completed elsewhere."""
    return f"imported.{course_id}.{person_id}"


def lecture_of(entry: HoursEntry) -> str:
    """The lecture that an entry is for."""
    return entry.id.removeprefix("lecture.").removesuffix(f".{entry.person_id}")


def imported_course_of(entry: HoursEntry) -> str:
    """The course that an imported entry is for; empty for any other entry."""
    if entry.rule != IMPORTED:
        return ""
    return entry.id.removeprefix("imported.").removesuffix(f".{entry.person_id}")


def apply_corrections(
    entries: Iterable[HoursEntry], corrections: Iterable[HoursEntry]
) -> list[HoursEntry]:
    """The entries with as many quarters as their corrections leave them."""
    more: dict[str, int] = {}
    for one in corrections:
        more[one.corrects] = more.get(one.corrects, 0) + one.quarters
    return [
        replace(entry, quarters=entry.quarters + more.get(entry.id, 0))
        for entry in entries
    ]


def pick_first(entries: Mapping[tuple[str, str], HoursEntry]) -> dict[str, HoursEntry]:
    """Of one human's entries, by person and lecture, the first for each lecture: what
    was watched under two records counts once."""
    first: dict[str, HoursEntry] = {}
    for (_, lecture), entry in sorted(
        entries.items(), key=lambda found: (found[1].at, found[0])
    ):
        first.setdefault(lecture, entry)
    return first


def for_lecture(
    person_id: str,
    lecture_id: str,
    edition: int,
    seconds: float,
    title: str,
    at: datetime.datetime,
) -> HoursEntry:
    """The line for a watched lecture: one per person and lecture, whatever edition."""
    return HoursEntry(
        id=lecture_entry(person_id, lecture_id),
        person_id=person_id,
        quarters=quarters_for(seconds),
        year=at.astimezone(ZONE).year,
        reason=LECTURE,
        title=title,
        edition=edition,
        rule=RULE,
        at=at,
        seconds=seconds,
    )


def for_import(
    person_id: str,
    course_id: str,
    edition: int,
    quarters: int,
    title: str,
    at: datetime.datetime,
    source: str,
) -> HoursEntry:
    """The line for a course completed elsewhere: one per person and course.

    Its reason is a lecture's, as most courses are; which there were is not told.
    """
    return HoursEntry(
        id=imported_entry(person_id, course_id),
        person_id=person_id,
        quarters=quarters,
        year=at.astimezone(ZONE).year,
        reason="lecture",
        title=title,
        edition=edition,
        rule=IMPORTED,
        at=at,
        source=source,
    )


def as_counted(entry: HoursEntry, imported: HoursEntry) -> HoursEntry:
    """The line of a lecture that an imported one has counted already."""
    return replace(entry, quarters=0, source=imported.source)
