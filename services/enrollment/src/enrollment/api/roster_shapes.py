"""Bodies in and out about rosters."""

from typing import Annotated, Any

import msgspec
from chassis.http.body import Count, Id, Line, Shape, Text

from enrollment.domain.roster import (
    ALREADY,
    ENROLLED,
    REJECTED,
    TAKEN_BACK,
    WAITLISTED,
)
from enrollment.domain.sent_roster import Roster
from enrollment.usecases.read_rosters import Page
from enrollment.usecases.roster_ports import ChangedChunk, PlacedRow

PageSize = Annotated[int, msgspec.Meta(ge=1, le=200)]
"""A page that people look at."""
RowNumbers = Annotated[list[Count], msgspec.Meta(max_length=200)]
OUTCOMES = frozenset({ENROLLED, WAITLISTED, ALREADY, REJECTED, TAKEN_BACK, ""})


class ChunkIn(Shape):
    """A chunk of a roster; the key comes in the path, rows are read by the domain.

    `name` is the roster's, as people know it; `repairs` are the rows that it sends
    again.
    """

    roster_id: Id
    rows: list[Any]
    dry_run: bool = False
    name: Line = ""
    repairs: RowNumbers = []


class RostersQuery(Shape):
    """Which rosters are wanted, and where a page of them begins."""

    after: Annotated[str, msgspec.Meta(max_length=400)] = ""
    limit: PageSize = 20
    branch: Text = ""
    dry_run: bool | None = None


class RowsQuery(Shape):
    """Which rows of a roster are wanted, and where a page of them begins.

    `needing` are those about which somebody should do something; `chunk` narrows to the
    chunk of that key.
    """

    after: Annotated[str, msgspec.Meta(max_length=400)] = ""
    limit: PageSize = 100
    outcome: Annotated[
        str, msgspec.Meta(pattern=f"^({'|'.join(sorted(OUTCOMES))})\\Z")
    ] = ""
    needing: bool = False
    search: Text = ""
    chunk: Text = ""


class ProgressQuery(Shape):
    """Since when progress is wanted: the `cursor` of the answer before, or empty."""

    since: Count = 0


class OutcomeCounts(msgspec.Struct, kw_only=True, rename="kebab"):
    """How many rows have each outcome."""

    enrolled: int = 0
    waitlisted: int = 0
    already_enrolled: int = 0
    rejected: int = 0
    taken_back: int = 0


class RosterOut(msgspec.Struct, kw_only=True):
    """A roster: who sent it and when, how far it is.

    `state` is arriving, deciding, decided, taking-back, taken-back or redoing; `moved`
    how many of its chunks have followed when it is taken back or redone, `redo_until`
    until when it can be redone (0: not at all). Moments are epoch seconds.
    """

    branch_id: str
    roster_id: str
    name: str
    sent_by: str
    received: float
    dry_run: bool
    state: str
    rows: int
    decided: int
    needing: int
    counts: OutcomeCounts
    notes: dict[str, int]
    chunks: int
    undecided_chunks: int
    moved_chunks: int
    turned_by: str
    turned_at: float
    redo_until: float


class RostersOut(msgspec.Struct, kw_only=True):
    """A page of rosters; `next` is the cursor of the one after it, empty at the end."""

    items: list[RosterOut]
    next: str


class PastOutcomeOut(msgspec.Struct, kw_only=True):
    """An outcome that a row had before it was repaired."""

    outcome: str
    reason: str
    arguments: dict[str, int]


class RosterRowOut(msgspec.Struct, kw_only=True):
    """A row as it was written last, its fields empty once they are forgotten.

    `outcome` is empty while undecided; `repaired_by` is the key of the chunk that
    repairs it, and `past` what became of it before, oldest first.
    """

    row: int
    chunk: str
    name: str
    member_no: str
    phone: str
    class_id: str
    email: str
    branch_id: str
    has_id_number: bool
    outcome: str
    reason: str
    arguments: dict[str, int]
    notes: list[str]
    enrolment_id: str
    needs_something: bool
    repaired_by: str
    past: list[PastOutcomeOut]


class RosterRowsOut(msgspec.Struct, kw_only=True):
    """A page of rows; `next` is the cursor of the one after it, empty at the end."""

    items: list[RosterRowOut]
    next: str


class ChangedChunkOut(msgspec.Struct, kw_only=True):
    """A chunk that changed, by its key, and how many rows it shows."""

    key: str
    is_decided: bool
    rows: int


class RosterProgressOut(msgspec.Struct, kw_only=True):
    """A roster as it stands, and the chunks that changed since the cursor asked for.

    None are named at the first time, when the page reads its rows anyway.
    """

    roster: RosterOut
    changed: list[ChangedChunkOut]
    cursor: int


def to_roster(roster: Roster) -> RosterOut:
    """A roster as it is answered."""
    return RosterOut(
        branch_id=roster.branch_id,
        roster_id=roster.roster_id,
        name=roster.name,
        sent_by=roster.sent_by,
        received=roster.received,
        dry_run=roster.dry_run,
        state=roster.state,
        rows=roster.rows,
        decided=sum(roster.counts.values()),
        needing=roster.needing,
        counts=msgspec.convert(roster.counts, OutcomeCounts),
        notes=roster.notes,
        chunks=roster.chunks,
        undecided_chunks=roster.undecided,
        moved_chunks=roster.moved,
        turned_by=roster.turned_by,
        turned_at=roster.turned_at,
        redo_until=roster.redo_until,
    )


def to_rosters(page: Page[Roster]) -> RostersOut:
    """A page of rosters as it is answered."""
    items = [to_roster(roster) for roster in page.items]
    return RostersOut(items=items, next=page.next)


def to_rows(page: Page[PlacedRow]) -> RosterRowsOut:
    """A page of rows as it is answered."""
    items = [_to_row(shown) for shown in page.items]
    return RosterRowsOut(items=items, next=page.next)


def _to_row(shown: PlacedRow) -> RosterRowOut:
    row = shown.row
    return RosterRowOut(
        row=row.number,
        chunk=shown.key,
        name=row.name,
        member_no=row.member_no,
        phone=row.phone,
        class_id=row.class_id,
        email=row.email,
        branch_id=row.branch_id,
        has_id_number=row.has_id_number,
        outcome=row.outcome,
        reason=row.reason,
        arguments=row.arguments,
        notes=list(row.notes),
        enrolment_id=row.enrolment_id,
        needs_something=row.needs_something,
        repaired_by=row.repaired_by,
        past=[
            PastOutcomeOut(
                outcome=past.outcome, reason=past.reason, arguments=past.arguments
            )
            for past in row.past
        ],
    )


def to_progress(
    roster: Roster, changed: list[ChangedChunk], cursor: int
) -> RosterProgressOut:
    """Progress as it is answered."""
    return RosterProgressOut(
        roster=to_roster(roster),
        changed=[
            ChangedChunkOut(key=one.key, is_decided=one.is_decided, rows=one.rows)
            for one in changed
        ],
        cursor=cursor,
    )
