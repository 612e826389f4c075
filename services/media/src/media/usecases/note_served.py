"""Note that a session got a segment."""

from collections.abc import Iterable
from dataclasses import dataclass

from media.domain.stream import STAFF, Grant
from media.domain.watch import record_id
from media.usecases.ports import Watching


@dataclass(frozen=True)
class ServedSegment:
    """A segment that an edge handed to a session whole."""

    session: str
    person: str
    lecture_id: str
    edition: int
    segment: int


def write_served(watching: Watching, served: Iterable[ServedSegment]) -> int:
    """Write what an edge handed out before it hears that it is; how many there were.

    Whatever is told twice is there once.
    """
    got: dict[tuple[str, str], set[int]] = {}
    for part in served:
        if part.person != STAFF:
            id_ = record_id(part.person, part.lecture_id, part.edition)
            got.setdefault((id_, part.session), set()).add(part.segment)
    watching.write_served(got)
    return sum(len(segments) for segments in got.values())


def note_served(watching: Watching, grant: Grant, segment: int) -> None:
    """Remember it for judging what the session reports; staff earn nothing by it."""
    if grant.person != STAFF:
        id_ = record_id(grant.person, grant.lecture_id, grant.edition)
        watching.note_served(id_, grant.session, segment)
