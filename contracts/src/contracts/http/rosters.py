"""What enrollment is asked and answers about rosters: as one thing, and their rows."""

from typing import Annotated, Any

import msgspec

from contracts.http.shape import Answer, Count, Cursor, Id, Line, Query, Shape, Text

PageSize = Annotated[int, msgspec.Meta(ge=1, le=200)]
"""A page that people look at."""
RowsPageSize = Annotated[int, msgspec.Meta(ge=1, le=2000)]
"""Ten chunks of rows, some 600 kB: people look at 100, a file takes all."""
RowNumbers = Annotated[list[Count], msgspec.Meta(max_length=200)]
RowOutcome = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(enrolled|waitlisted|already-enrolled|rejected|taken-back)?\Z"
    ),
]
"""What became of a row, or empty."""


class ChunkIn(Shape):
    """A chunk of a roster; the key comes in the path, rows are read by the domain.

    `name` is the roster's, as people know it; `repairs` are the rejected rows that it
    sends again, changed: exactly its own. `kept_id_numbers` are those of them that come
    without an ID number and keep the one that was sent before; the others have none.
    """

    roster_id: Id
    rows: list[Any]
    dry_run: bool = False
    name: Line = ""
    repairs: RowNumbers = []
    kept_id_numbers: RowNumbers = []


class RostersQuery(Query):
    """Which rosters, the newest first: of a branch and those below it, or of all that
    the caller sees; dry runs alone, or real ones."""

    after: Cursor = ""
    limit: PageSize = 20
    branch: Text = ""
    dry_run: bool | None = None


class RowsQuery(Query):
    """Which rows of a roster: of an outcome, those about which somebody should do
    something, those whose name, member number or phone has a text, those of a chunk.
    With `now` they also say what became of each person until now."""

    after: Cursor = ""
    limit: RowsPageSize = 100
    outcome: RowOutcome = ""
    needing: bool = False
    search: Text = ""
    chunk: Text = ""
    now: bool = False


class ProgressQuery(Query):
    """Since when progress is wanted: the `cursor` of the answer before, or 0."""

    since: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0


class OutcomeCounts(Answer, rename="kebab"):
    """How many rows have each outcome."""

    enrolled: int = 0
    waitlisted: int = 0
    already_enrolled: int = 0
    rejected: int = 0
    taken_back: int = 0


class RosterOut(Answer):
    """A roster: who sent it and when, how far it is.

    `sent_by` is an account's id, or `broker`. `state` is arriving, deciding, decided,
    taking-back, taken-back or redoing; `moved` how many of its chunks have followed
    when it is taken back or redone, `redo_until` until when it can be redone, 0 if not
    at all. Moments are epoch seconds.
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
    undecided: int
    moved: int
    turned_by: str
    turned_at: float
    redo_until: float


class PastOutcomeOut(Answer):
    """An outcome that a row had before it was repaired."""

    outcome: str
    reason: str
    arguments: dict[str, int]


class RosterRowOut(Answer):
    """A row as it was written last, its fields empty once they are forgotten.

    `outcome` is empty while undecided; `repaired_by` is the key of the chunk that
    repairs it, and `past` what became of it before, oldest first. `now` is how the
    person stands in the class today: seated, waiting at `place`, withdrawn, completed,
    or moved where no branch that the caller sees holds them; empty where that was not
    asked or there is no such person. `person_id` is the record by which the caller
    reaches them.
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
    now: str = ""
    place: int = 0
    person_id: str = ""


class TakingBackOut(Answer):
    """What taking a roster back would do now, in people.

    `seated` would lose a seat and `waiting` a place on the waiting list; `begun` stay
    because they watch the course already, `finished` because they have finished.
    """

    seated: int = 0
    waiting: int = 0
    begun: int = 0
    finished: int = 0


class ChangedChunkOut(Answer):
    """A chunk that changed, by its key, and how many rows it shows."""

    key: str
    is_decided: bool
    rows: int


class RosterProgressOut(Answer):
    """A roster as it stands, and the chunks that changed since the cursor asked for.

    None are named at the first time, when the page reads its rows anyway.
    """

    roster: RosterOut
    changed: list[ChangedChunkOut]
    cursor: int


class PlaceOut(Answer):
    """A person's place in a class: seated, waiting or withdrawn."""

    class_id: str
    state: str
    enrolment_id: str


class BranchSeatsOut(Answer, omit_defaults=True):
    """A class as it stands for a branch: its seats, how many of the branch and those
    below it have one or wait, and the branch's quota, left out where it has none."""

    class_id: str
    capacity: int
    taken: int
    own_seated: int = 0
    own_waiting: int = 0
    quota: int | None = None
    quota_taken: int | None = None


class BranchStateOut(Answer, omit_defaults=True):
    """What was asked: the `places` of a member, or the `members` of a branch and its
    `seats`."""

    places: list[PlaceOut] = []
    members: int | None = None
    seats: list[BranchSeatsOut] = []


class RowOutcomeOut(Answer, omit_defaults=True):
    """What became of a row of a chunk; what does not belong to it is left out.

    `action` is a change's, `state` the answer to one that asks.
    """

    row: int
    outcome: str
    reason: str = ""
    detail: str = ""
    enrolment_id: str = ""
    notes: list[str] = []
    arguments: dict[str, int] = {}
    action: str = ""
    state: BranchStateOut | None = None


class ReceiptOut(Answer):
    """A chunk as far as it is: received or decided, with the outcomes of its rows.

    `received` is in epoch seconds, `count` the number of its rows.
    """

    key: str
    roster_id: str
    branch_id: str
    dry_run: bool
    state: str
    received: float
    count: int
    outcomes: list[RowOutcomeOut]
