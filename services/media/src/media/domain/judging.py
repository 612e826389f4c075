"""Judging a file: the limits of a lecture, each with the code of its reason."""

from itertools import pairwise

from media.domain.errors import NoLecture
from media.domain.lecture import LONGEST_SECONDS, SHORTEST_SECONDS

# Pixels a second are what decoding and making cost: 4K at 60. Slow pictures count as
# this many a second, so that one alone fits into memory (8K does).
MOST_PIXELS_A_SECOND = 3840 * 2160 * 60
FEWEST_PICTURES_A_SECOND = 15
MOST_FRAMES_A_SECOND = 250  # slow motion of a phone is 240; more, no film to look at
SHORTEST_SIDE = 16  # less is no picture, and the encoder takes none below
MOST_TRACKS = 16  # of picture and sound; conferences in eight languages have nine
LONGEST_STILL_MINUTES = 10  # with neither a picture nor a sound nobody learns anything
CUT_SHORT_SECONDS = 0.5  # so much may be missing at the end without anybody missing it


def require_tracks(count: int) -> None:
    """Refuse a file of too many pictures and sounds. Raises NoLecture."""
    if count > MOST_TRACKS:
        raise NoLecture("too-many-tracks")


def require_pixels(pixels: int) -> None:
    """Refuse a picture that is too large to decode even one. Raises NoLecture."""
    if pixels * FEWEST_PICTURES_A_SECOND > MOST_PIXELS_A_SECOND:
        raise NoLecture("too-many-pixels")


def require_size(width: int, height: int, rate: float) -> None:
    """Refuse pictures that are too small or cost too much. Raises NoLecture."""
    if min(width, height) < SHORTEST_SIDE:
        raise NoLecture("picture-size")
    if width * height * max(rate, FEWEST_PICTURES_A_SECOND) > MOST_PIXELS_A_SECOND:
        raise NoLecture("too-many-pixels")


def require_frames(count: int, seconds: float) -> None:
    """Refuse more frames a second than any camera makes. Raises NoLecture."""
    if count > MOST_FRAMES_A_SECOND * max(seconds, 1.0):
        raise NoLecture("too-many-frames")


def require_seconds(seconds: float) -> None:
    """Refuse what is too short or too long for a lecture. Raises NoLecture."""
    if seconds < SHORTEST_SECONDS:
        raise NoLecture("too-short")
    if seconds > LONGEST_SECONDS:
        raise NoLecture("too-long")


def require_whole(missing_share: float, seconds: float) -> None:
    """Refuse a file whose end is missing, by the share of its bytes. Raises NoLecture.

    `seconds` are those that are there.
    """
    missing = seconds * missing_share / (1 - missing_share)
    if missing > CUT_SHORT_SECONDS:
        raise NoLecture("cut-short")


def require_change(minutes: set[int]) -> None:
    """Refuse a file in which nothing happens for long. Raises NoLecture.

    `minutes` are those in which a picture or a sound begins.
    """
    ordered = sorted(minutes)
    for before, after in pairwise(ordered):
        if after - before > LONGEST_STILL_MINUTES:
            raise NoLecture("too-still")
