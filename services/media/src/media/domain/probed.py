"""Probed files: what a file turned out to be, by its data."""

from dataclasses import dataclass

PQ, HLG = "pq", "hlg"


@dataclass(frozen=True)
class Picture:
    """The track of pictures that is shown.

    `track` is its number among all tracks of the file. `width` and `height` are in
    square pixels as a viewer sees them, turned if the file says so. `rate` is in
    pictures a second, constant as it will be made. `starts` and `ends` are seconds of
    the lecture's clock, which begins with the earlier of picture and sound. `transfer`
    is PQ or HLG where the picture is HDR, else empty. `matrix` is how the file says its
    colours are coded (`bt709`, `smpte170m`, `bt470bg`, `bt2020nc`, …), empty where it
    does not say; `has_alpha` whether one sees through it.
    """

    track: int
    width: int
    height: int
    rate: float
    starts: float
    ends: float
    is_interlaced: bool = False
    transfer: str = ""
    matrix: str = ""
    has_alpha: bool = False


@dataclass(frozen=True)
class Sound:
    """The track of sound that is heard; `starts` and `ends` as those of the picture.

    `language` is the code that the file gives, or empty.
    """

    track: int
    channels: int
    starts: float
    ends: float
    language: str = ""


@dataclass(frozen=True)
class Probed:
    """A file that can become a lecture of so many seconds.

    `begins` is where the lecture's clock begins on the program's, when the program
    reads picture and sound and no other track.
    """

    seconds: float
    picture: Picture
    sound: Sound | None = None
    begins: float = 0.0
