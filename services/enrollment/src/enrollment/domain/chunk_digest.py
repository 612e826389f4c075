"""The digest of a chunk: its rows as people look at them, with their latest outcomes.

It is small beside the chunk and made anew after every change of it, so that lists,
pages and searches read digests alone. A chunk that repairs rows has no rows of its
own here: they are seen in the chunk that they came in first.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fields.texts import plain_text

from enrollment.domain.repairs import current_outcomes, fill_id_numbers
from enrollment.domain.roster import (
    ALREADY,
    DECIDED,
    ENROLLED,
    NO_ADDRESS,
    REJECTED,
    TAKEN_BACK,
    WAITLISTED,
    Chunk,
    Outcome,
    Row,
)

NEEDING_NOTES = frozenset({NO_ADDRESS})
"""Notes of rows that are taken about which somebody should do something."""
UNDECIDED = "undecided"
GROUPS = (UNDECIDED, ENROLLED, WAITLISTED, ALREADY, REJECTED, TAKEN_BACK)


@dataclass(frozen=True)
class PastOutcome:
    """An outcome that a row had before it was repaired."""

    outcome: str
    reason: str
    arguments: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DigestRow:
    """A row as it was written last and its latest outcome, empty while undecided.

    The written fields are empty once they are forgotten. `repaired_by` is the key of
    the chunk that repairs it, `past` the outcomes before that.
    """

    number: int
    name: str
    member_no: str
    phone: str
    class_id: str
    email: str
    branch_id: str
    has_id_number: bool
    outcome: str
    reason: str
    enrolment_id: str
    arguments: dict[str, int]
    notes: tuple[str, ...]
    repaired_by: str = ""
    past: tuple[PastOutcome, ...] = ()

    @property
    def needs_something(self) -> bool:
        """Whether somebody should do something about it."""
        return self.outcome == REJECTED or not NEEDING_NOTES.isdisjoint(self.notes)

    @property
    def group(self) -> str:
        """Those that it is read together with: its outcome, and whether it needs
        something."""
        return _group_of(self.outcome or UNDECIDED, self.needs_something)

    @property
    def search_text(self) -> str:
        """What it is found by: name, member number and phone, in plain form."""
        parts = (
            _plain_form(self.name),
            _plain_form(self.member_no),
            _letters_of(self.member_no),
            _letters_of(self.phone),
        )
        return "\n".join(parts)


@dataclass(frozen=True)
class ChunkTally:
    """How many rows a chunk has, and how many of them each outcome and note."""

    rows: int
    is_decided: bool
    round: int
    needing: int
    counts: dict[str, int]
    notes: dict[str, int]


@dataclass(frozen=True)
class ChunkDigest:
    """The rows of a chunk as they are shown. `received` puts it in the roster's order.

    `version` is that of the chunk it was made from.
    """

    chunk_id: str
    branch_id: str
    roster_id: str
    key: str
    received: float
    version: int
    is_decided: bool
    round: int
    rows: tuple[DigestRow, ...]

    @property
    def tally(self) -> ChunkTally:
        """The counts of its rows."""
        outcomes = Counter(row.outcome for row in self.rows if row.outcome)
        noted = Counter(note for row in self.rows for note in row.notes)
        needing = sum(row.needs_something for row in self.rows)
        return ChunkTally(
            len(self.rows),
            self.is_decided,
            self.round,
            needing,
            dict(outcomes),
            dict(noted),
        )

    @property
    def place(self) -> str:
        """Its place among the chunks of its roster, of which no two are one."""
        return f"{round(self.received * 1_000_000):018d}/{self.key}"


def make_digest(
    chunk: Chunk, version: int, repairing: Mapping[str, Chunk]
) -> ChunkDigest:
    """The digest of a chunk; `repairing` are by key the chunks that repair its rows."""
    return ChunkDigest(
        chunk.id,
        chunk.branch_id,
        chunk.roster_id,
        chunk.key,
        chunk.received,
        version,
        chunk.state == DECIDED,
        chunk.round,
        () if chunk.repairs else tuple(_find_rows(chunk, repairing)),
    )


def _find_rows(chunk: Chunk, repairing: Mapping[str, Chunk]) -> list[DigestRow]:
    written = {row.number: row for row in chunk.rows}
    repairs = {repair.row: repair for repair in chunk.repaired}
    rows = []
    for number, outcome in sorted(current_outcomes(chunk).items()):
        row, past, key = written.get(number), tuple[Outcome, ...](), ""
        if repair := repairs.get(number):
            past, key = repair.past, repair.key
            other = repairing.get(key)
            again = {one.number: one for one in other.rows} if other else {}
            row = again.get(number, row)
            if row and (source := repair.id_number_from):
                whence = {chunk.key: chunk, **repairing}
                [row] = fill_id_numbers([row], {number: source}, whence)
        rows.append(_make_row(number, row, outcome, key, past))
    return rows


def _make_row(
    number: int,
    row: Row | None,
    outcome: Outcome | None,
    repaired_by: str,
    past: tuple[Outcome, ...],
) -> DigestRow:
    row = row or Row(number, "", "", "", "")
    outcome = outcome or Outcome(number, "")
    return DigestRow(
        number,
        row.name,
        row.member_no,
        row.phone,
        row.class_id,
        row.email,
        row.branch_id,
        bool(row.id_number),
        outcome.outcome,
        outcome.reason,
        outcome.enrolment_id,
        outcome.arguments,
        outcome.notes,
        repaired_by,
        tuple(PastOutcome(one.outcome, one.reason, one.arguments) for one in past),
    )


@dataclass(frozen=True)
class RowFilter:
    """Which rows somebody wants to see: all, or those of an outcome, those that need
    something, those that a search text finds."""

    outcome: str = ""
    needing: bool = False
    search: str = ""

    @property
    def passes_over(self) -> bool:
        """Whether there may be many rows between two that are wanted."""
        return bool(self.outcome or self.needing or self.search)

    @property
    def groups(self) -> list[str]:
        """The groups of rows that may be wanted; none where all are."""
        if not (self.outcome or self.needing):
            return []
        outcomes = [self.outcome] if self.outcome else GROUPS
        needs = [True] if self.needing else [True, False]
        return [_group_of(outcome, need) for outcome in outcomes for need in needs]

    def is_found_in(self, text: str) -> bool:
        """Whether the search text is in this one, as written or without its signs."""
        return any(form in text for form in self._search_forms)

    @cached_property
    def _search_forms(self) -> tuple[str, ...]:
        """The search text as written, which an empty one is in every text, and without
        its signs."""
        letters = _letters_of(self.search)
        return (_plain_form(self.search), *([letters] if letters else []))


def _group_of(outcome: str, needs_something: bool) -> str:
    return f"{outcome}-needing" if needs_something else outcome


def _plain_form(text: str) -> str:
    """The form by which texts are found; most numbers need no closer look."""
    if text.isascii() and text.isprintable():
        return " ".join(text.casefold().split())
    return plain_text(text)


def _letters_of(text: str) -> str:
    return "".join(filter(str.isalnum, _plain_form(text)))
