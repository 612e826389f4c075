"""What is asked of a service's event operations, and what they answer."""

import datetime
from typing import Annotated, Any

import msgspec

from chassis.http.body import Shape, Text
from chassis.http.problem import Problem
from chassis.outbox.resend import Wanted

Moment = datetime.datetime
Key = Annotated[str, msgspec.Meta(max_length=300)]
"""The longest of our keys joins three ids of 80 characters each."""
EventText = Annotated[str, msgspec.Meta(max_length=256 * 1024)]
"""As large as an event may be."""
Ids = Annotated[list[Key], msgspec.Meta(max_length=2000)]
"""More than a trace has: four requests that fill a page of the archive each."""
Types = Annotated[list[Text], msgspec.Meta(max_length=100)]
"""Four times as many types as there are."""


class IdIn(Shape):
    """An id: of a sequence, an audit line, a resend, a request, an event, an aggregate;
    or the name of a projection."""

    id: Key


class IdsIn(Shape):
    """Ids of events."""

    ids: Ids


class Which(Shape):
    """Parked sequences that a person picks: one key, all of one cause, or all."""

    key: Key = ""
    cause: Text = ""
    all: bool = False
    why: Text = ""


class EditIn(Shape):
    """Other data for an event of a sequence."""

    key: Key
    event: Key
    data: dict[str, Any]


class RewriteIn(Shape):
    """A whole event in the place of one that nobody could read."""

    key: Key
    text: EventText


class ResendIn(Shape):
    """Events to publish again: those that fit all that is given; to all consumers or
    to one."""

    to: Text = ""
    types: Types = []
    key: Key = ""
    since: Moment | None = None
    until: Moment | None = None

    def wanted(self) -> Wanted:
        """As the resend has it. Raises Problem 422."""
        if not (self.types or self.key or self.since or self.until):
            raise Problem(422, "nothing-picked", "Say types, key, since or until.")
        since, until = _in_utc(self.since), _in_utc(self.until)
        return Wanted(self.to, tuple(self.types), self.key, since, until)


def _in_utc(moment: Moment | None) -> Moment | None:
    """The moment as it is stored. Raises Problem 422 for one without a zone."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Problem(422, "no-zone", "A moment needs its zone, like +08:00.")
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError as error:
        raise Problem(422, "no-moment", "There is no such moment in UTC.") from error


class Named(msgspec.Struct, frozen=True):
    """The id of what was changed or begun: a sequence's key, a resend's id."""

    id: str


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


class AuditLine(msgspec.Struct, frozen=True):
    """What somebody did to events by hand, personal data masked.

    One that `can_come_back` tells of a drop, which can be taken back by the line's id.
    """

    id: str
    at: Moment
    who: str
    action: str
    key: str
    events: list[str]
    why: str
    before: Any
    can_come_back: bool


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


class PublishedEvent(msgspec.Struct, frozen=True):
    """An event as its producer published it. `about` are the ids it speaks of,
    `person` the one among them that is a person's, if there is one."""

    id: str
    type: str
    subject: str
    service: str
    request: str
    at: Moment
    about: list[str]
    person: str


class ConsumedEvent(msgspec.Struct, frozen=True):
    """What became of an event at a consumer: handled, dropped, waiting or parked."""

    id: str
    service: str
    state: str
    at: Moment


class ResendProgress(msgspec.Struct, frozen=True):
    """How far a resend is: open, done, or failed and why."""

    state: str
    done: int
    why: str = ""


class Reconciled(msgspec.Struct, frozen=True):
    """Whether every producer could be asked."""

    asked: bool


class ModelProgress(msgspec.Struct, frozen=True):
    """How far the rebuild of a projection is; without a state it was never rebuilt."""

    model: str
    asks: list[str]
    state: str
    why: str
    before: str
    after: str
    at: str
    rows: int
    removed: int
    told: int
    total: int
