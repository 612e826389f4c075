"""Find a lecture's captions, and what to warn of."""

from media.domain.captions import CaptionTrack, read_language
from media.domain.errors import LanguageRefused, UnknownCaptions
from media.domain.lecture import DELETED, FAILED
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import CaptionTracks, Editions, Uploads


def find_captions(
    tracks: CaptionTracks, editions: Editions, uploads: Uploads, lecture_id: str
) -> list[CaptionTrack]:
    """A lecture's tracks by language, without their texts. Raises UnknownLecture."""
    follow_lecture(editions, uploads, lecture_id)
    return tracks.find_by_lecture(lecture_id)


def require_captions(
    tracks: CaptionTracks, lecture_id: str, language: str
) -> CaptionTrack:
    """A track with its text. Raises UnknownCaptions."""
    try:
        track = tracks.get(lecture_id, read_language(language))
    except LanguageRefused:
        track = None
    if track is None:
        raise UnknownCaptions("这一讲没有这种语言的字幕")
    return track


def find_seconds(editions: Editions, lecture_id: str) -> float | None:
    """How long a lecture is by its newest file that is no failure, if that is known."""
    for edition in reversed(editions.find_by_lecture(lecture_id)):
        if edition.state not in (FAILED, DELETED):
            return edition.seconds or None
    return None
