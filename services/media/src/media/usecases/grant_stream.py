"""Grant a person's session the stream of a lecture."""

from collections.abc import Callable
from dataclasses import dataclass

from media.domain.captions import CaptionTrack
from media.domain.errors import NotEnrolled
from media.domain.lecture import Edition
from media.domain.stream import LIFE_SECONDS, STAFF, Grant, token_for
from media.domain.watch import FASTEST, WatchRecord
from media.usecases.find_playable import find_playable
from media.usecases.ports import CaptionTracks, Editions, Entitlements, Watching


@dataclass(frozen=True)
class StreamGrant:
    """Where to stream a lecture until `expires`, and how far the person is in it.

    `tracks` are its captions, without their texts.
    """

    edition: Edition
    token: str
    expires: int
    record: WatchRecord
    fastest: float
    tracks: list[CaptionTrack]


class GrantStream:
    """Grants streams: to trainees by their seats, to staff by their office."""

    def __init__(
        self,
        editions: Editions,
        watching: Watching,
        entitlements: Entitlements,
        tracks: CaptionTracks,
        secret: bytes,
        now: Callable[[], float],
    ) -> None:
        self.editions, self.watching = editions, watching
        self.entitlements, self.tracks = entitlements, tracks
        self.secret, self.now = secret, now

    def __call__(
        self, person_id: str, lecture_id: str, session: str, is_staff: bool
    ) -> StreamGrant:
        """A stream for this session. Raises UnknownLecture, NotEnrolled, NotReady."""
        edition = find_playable(self.editions, lecture_id)
        fastest = self.entitlements.get_fastest_rate(person_id, lecture_id)
        if fastest is None and not is_staff:
            raise NotEnrolled
        record = WatchRecord(person_id, lecture_id, edition.number, edition.seconds)
        if fastest is not None:
            record = self.watching.open_record(record, session)
        expires = int(self.now()) + LIFE_SECONDS
        who = person_id or STAFF
        grant = Grant(expires, session, who, lecture_id, edition.number)
        token = token_for(self.secret, grant)
        tracks = self.tracks.find_by_lecture(lecture_id)
        return StreamGrant(edition, token, expires, record, fastest or FASTEST, tracks)

    def require_seat(self, person_id: str, lecture_id: str) -> None:
        """Raises NotEnrolled unless the person has a seat where it is shown."""
        if self.entitlements.get_fastest_rate(person_id, lecture_id) is None:
            raise NotEnrolled
