"""The edition of a lecture that can be played now."""

from media.domain.errors import UnknownLecture
from media.domain.lecture import Edition
from media.usecases.ports import Editions


def find_playable(editions: Editions, lecture_id: str) -> Edition:
    """The newest edition that is ready. Raises UnknownLecture, NotReady."""
    ready = editions.get_latest_ready(lecture_id)
    if ready is not None:
        return ready
    latest = editions.get_latest(lecture_id)
    if latest is None:
        raise UnknownLecture(f"没有这一讲 {lecture_id}")
    return latest.require_ready()
