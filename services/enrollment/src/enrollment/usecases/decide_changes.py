"""Decide chunks of changes: every row gets exactly one outcome."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from fields import Illegal

from enrollment.domain.change_row import (
    ASK,
    CORRECT,
    REPLACE,
    TRANSFER,
    WITHDRAW,
    ChangeRow,
)
from enrollment.domain.changes import (
    DONE,
    ChangeRefused,
    reject_change,
    row_key,
    settle_change,
)
from enrollment.domain.errors import FieldIllegal, Refusal
from enrollment.domain.people import PersonChange
from enrollment.domain.roster import DECIDED, Chunk, Outcome
from enrollment.usecases.ask_state import AskState, BranchPlaces
from enrollment.usecases.change_parts import AskedChange, ChangeParts, read_code
from enrollment.usecases.correct_person import CorrectPerson
from enrollment.usecases.name_people import WritePeople
from enrollment.usecases.ports import Catalog, Chunks
from enrollment.usecases.replace_member import ReplaceMember
from enrollment.usecases.transfer_member import Transfer, TransferMember
from enrollment.usecases.validate_rows import ValidateRows
from enrollment.usecases.withdraw_member import WithdrawMember

LATER_SECONDS = 0.5
"""After so long a chunk is looked at again whose branch has another one before it: a
worker decides a full one in two seconds."""
ROWS_OF_A_LEASE = 10
"""A change takes some thirty store commands, 0.3 s where machine and store are busy: a
full chunk would outlast its lease, and another worker would begin it anew."""
LATE_SECONDS = 3600.0
"""A chunk that is stuck keeps what came after it for so long at most."""
OF_REFUSALS = {
    "unknown-person": "member-unknown",
    "not-member": "member-unknown",
    "number-taken": "member-number-taken",
}
"""By what a page is refused, the reason that a row has; the others have the same."""
CORRECTED = ("name", "phone", "email", "id_number")
OpenParts = Callable[[Chunk], ChangeParts]
"""What the changes of a chunk are made on: the real records, or of its dry run."""
DoRow = Callable[[AskedChange], Outcome]


class ChangeUseCases:
    """What does each action, on the same records."""

    def __init__(
        self,
        parts: ChangeParts,
        places: BranchPlaces,
        catalog: Catalog,
        secret: bytes,
        changes: Sequence[ChangeRow],
    ) -> None:
        self.parts = parts
        questions = sum(change.action == ASK for change in changes)
        self.ask = AskState(parts, places, questions)
        validate = build_validate(parts, catalog, secret)
        write_people = WritePeople(parts.people, parts.now, parts.audit)
        self.transfer = TransferMember(
            parts.branches, parts.people, parts.now, parts.audit
        )
        self.correct = CorrectPerson(
            parts.branches, parts.people, parts.merges, parts.now, parts.audit
        )
        self.numbers = [change.number for change in changes]
        self.by_action: dict[str, DoRow] = {
            WITHDRAW: WithdrawMember(parts),
            REPLACE: ReplaceMember(parts, validate, write_people),
            TRANSFER: self._transfer,
            CORRECT: self._correct,
            ASK: self.ask,
        }

    def __call__(self, asked: AskedChange) -> Outcome:
        """The outcome of a row. Raises what it is rejected for."""
        do_row = self.by_action.get(asked.change.action)
        if do_row is None:
            raise ChangeRefused("action-unknown")
        outcome = do_row(asked)
        if asked.change.action != ASK and outcome.outcome == DONE:
            self.ask.forget_counts()
        return outcome

    def _transfer(self, asked: AskedChange) -> Outcome:
        """From a day on, today where none is named, another branch holds the member."""
        change, member = asked.change, self.parts.require_member(asked)
        to_branch = read_code(change.to_branch, "branch-invalid")
        if not to_branch:
            raise ChangeRefused("to-branch-missing")
        if to_branch == member.branch_id:
            raise ChangeRefused("same-branch")
        if self._was_overtaken(asked, member.person_id):
            return settle_change(change, True)
        day = change.day or self.parts.seats.college_today().isoformat()
        number = change.new_member_no or member.member_no
        wanted = Transfer(member.branch_id, to_branch, number, day)
        was_moved = self.transfer(asked.corrector, member.person_id, wanted)
        return self._settle(asked, member.person_id, was_moved)

    def _correct(self, asked: AskedChange) -> Outcome:
        """The cells that are written stand from now on; empty ones stay as they are."""
        cells = {name: getattr(asked.change, name) for name in CORRECTED}
        wanted = {name: cell for name, cell in cells.items() if cell.strip()}
        if not wanted:
            raise ChangeRefused("nothing-to-correct")
        person_id = self.parts.require_member(asked).person_id
        if self._was_overtaken(asked, person_id):
            return settle_change(asked.change, True)
        before = self.parts.people.find_by_ids([person_id]).get(person_id)
        after = self.correct(asked.corrector, person_id, wanted)
        return self._settle(asked, person_id, after != before)

    def _was_overtaken(self, asked: AskedChange, person_id: str) -> bool:
        """Whether this row was done before a crash, and another changed the same since:
        to do it again would undo that.

        Its line comes before what it does, so the line alone does not tell: without
        one after it the row is done again, which changes nothing where it was done.
        """
        lines = self.parts.people.find_changes(person_id)
        own = next((line for line in lines if line.source == asked.key), None)
        return own is not None and any(
            self._is_after(line, own, asked.chunk_id)
            and not set(line.fields).isdisjoint(own.fields)
            for line in lines
            if line != own
        )

    def _is_after(self, line: PersonChange, own: PersonChange, chunk_id: str) -> bool:
        """Rows of one chunk are in their order, for many are done in a second."""
        keys = [f"{chunk_id}#{number}" for number in self.numbers]
        if line.source in keys:
            return keys.index(line.source) > keys.index(own.source)
        return line.at >= own.at

    def _settle(self, asked: AskedChange, person_id: str, was_changed: bool) -> Outcome:
        """Done now, or by this row before a crash: its line tells that."""
        lines = self.parts.people.find_changes(person_id)
        is_noted = any(line.source == asked.key for line in lines)
        return settle_change(asked.change, was_changed or is_noted)


def build_validate(parts: ChangeParts, catalog: Catalog, secret: bytes) -> ValidateRows:
    """What reads who comes by a replacement, as a row of a roster."""
    return ValidateRows(
        parts.branches,
        parts.people,
        parts.books,
        catalog,
        secret,
        parts.seats.college_today,
        parts.merges.find_groups,
    )


class DecideChanges:
    """Does the rows one after another, as they were sent, after what came before.

    Repeatable from the start at any point: what a row did is found under its key.
    """

    def __init__(
        self,
        chunks: Chunks,
        open_parts: OpenParts,
        places: BranchPlaces,
        catalog: Catalog,
        secret: bytes,
    ) -> None:
        self.chunks, self.open_parts = chunks, open_parts
        self.places, self.catalog, self.secret = places, catalog, secret

    def __call__(self, chunk: Chunk) -> None:
        """Bring a chunk to its receipt; put it off, where another worker still has what
        its branch sent before: who withdraws somebody just enrolled relies on that."""
        if chunk.state == DECIDED:
            return
        parts = self.open_parts(chunk)
        is_late = parts.now().timestamp() - chunk.received > LATE_SECONDS
        if not is_late and self.chunks.has_earlier(chunk.id):
            self.chunks.put_off(chunk.id, LATER_SECONDS)
            return
        do_row = ChangeUseCases(
            parts, self.places, self.catalog, self.secret, chunk.changes
        )
        outcomes = []
        for place, change in enumerate(chunk.changes):
            if place and place % ROWS_OF_A_LEASE == 0:
                self.chunks.renew(chunk.id)
            outcomes.append(_decide_row(chunk, change, do_row))
        if chunk.dry_run:
            outcomes = [replace(outcome, enrolment_id="") for outcome in outcomes]
        self.chunks.decide(chunk.id, outcomes, chunk)


def _decide_row(chunk: Chunk, change: ChangeRow, do_row: DoRow) -> Outcome:
    asked = AskedChange(change, chunk.branch_id, chunk.id, row_key(chunk, change))
    try:
        return do_row(asked)
    except ChangeRefused as refused:
        return reject_change(change, refused.reason)
    except Illegal as illegal:
        return reject_change(change, illegal.reason)
    except FieldIllegal as illegal:
        return reject_change(change, str(illegal.members["reason"]))
    except Refusal as refusal:
        return reject_change(change, OF_REFUSALS.get(refusal.slug, refusal.slug))
