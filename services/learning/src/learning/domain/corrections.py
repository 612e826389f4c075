"""Corrections of hours: entries that are added behind others, never instead of them.

Corrections of one entry, and the additions of one person in one year, are numbered. The
number is part of an entry's id, so of two people who decided by the same state one is
refused.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from learning.domain.errors import CannotUndo, CorrectedMeanwhile, HoursBelowZero
from learning.domain.hours import ADDITION, BY_HAND, CORRECTION, HoursEntry


@dataclass(frozen=True)
class Change:
    """What somebody asks for, why, and by how many entries before it they decided."""

    quarters: int
    note: str
    by: str
    seen: int


@dataclass(frozen=True)
class EntryHistory:
    """An entry, and its corrections in their order."""

    entry: HoursEntry
    corrections: tuple[HoursEntry, ...] = ()

    @property
    def quarters(self) -> int:
        """What is left of it."""
        return self.entry.quarters + sum(one.quarters for one in self.corrections)

    @property
    def undone(self) -> frozenset[str]:
        """The corrections that were taken back."""
        return frozenset(one.undoes for one in self.corrections) - {""}

    def add_correction(
        self, change: Change, at: datetime.datetime, undoes: str = ""
    ) -> HoursEntry:
        """The next correction; of a repeat the one that is there.

        Raises CorrectedMeanwhile, HoursBelowZero.
        """
        entry = self.entry
        new = HoursEntry(
            id=f"{CORRECTION}.{change.seen + 1}.{entry.id}",
            person_id=entry.person_id,
            quarters=change.quarters,
            year=entry.year,
            reason=CORRECTION,
            title=entry.title,
            edition=entry.edition,
            rule=BY_HAND,
            at=at,
            corrects=entry.id,
            undoes=undoes,
            note=change.note,
            by=change.by,
        )
        if known := find_repeated(self.corrections, new, change.seen):
            return known
        if self.quarters + change.quarters < 0:
            left = self.quarters / 4
            raise HoursBelowZero(f"最多还能减 {left:g} 学时：请改小", left)
        return new

    def take_back(
        self, correction_id: str, change: Change, at: datetime.datetime
    ) -> HoursEntry:
        """The correction that takes another back, whatever `change` says of quarters.

        Raises CannotUndo, CorrectedMeanwhile, HoursBelowZero.
        """
        known = {one.id: one for one in self.corrections}
        wanted = known.get(correction_id)
        repeated = self.corrections[change.seen :][:1]
        is_repeat = any(one.undoes == correction_id for one in repeated)
        if wanted is None or (correction_id in self.undone and not is_repeat):
            raise CannotUndo("这次更正不在这里或已撤销：请看最新的记录")
        opposite = Change(-wanted.quarters, change.note, change.by, change.seen)
        return self.add_correction(opposite, at, wanted.id)


def add_hours(
    before: Sequence[HoursEntry],
    person_id: str,
    title: str,
    year: int,
    change: Change,
    at: datetime.datetime,
) -> HoursEntry:
    """Hours that were earned elsewhere, behind the additions `before` of that year; of
    a repeat the entry that is there. Raises CorrectedMeanwhile."""
    new = HoursEntry(
        id=f"{ADDITION}.{change.seen + 1}.{year}.{person_id}",
        person_id=person_id,
        quarters=change.quarters,
        year=year,
        reason=ADDITION,
        title=title,
        edition=0,
        rule=BY_HAND,
        at=at,
        note=change.note,
        by=change.by,
    )
    return find_repeated(before, new, change.seen) or new


def find_repeated(
    before: Sequence[HoursEntry], new: HoursEntry, seen: int
) -> HoursEntry | None:
    """The same entry where it was sent before, None where it is the next one.

    Raises CorrectedMeanwhile where another stands in its place.
    """
    if seen == len(before):
        return None
    known = before[seen] if seen < len(before) else None
    if known is None or _content_of(known) != _content_of(new):
        raise CorrectedMeanwhile("别人刚改过：请看最新的记录再决定")
    return known


def _content_of(entry: HoursEntry) -> tuple[object, ...]:
    return (entry.id, entry.quarters, entry.title, entry.undoes, entry.note, entry.by)
