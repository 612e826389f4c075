"""Delete a lecture's captions in one language."""

from media.domain.captions import CaptionTrack, require_version
from media.domain.errors import UnknownCaptions
from media.usecases.find_captions import require_captions
from media.usecases.ports import CaptionTracks


def delete_captions(
    tracks: CaptionTracks,
    lecture_id: str,
    language: str,
    version: int | None,
    now: float,
) -> CaptionTrack:
    """The captions as they are no more. Raises UnknownCaptions, EditConflict."""
    there = require_captions(tracks, lecture_id, language)

    def decide(stored: CaptionTrack | None) -> CaptionTrack:
        if stored is None or stored.is_deleted:
            raise UnknownCaptions("这一讲没有这种语言的字幕")
        require_version(stored, version)
        return stored.delete(now)

    return tracks.change(lecture_id, there.language, decide)
