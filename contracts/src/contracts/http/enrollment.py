"""What enrollment is asked and answers: branches, people, seats."""

from typing import Annotated

import msgspec

from contracts.http.shape import (
    Answer,
    Count,
    Cursor,
    Id,
    Ids,
    Name,
    NoId,
    Query,
    Shape,
    Text,
)

BranchId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z")]
Limit = Annotated[int, msgspec.Meta(ge=1, le=500)]
"""A page that is read and sent whole."""


class BranchIn(Shape):
    """A branch to add; no parent makes it a root."""

    id: BranchId
    name: Name
    parent: Text = ""


class BranchNameIn(Shape):
    """The new name of a branch."""

    name: Name


class BranchPlaceIn(Shape):
    """The branch below which another is moved with all that hangs on it; none makes it
    a root."""

    parent: Text = ""


class BranchOut(Answer):
    """A branch; no parent for a root. `line` are the ids from the root down to it; one
    that is `closed` takes no rosters."""

    id: str
    name: str
    parent: str
    line: list[str] = []
    closed: bool = False
    version: int = 0


class BranchIdsQuery(Query):
    """The branches that are asked about."""

    ids: Ids


class BranchMembersOut(Answer):
    """How many members a branch has, those below it not counted."""

    branch_id: str
    members: int


class TreeOut(Answer):
    """How often branches were moved: who has the same number has the same tree, but for
    branches that are new."""

    moves: int


class BranchesQuery(Query):
    """Which branches of those that the caller sees, each before those below it: whose
    name or id has these words, or the ones of these ids; of all, or of a branch and
    those `below` it."""

    q: Text = ""
    below: NoId = ""
    ids: Ids = []
    after: Cursor = ""
    limit: Limit = 100


class MembersQuery(Query):
    """Which members: of a branch and those below it, or of all that the caller sees."""

    after: Text = ""
    limit: Limit = 100
    branch: Text = ""


MOST_WAYS = 1_000
"""Ids of a page of ways: twenty kilobytes, and a third of a second of an embedded store
at rest, so that a page of the gateway can wait for it."""


class WaysQuery(Query):
    """Whose ways: of a branch and those below it, or of all that the caller sees;
    `after` is where the page before ended."""

    after: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_WAYS)] = MOST_WAYS
    branch: Text = ""


class WaysOut(Answer):
    """Persons by the way in which they can be written to: by `mail`, by `phone` alone,
    or by `none`. `next` is the cursor of the page after, empty on the last."""

    mail: list[str]
    phone: list[str]
    none: list[str]
    next: str = ""


class MemberOut(Answer):
    """A person in a branch, the phone masked; `since` is an ISO moment."""

    id: str
    person_id: str
    name: str
    phone: str
    branch_id: str
    member_no: str
    since: str


class FindPersonIn(Shape):
    """A search for a person: by phone, or by member number in a branch."""

    phone: Text = ""
    branch_id: Text = ""
    member_no: Text = ""


class MembershipOut(Answer):
    """A person's membership of a branch; `until` is the day on which it is over."""

    branch_id: str
    member_no: str
    since: str
    until: str = ""


class PersonOut(Answer):
    """A person with memberships; numbers masked, of an address only its domain."""

    person_id: str
    name: str
    phone: str
    email: str
    has_id_number: bool
    memberships: list[MembershipOut]
    version: int = 0


class CorrectionIn(Shape):
    """Fields of a person to correct; those that are left out stay."""

    name: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    id_number: Text | None = None

    def given_fields(self) -> dict[str, str]:
        """The fields that are given."""
        given = msgspec.structs.asdict(self)
        return {name: value for name, value in given.items() if value is not None}


class UnmaskingIn(Shape):
    """Why somebody has to see a person's numbers in full; the audit log keeps it."""

    reason: Name


class DeletionIn(Shape):
    """The account by which a person's deletion was asked for."""

    asked_by: Text = ""


class PersonChangeOut(Answer):
    """Which fields of a person were changed, when and for what; `by` is a branch or an
    account."""

    person_id: str
    by: str
    source: str
    fields: list[str]
    at: str


class ContactsIn(Shape):
    """Persons whose contacts a service needs."""

    person_ids: Annotated[list[Id], msgspec.Meta(max_length=500)]


class ContactOut(Answer):
    """A person as a service needs them to write or to call."""

    person_id: str
    name: str
    phone: str
    email: str


class OwnContactIn(Shape):
    """A phone or mail address that a person has proven to have; the other stays."""

    phone: Text = ""
    email: Text = ""


class InviteeOut(ContactOut):
    """A person as the gateway needs them to open an account and to write; `lines` are
    those of all branches that hold the person, root first."""

    branch_id: str
    branch_name: str
    member_no: str
    lines: list[list[str]] = []


class SeatsQuery(Query):
    """The classes whose seats are asked for."""

    class_ids: Ids


class SeatsOut(Answer):
    """The seats of a class: how many there are, taken and waited for."""

    class_id: str
    capacity: int
    taken: int
    waiting: int
    closed: bool


class EnrolmentsQuery(Query):
    """After which ticket a page of a class's enrolments begins, and how long it is."""

    after: Count = 0
    limit: Limit = 100


class EnrolmentOut(Answer):
    """An enrolment: a person's seat in a class, or the place on its waiting list.
    `returns_until` is the last day on which a withdrawal can be undone."""

    id: str
    class_id: str
    course_id: str
    person_id: str
    branch_id: str
    ticket: int
    state: str
    returns_until: str = ""


class OwnEnrolmentOut(EnrolmentOut):
    """An enrolment as its person sees it; `place` is how many wait before, and this
    one, or 0 for who does not wait. `cause` says why it ended, where that was for a
    cause (class-cancelled)."""

    place: int
    cause: str = ""


class CancellationOut(Answer):
    """What the cancellation of a class did here; `has_leavers` once somebody lost a
    seat, a place to wait or a request by it and was told."""

    is_carried_out: bool
    has_leavers: bool
