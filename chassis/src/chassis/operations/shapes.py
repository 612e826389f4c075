"""What is asked of a service's event operations, and what they answer."""

import datetime
from typing import Annotated, Any

import msgspec
from contracts.http.shape import Shape, Text

from chassis.clock import as_utc, utc_now
from chassis.http.problem import Problem
from chassis.outbox.archive import ArchiveQuery

Moment = datetime.datetime
Zoned = Annotated[Moment, msgspec.Meta(tz=True)]


class Id(Shape):
    """An id: of a sequence, an audit line, a resend, a request, an event, an aggregate;
    or the name of a projection."""

    id: str


class Ids(Shape):
    """Ids of events."""

    ids: list[str]


class Which(Shape):
    """Parked sequences that a person picks: one key, all of one cause, or all."""

    key: str = ""
    cause: str = ""
    all: bool = False
    why: Text = ""


class Edit(Shape):
    """A person's JSON in the place of something parked: of an event's data, or of all
    that nobody could read."""

    key: str
    text: str
    event: str = ""


class Resend(Shape):
    """Events to publish again: those that fit all that is given; to all consumers or
    to one."""

    to: Text = ""
    types: list[str] = []
    key: str = ""
    since: Zoned | None = None
    until: Zoned | None = None

    def archive_query(self) -> ArchiveQuery:
        """As the resend has it. Raises Problem 422."""
        if not (self.types or self.key or self.since or self.until):
            raise Problem(422, "nothing-picked", "Say types, key, since or until.")
        since, until = _in_utc(self.since), _in_utc(self.until)
        return ArchiveQuery(tuple(self.types), self.key, since, until)


def _in_utc(moment: Moment | None) -> Moment | None:
    """The moment as it is stored. Raises Problem 422."""
    try:
        return moment and moment.astimezone(datetime.UTC)
    except OverflowError as error:
        raise Problem(422, "no-moment", "There is no such moment in UTC.") from error


class Changed(msgspec.Struct, frozen=True):
    """How many sequences an action changed."""

    sequences: int


class ParkedGroup(msgspec.Struct, frozen=True):
    """Sequences that were parked for one cause, with the keys of the oldest."""

    cause: str
    type: str
    why: str
    sequences: int
    events: int
    oldest: Moment
    keys: list[str]


class AuditLine(msgspec.Struct, frozen=True, kw_only=True, rename={"id": "_id"}):
    """What somebody did to events by hand, as it is stored; shown with personal data
    masked. `before` are the data that an edit replaced.

    What was dropped is stored in its line where it was readable, and where it was not
    stays in the retry queue until `kept_until`.
    """

    id: str
    at: Moment
    who: str
    action: str
    key: str
    events: list[str]
    why: str = ""
    before: Any = None
    dropped: Any = None
    kept_until: Moment | None = None
    taken_back: bool = False

    @property
    def can_come_back(self) -> bool:
        """Whether this drop can be taken back."""
        is_kept = self.kept_until is not None and as_utc(self.kept_until) > utc_now()
        return (self.dropped is not None or is_kept) and not self.taken_back


class ParkedSequence(msgspec.Struct, frozen=True):
    """A parked sequence, personal data masked: its events, or the text of what nobody
    could read with its size and hash, and of what came from outside who sent it."""

    key: str
    why: str
    cause: str
    type: str
    since: Moment
    tries: int
    events: list[dict[str, Any]]
    text: str
    sender: str
    sent_key: str
    size: int
    sha256: str
    audit: list[AuditLine]


class TimelineEntry(msgspec.Struct, frozen=True):
    """That an event was published, or what became of it at a consumer: handled,
    dropped, waiting or parked.

    Its producer also tells what it speaks of: the ids in `about`, and `person`, the
    one among them that is a person's.
    """

    at: Moment
    service: str
    state: str
    id: str
    type: str = ""
    subject: str = ""
    request: str = ""
    about: list[str] = []
    person: str = ""
