"""Staff correct hours by entries of their own; nothing that stands is changed."""

from collections.abc import Sequence
from dataclasses import replace

from learning.domain.corrections import Change, EntryHistory, add_hours
from learning.domain.errors import (
    CorrectedMeanwhile,
    PersonDeleted,
    UnknownEntry,
    UnknownLearner,
)
from learning.domain.hours import ADDITION, HoursEntry
from learning.usecases.ports import Audit, Groups, Ledger, Names, Now, Projections

CORRECTED, ADDED = "hours-corrected", "hours-added"


class CorrectHours:
    """Every step is found done when it is repeated. The entry says who added it and
    why; the audit log, written behind it, says so where operators look."""

    def __init__(
        self,
        ledger: Ledger,
        projections: Projections,
        groups: Groups,
        names: Names,
        audit: Audit,
        now: Now,
    ) -> None:
        self.ledger, self.projections, self.groups = ledger, projections, groups
        self.names, self.audit, self.now = names, audit, now

    def correct_entry(
        self, person_id: str, entry_id: str, change: Change
    ) -> HoursEntry:
        """Add to an entry of this human, or take away from it.

        Raises UnknownEntry, PersonDeleted, CorrectedMeanwhile, HoursBelowZero.
        """
        history = self._require_open(person_id, entry_id)
        return self._write(history.add_correction(change, self.now()), CORRECTED)

    def undo_correction(
        self, person_id: str, correction_id: str, change: Change
    ) -> HoursEntry:
        """Take a correction back by another one.

        Raises as `correct_entry`, and CannotUndo.
        """
        history = self._require_open(person_id, correction_id)
        return self._write(
            history.take_back(correction_id, change, self.now()), CORRECTED
        )

    def add_hours(
        self, person_id: str, title: str, year: int, change: Change
    ) -> HoursEntry:
        """Hours that a human earned elsewhere, such as on site before there were seats
        here. Raises UnknownLearner, PersonDeleted, CorrectedMeanwhile."""
        group = self.groups.find_group(person_id)
        if not any(map(self._has_learnt, group)):
            raise UnknownLearner("没有这位学员，或从没有报过班：请核对编号")
        self._require_present(group)
        before = find_additions(self.ledger, group[0], year)
        at = self.now()
        return self._write(add_hours(before, group[0], title, year, change, at), ADDED)

    def _require_open(self, person_id: str, entry_id: str) -> EntryHistory:
        group = self.groups.find_group(person_id)
        history = require_history(self.ledger, group, entry_id)
        self._require_present(group)
        return history

    def _require_present(self, group: Sequence[str]) -> None:
        if any(self.names.is_deleted(one) for one in group):
            raise PersonDeleted("资料已删除的学员，学时不再更正")

    def _has_learnt(self, person_id: str) -> bool:
        return self.projections.has_seat(person_id) or bool(
            self.ledger.find_years(person_id)
        )

    def _write(self, entry: HoursEntry, action: str) -> HoursEntry:
        if not self.ledger.add(entry):
            known = self.ledger.get(entry.id)
            if known is None or not _is_same(known, entry):
                raise CorrectedMeanwhile("别人刚改过：请看最新的记录再决定")
            entry = known
        details = {"entry": entry.base_id, "hours": f"{entry.quarters / 4:+g}"}
        self.audit.add(
            entry.by,
            action,
            entry.person_id,
            reason=entry.note,
            key=entry.id,
            **details,
        )
        return entry


def require_history(
    ledger: Ledger, group: Sequence[str], entry_id: str
) -> EntryHistory:
    """An entry of one human with its corrections; that of a correction is that of what
    it corrects. Raises UnknownEntry."""
    entry = ledger.get(entry_id)
    if entry is not None and entry.corrects:
        entry = ledger.get(entry.corrects)
    if entry is None or entry.person_id not in group:
        raise UnknownEntry("这位学员没有这一条学时：请从学习记录里打开")
    corrections = ledger.find_corrections([entry.id])
    return EntryHistory(entry, tuple(sorted(corrections, key=_place_of)))


def find_additions(ledger: Ledger, person_id: str, year: int) -> list[HoursEntry]:
    """What staff added for a person in a year, in its order."""
    entries = ledger.find_by_person(person_id, year)
    return sorted((one for one in entries if one.reason == ADDITION), key=_place_of)


def _place_of(entry: HoursEntry) -> int:
    """Which of its kind it is, as its id says."""
    return int(entry.id.split(".", 2)[1])


def _is_same(known: HoursEntry, new: HoursEntry) -> bool:
    return replace(known, at=new.at) == new
