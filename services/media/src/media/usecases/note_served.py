"""Note that a session got a segment."""

from media.domain.stream import STAFF, Grant
from media.domain.watch import record_id
from media.usecases.ports import Watching


def note_served(watching: Watching, grant: Grant, segment: int) -> None:
    """Remember it for judging what the session reports; staff earn nothing by it."""
    if grant.person != STAFF:
        id_ = record_id(grant.person, grant.lecture_id, grant.edition)
        watching.note_served(id_, grant.session, segment)
