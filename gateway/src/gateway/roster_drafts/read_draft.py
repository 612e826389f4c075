"""Read the file of a draft: as its choices say, as such heads were read before, or as
its heads tell."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from gateway.roster_drafts.draft import DraftChoices, DraftSummary, RosterDraft
from gateway.roster_files.cell_faults import CellFault, find_cell_faults
from gateway.roster_files.column_mapping import ColumnMapping, MappingNeeded
from gateway.roster_files.named_classes import (
    NamedClass,
    with_branch_ids,
    with_class_ids,
)
from gateway.roster_files.roster_file import RosterFile, read_roster

MOST_FAULTS = 100
"""That one page lists; the rest is counted."""
MOST_CLASSES = 20


class Mappings(Protocol):
    """Column mappings that were chosen before."""

    def get_mapping(self, branch_id: str, fingerprint: str) -> ColumnMapping | None:
        """The mapping for these heads, or None."""

    def put_mapping(self, branch_id: str, mapping: ColumnMapping) -> None:
        """Remember a mapping."""


@dataclass(frozen=True)
class Names:
    """What classes and branches are called; None while nobody answers."""

    find_classes: Callable[[], Sequence[NamedClass] | None]
    find_branches: Callable[[], Sequence[NamedClass] | None]


class ReadDraft:
    """From the bytes of a file to rows and what to say of them."""

    def __init__(self, mappings: Mappings) -> None:
        self.mappings = mappings

    def __call__(
        self, draft: RosterDraft, content: bytes, names: Names
    ) -> tuple[RosterDraft, RosterFile | None]:
        """The draft with its summary, and the roster unless a person must say more.

        Raises RosterUnreadable.
        """
        try:
            roster = self._read_as_before(draft, content)
        except MappingNeeded as needed:
            words = {name: str(word) for name, word in needed.words.items()}
            summary = DraftSummary(needed.seen, needed.fault, words)
            return replace(draft, summary=summary, roster_id="", chunks=0), None
        named, summary = _with_names(roster, names)
        read = replace(
            draft,
            summary=summary,
            roster_id=named.id,
            chunks=len(named.split_into_chunks()),
        )
        return read, named

    def _read_as_before(self, draft: RosterDraft, content: bytes) -> RosterFile:
        """The roster as chosen, else as such heads were read before."""
        choices = draft.choices
        if choices.mapping is not None:
            return _read(content, choices)
        needed: MappingNeeded | None = None
        roster: RosterFile | None = None
        try:
            roster = _read(content, choices)
            seen = roster.seen
        except MappingNeeded as fault:
            needed, seen = fault, fault.seen
        mark = seen.guess.fingerprint if seen else ""
        before = self.mappings.get_mapping(draft.branch_id, mark) if mark else None
        if before is not None:
            return _read(content, replace(choices, mapping=before))
        if roster is None:
            assert needed is not None
            raise needed
        return roster


def _read(content: bytes, choices: DraftChoices) -> RosterFile:
    return read_roster(content, choices.class_id, choices.mapping, choices.sheet)


def _with_names(roster: RosterFile, names: Names) -> tuple[RosterFile, DraftSummary]:
    """The roster with classes and branches by their ids, and what is wrong with it."""
    classes = names.find_classes()
    faults = list[CellFault]()
    if classes is not None:
        roster, unknown = with_class_ids(roster, classes)
        faults.extend(unknown)
    units: tuple[str, ...] = ()
    if roster.branch_names:
        roster, units = with_branch_ids(roster, names.find_branches() or ())
    faults.extend(find_cell_faults(roster))
    faults.sort(key=lambda fault: fault.row)
    counted = Counter(row["class_id"] for row in roster.rows if row["class_id"])
    there = dict(counted.most_common(MOST_CLASSES))
    titles = {one.id: one.title for one in classes or () if one.id in there}
    return roster, DraftSummary(
        seen=roster.seen,
        notes=roster.notes,
        rows=len(roster.rows),
        faulty=len({fault.row for fault in faults}),
        faults=tuple(islice(faults, MOST_FAULTS)),
        classes=there,
        titles=titles,
        units=units[:MOST_CLASSES],
        knows_classes=classes is not None,
    )
