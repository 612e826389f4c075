"""What every change of a branch begins with: whom it is about, and their places."""

from collections.abc import Sequence
from dataclasses import dataclass

from fields import Illegal
from fields.codes import plain_code, plain_member_number
from fields.texts import restore_cell

from enrollment.domain.change_row import ChangeRow
from enrollment.domain.changes import ChangeRefused
from enrollment.domain.enrolment import SEATED, WITHDRAWN, Enrolment
from enrollment.domain.people import Branch, Membership, membership_id
from enrollment.usecases.correct_person import Corrector
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.find_enrolments import find_seen
from enrollment.usecases.people_ports import Finished, Merges
from enrollment.usecases.ports import (
    Audit,
    Books,
    Branches,
    Enrolments,
    Now,
    People,
)


@dataclass(frozen=True)
class SenderScope:
    """The scope of a branch that sends: itself and those below it."""

    branch: str | None

    def covers(self, line: Sequence[str]) -> bool:
        """Whether it reaches the branch to which this line leads from the root."""
        return self.branch in line


@dataclass(frozen=True)
class AskedChange:
    """A change, by which branch and in which chunk it is asked; under `key` what it did
    is found again."""

    change: ChangeRow
    sender: str
    chunk_id: str
    key: str

    @property
    def scope(self) -> SenderScope:
        """What the sender sees."""
        return SenderScope(self.sender)

    @property
    def corrector(self) -> Corrector:
        """Who asks, as corrections and transfers name them."""
        return Corrector(self.sender, False, self.scope, self.key)


@dataclass(frozen=True)
class Places:
    """The enrolments of one human in a class that a sender sees, oldest first."""

    theirs: Sequence[Enrolment]

    @property
    def active(self) -> Sequence[Enrolment]:
        """Those that are not withdrawn."""
        return [one for one in self.theirs if one.state != WITHDRAWN]

    def get_left_by(self, key: str) -> Enrolment | None:
        """The one that this decision withdrew."""
        return next((one for one in self.theirs if one.left_by == key), None)


class ChangeParts:
    """The stores that changes read and write, the real ones or of a dry run."""

    def __init__(
        self,
        branches: Branches,
        people: People,
        books: Books,
        enrolments: Enrolments,
        audit: Audit,
        merges: Merges,
        finished: Finished,
        now: Now,
    ) -> None:
        self.branches, self.people, self.books = branches, people, books
        self.enrolments, self.audit, self.merges = enrolments, audit, merges
        self.finished, self.now = finished, now
        self.seats = DecideSeats(books, enrolments, now)

    def require_branch(self, asked: AskedChange) -> Branch:
        """The branch whose member a row names. Raises ChangeRefused."""
        id_ = read_code(asked.change.branch_id, "branch-invalid") or asked.sender
        branch = self.branches.get(id_)
        if branch is None or not branch.is_within(asked.sender):
            raise ChangeRefused("not-your-branch")
        return branch

    def require_member(self, asked: AskedChange) -> Membership:
        """The membership that a row names, which may be over. Raises ChangeRefused,
        Illegal."""
        branch = self.require_branch(asked)
        number = plain_member_number(asked.change.member_no)
        id_ = membership_id(branch.id, number)
        membership = self.people.find_memberships([id_]).get(id_)
        known = membership and self.people.find_by_ids([membership.person_id])
        if membership is None or not known:
            raise ChangeRefused("member-unknown")
        return membership

    def require_class(self, asked: AskedChange) -> str:
        """The class that a row names, all of its decisions copied out. Raises
        ChangeRefused."""
        class_id = read_code(asked.change.class_id, "class-invalid")
        if not class_id:
            raise ChangeRefused("class-missing")
        if self.books.get(class_id) is None:
            raise ChangeRefused("not-enrolled")
        self.seats.copy_out(class_id)
        return class_id

    def find_places(self, asked: AskedChange, class_id: str, person_id: str) -> Places:
        """The enrolments of a human in a class that the sender sees, under whichever
        record: by where their branches are now."""
        group = self.merges.find_group(person_id)
        attempts = self.enrolments.find_attempts(class_id, asked.key, group)
        theirs = [one for one in attempts if one.person_id in group]
        theirs.sort(key=lambda one: one.ticket)
        return Places(find_seen(self.branches, asked.scope, theirs))

    def require_unfinished(self, places: Places) -> None:
        """Nobody leaves a class that is finished. Raises ChangeRefused."""
        seated = [one for one in places.active if one.state == SEATED]
        people = [one.person_id for one in seated]
        if people and self.finished.find_finished(people, seated[0].class_id):
            raise ChangeRefused("finished")


def read_code(cell: str, invalid: str) -> str:
    """An id that somebody typed, or empty. Raises ChangeRefused with this reason."""
    written = restore_cell(cell)
    if not written:
        return ""
    try:
        return plain_code(written)
    except Illegal as illegal:
        raise ChangeRefused(invalid) from illegal
