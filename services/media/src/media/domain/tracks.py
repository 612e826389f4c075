"""Which of a file's tracks a lecture shows and lets hear."""

from collections.abc import Iterable
from dataclasses import dataclass

CHINESE = ("zh", "zho", "chi", "cmn", "yue")
PICTURE, SOUND = "video", "audio"


@dataclass(frozen=True)
class Track:
    """One track as the file's header has it.

    `number` among all tracks; `coding` empty where nobody knows it; `pixels` of a
    picture, 0 if not told; `is_beside` for covers and thumbnails.
    """

    number: int
    kind: str
    coding: str
    language: str = ""
    is_default: bool = False
    is_beside: bool = False
    pixels: int = 0


def find_pictures(tracks: Iterable[Track]) -> list[Track]:
    """Tracks that may be the picture, best first: the marked one, else the largest."""
    pictures = [t for t in tracks if t.kind == PICTURE and not t.is_beside]
    return sorted(pictures, key=lambda t: (not t.is_default, -t.pixels, t.number))


def find_sounds(tracks: Iterable[Track]) -> list[Track]:
    """Tracks that may be the sound, best first: Chinese, marked, first."""
    sounds = [t for t in tracks if t.kind == SOUND]
    return sorted(
        sounds, key=lambda t: (not is_chinese(t.language), not t.is_default, t.number)
    )


def is_chinese(language: str) -> bool:
    """Whether a code of a language is one of Chinese, however it is written."""
    return language.lower().partition("-")[0] in CHINESE
