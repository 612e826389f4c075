"""Messages of branches come in, alike by whichever door: read, and kept once per key,
to be decided in their branch's turn."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from enrollment.domain.branch_message import (
    BranchEvent,
    BranchMessage,
    read_batch,
    read_event,
    to_event,
)
from enrollment.domain.changes import new_changes
from enrollment.domain.changes_message import TYPE as CHANGES_TYPE
from enrollment.domain.changes_message import read_changes_message
from enrollment.domain.errors import (
    ChunkDiffers,
    Refusal,
    RowsRefused,
    TooManyUndecided,
)
from enrollment.domain.refused_message import WHAT_TO_DO, NotTaken
from enrollment.domain.roster import (
    CHANGES,
    Chunk,
    Row,
    compute_fingerprint,
    require_repairs,
)
from enrollment.domain.roster_message import TYPE, read_roster
from enrollment.domain.sandbox import PREFIX, is_sandbox, reason_of_key
from enrollment.usecases.ports import Branches, Chunks, SentChunk

KNOWN_SECONDS = 60.0
"""So long a branch is taken to be there and open still: to ask for each chunk would
cost more than the chunk, and its rows are decided by what holds then."""
SMALL = 20
"""Rows up to which a chunk is small: decided at once, and not behind a full one."""
ROWS_OF_A_CHUNK = 10
"""What a chunk costs beside its rows, in rows: reading it and issuing its receipt."""
MOST_WAITING = 400_000
"""Rows of one branch that may wait for their outcome: 2,000 full chunks. The largest
union has half as many members, and twice as many take about an hour to decide."""


@dataclass(frozen=True)
class ChunkInTurn(Chunk):
    """A new chunk with its place among those of all branches.

    `is_small` if it is, and nothing of its branch waits that it would overtake.
    """

    turn: int = 0
    is_small: bool = False
    asked_by: str = ""

    @property
    def turn_cost(self) -> int:
        """How many rows further the next turn of its branch is."""
        return ROWS_OF_A_CHUNK + self.size


@dataclass(frozen=True)
class BranchTurn:
    """A branch's last turn, None before its first one; what is served; and whether
    anything of the branch is undecided."""

    branch_id: str
    last: int | None
    served: int
    has_undecided: bool

    @property
    def waiting_rows(self) -> int:
        """About how many rows wait: how far ahead the last turn is."""
        ahead = (self.last or 0) - self.served
        return ahead if ahead > 0 and self.has_undecided else 0

    def line_up(
        self, sent: Sequence[SentChunk], most_waiting: int
    ) -> Iterator[ChunkInTurn]:
        """Those for which there is room while at most so many rows wait, in turn:
        behind what waits, else from what is served."""
        room, overtakes = most_waiting - self.waiting_rows, self.has_undecided
        turn = max(self.last or 0, self.served) if overtakes else self.served
        for arrival in sent:
            chunk, rows = arrival.chunk, arrival.chunk.size
            if rows > room:
                continue
            room -= rows
            turn += ROWS_OF_A_CHUNK + rows
            is_small = rows <= SMALL and not overtakes
            overtakes = True
            yield ChunkInTurn(
                **vars(chunk), turn=turn, is_small=is_small, asked_by=arrival.asked_by
            )


def new_chunk(
    *,
    branch_id: str,
    roster_id: str,
    key: str,
    dry_run: bool,
    rows: Sequence[Row],
    now: float,
    name: str = "",
    sent_by: str = "",
    repairs: Sequence[int] = (),
    kept_id_numbers: Sequence[int] = (),
) -> Chunk:
    """A chunk as it comes in, with the print by which it is known again.

    Raises RowsRefused for one that repairs other rows than it holds, or mixes real
    classes and those of the sandbox; NotTaken for a key that asks for it.
    """
    require_repairs(rows, repairs, kept_id_numbers)
    written = compute_fingerprint(rows, dry_run, repairs, kept_id_numbers)
    return Chunk(
        branch_id,
        roster_id,
        key,
        dry_run,
        tuple(rows),
        written,
        now,
        name=name,
        sent_by=sent_by,
        repairs=tuple(sorted(repairs)),
        kept_id_numbers=tuple(
            row.number
            for row in rows
            if row.number in kept_id_numbers and not row.id_number
        ),
        is_sandbox=tries_sandbox(key, [row.class_id for row in rows]),
    )


def tries_sandbox(key: str, class_ids: Sequence[str]) -> bool:
    """Whether rows of these classes are for the sandbox. Raises NotTaken for a key that
    chooses its refusal, RowsRefused where real classes stand beside those."""
    if not any(PREFIX in cell for cell in (key, *class_ids)):
        return False
    if reason := reason_of_key(key, list(WHAT_TO_DO)):
        raise NotTaken(reason, "", key)
    return is_sandbox(class_ids)


def receive_chunk(chunks: Chunks, sent: Chunk) -> Chunk:
    """The chunk as it is kept. Sending it again returns what is kept.

    Raises ChunkDiffers when the key came before with other rows, TooManyUndecided
    when so much of the branch waits already that it should send the rest later.
    """
    [received] = receive_chunks(chunks, [SentChunk(sent)])
    if isinstance(received, Refusal):
        raise received
    return received


def receive_chunks(chunks: Chunks, sent: Sequence[SentChunk]) -> list[Chunk | Refusal]:
    """Each chunk as it is kept, or why it is not taken, in their order. What comes
    twice among them is put once."""
    first = {arrival.chunk.id: arrival for arrival in reversed(sent)}
    once = [arrival for arrival in sent if first[arrival.chunk.id] is arrival]
    new = chunks.create_many(once, MOST_WAITING)
    return [
        arrival.chunk
        if arrival.chunk.id in new and first[arrival.chunk.id] is arrival
        else _existing_chunk(chunks, arrival.chunk)
        for arrival in sent
    ]


def _existing_chunk(chunks: Chunks, sent: Chunk) -> Chunk | Refusal:
    """The chunk that is kept under the key of one that was not put."""
    existing = chunks.get(sent.id)
    if existing is None:
        return TooManyUndecided("本单位还有许多名册等待处理：请过几分钟再发这一批")
    if (existing.fingerprint, existing.roster_id) != (sent.fingerprint, sent.roster_id):
        return ChunkDiffers(f"编号 {sent.key} 已用于另一批名册：请换一个编号再发")
    return existing


class OpenBranches:
    """Which branches may send, each asked for once a minute."""

    def __init__(
        self, branches: Branches, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.branches, self.monotonic = branches, monotonic
        self.known_until: dict[str, float] = {}

    def require_open(self, branch_id: str) -> None:
        """Raises NotTaken for one that is not there, or closed."""
        now = self.monotonic()
        if now < self.known_until.get(branch_id, 0.0):
            return
        branch = self.branches.get(branch_id)
        if branch is None:
            raise NotTaken("unknown-branch", "branch_id")
        if branch.closed:
            raise NotTaken("branch-closed", "branch_id")
        self.known_until[branch_id] = now + KNOWN_SECONDS

    def forget_all(self) -> None:
        """They are asked for anew."""
        self.known_until.clear()


class ReadMessage:
    """From a message to the chunk that it is."""

    def __init__(self, branches: OpenBranches, now: Callable[[], float]) -> None:
        self.branches, self.now = branches, now

    def __call__(self, message: BranchMessage, sent_by: str) -> SentChunk:
        """The chunk of a message, sent by an account. Raises NotTaken."""
        return self._to_sent(read_event(message), message.sender, sent_by)

    def read_all(
        self, message: BranchMessage, sent_by: str
    ) -> list[SentChunk | NotTaken]:
        """The chunks of a message that holds several, or why one is none. Raises
        NotTaken where all of it is wrong."""
        return [
            self._read_item(item, message.sender, sent_by)
            for item in read_batch(message)
        ]

    def _read_item(
        self, item: object, sender: str, sent_by: str
    ) -> SentChunk | NotTaken:
        try:
            return self._to_sent(to_event(item), sender, sent_by)
        except NotTaken as why:
            return why

    def _to_sent(self, event: BranchEvent, sender: str, sent_by: str) -> SentChunk:
        read = {TYPE: self._to_roster, CHANGES_TYPE: self._to_changes}.get(event.type)
        if read is None:
            raise NotTaken("type-unknown", "type")
        return SentChunk(read(event, sender, sent_by), event.traceparent)

    def _to_roster(self, event: BranchEvent, sender: str, sent_by: str) -> Chunk:
        roster = read_roster(event.data)
        self._require_sender(roster.branch_id, sender, roster.key)
        try:
            return new_chunk(
                branch_id=sender,
                roster_id=roster.roster_id,
                key=roster.key,
                dry_run=roster.dry_run,
                rows=roster.rows,
                now=self.now(),
                name=roster.name,
                sent_by=sent_by,
                repairs=roster.repairs,
            )
        except RowsRefused as refused:
            raise NotTaken(refused.rule, refused.place, roster.key) from refused

    def _to_changes(self, event: BranchEvent, sender: str, sent_by: str) -> Chunk:
        sent = read_changes_message(event.data)
        self._require_sender(sent.branch_id, sender, sent.key)
        try:
            return new_changes(
                branch_id=sender,
                roster_id=sent.roster_id,
                key=sent.key,
                dry_run=sent.dry_run,
                changes=sent.rows,
                now=self.now(),
                sent_by=sent_by,
                is_sandbox=tries_sandbox(sent.key, [c.class_id for c in sent.rows]),
            )
        except RowsRefused as refused:
            raise NotTaken(refused.rule, refused.place, sent.key) from refused

    def _require_sender(self, named: str, sender: str, key: str) -> None:
        """Raises NotTaken for who speaks for another, or is no open branch."""
        if named not in {"", sender}:
            raise NotTaken("not-the-sender", "branch_id", key)
        self.branches.require_open(sender)


def type_of(chunk: Chunk) -> str:
    """The type of the event that a chunk came as."""
    return CHANGES_TYPE if chunk.kind == CHANGES else TYPE


def to_not_taken(refusal: Refusal, key: str) -> NotTaken:
    """What a chunk that was read is refused for, as its sender is told."""
    assert refusal.slug in WHAT_TO_DO, refusal.slug
    return NotTaken(refusal.slug, "", key)
