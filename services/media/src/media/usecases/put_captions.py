"""Put captions of a lecture in one language, or replace them whole."""

from collections.abc import Callable
from dataclasses import dataclass

from media.domain.caption_file import read_cues
from media.domain.captions import (
    MOST_LANGUAGES,
    CaptionTrack,
    create_track,
    read_language,
    require_version,
)
from media.domain.errors import TooManyLanguages
from media.usecases.find_captions import find_seconds
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import CaptionTracks, Editions, Uploads


@dataclass(frozen=True)
class NewCaptions:
    """A captions file as it came, for a language, under the version it is to follow.

    Without a label it is called as its language is.
    """

    lecture_id: str
    language: str
    label: str
    content: bytes
    account: str
    version: int | None = None


class PutCaptions:
    """Reads files and keeps what is right."""

    def __init__(
        self,
        tracks: CaptionTracks,
        editions: Editions,
        uploads: Uploads,
        now: Callable[[], float],
    ) -> None:
        self.tracks, self.editions, self.uploads = tracks, editions, uploads
        self.now = now

    def __call__(self, new: NewCaptions) -> CaptionTrack:
        """The captions as they are kept.

        Raises LanguageRefused, UnknownLecture, CaptionsRefused with every fault,
        TooManyLanguages, EditConflict.
        """
        language = read_language(new.language)
        follow_lecture(self.editions, self.uploads, new.lecture_id)
        seconds = find_seconds(self.editions, new.lecture_id)
        cues = read_cues(new.content, seconds)
        self._require_room(new.lecture_id, language)
        track = create_track(
            new.lecture_id, language, new.label, cues, self.now(), new.account
        )

        def decide(stored: CaptionTrack | None) -> CaptionTrack:
            require_version(stored, new.version)
            return track

        return self.tracks.change(new.lecture_id, language, decide)

    def _require_room(self, lecture_id: str, language: str) -> None:
        there = {track.language for track in self.tracks.find_by_lecture(lecture_id)}
        if len(there | {language}) > MOST_LANGUAGES:
            raise TooManyLanguages(
                f"一讲最多有 {MOST_LANGUAGES} 种语言的字幕：请先删去一种"
            )
