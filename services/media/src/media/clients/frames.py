"""What pictures and sound are once decoded, from ffmpeg's filters that tell of them."""

import re
from collections import Counter
from dataclasses import dataclass, field

from media.domain.frames import Frame, Lacing
from media.domain.probed import HLG, PQ

FRAME = re.compile(
    r"\[Parsed_showinfo.*\] n: *\d+ .* fmt:(?P<format>\w+) .*"
    r"sar:(?P<sar>\d+/\d+) s:(?P<width>\d+)x(?P<height>\d+) i:(?P<laced>[PTB?])"
)
COLOURS = re.compile(
    r"\[Parsed_showinfo.*\] color_range:.* color_space:(\S+) .* color_trc:(\S+)"
)
ALPHA = re.compile(r"yuva|rgba|argb|bgra|abgr|gbrap|^ya\d|pal8")
LACING = re.compile(
    r"\[Parsed_idet.*Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)"
)
SOUND = re.compile(r"\[Parsed_ashowinfo.*\] n:\d+ .* channels:(\d+) ")
UNSAID = {"unknown", "reserved"}
TRANSFERS = {"smpte2084": PQ, "arib-std-b67": HLG}
# The filter's own threshold of 1.04 takes a sharp moving test picture for combed. From
# 1.5 to 1.8 it took none of ten pictures wrongly, and missed small text on white.
TELL_PICTURES = "showinfo=checksum=0,idet=intl_thres=1.6"
TELL_SOUND = "ashowinfo"


@dataclass
class Decoded:
    """Collects frames, combs, colours and channels from complaints.

    A colour is the matrix and the transfer as the program names them.
    """

    frames: list[Frame] = field(default_factory=list)
    has_alpha: bool = False
    lacing: Lacing = field(default_factory=Lacing)
    colours: list[tuple[str, str]] = field(default_factory=list)
    channels: list[int] = field(default_factory=list)

    def take(self, line: str) -> None:
        """One line of standard error."""
        if found := FRAME.match(line):
            self.frames.append(_frame(found))
            self.has_alpha |= bool(ALPHA.search(found["format"]))
        elif found := COLOURS.match(line):
            self.colours.append((found[1], found[2]))
        elif found := LACING.match(line):  # a size that changes begins another count
            top, bottom, progressive = map(int, found.groups())
            self.lacing = self.lacing + Lacing(top + bottom, progressive)
        elif found := SOUND.match(line):
            self.channels.append(int(found[1]))


@dataclass
class Seen:
    """What was decoded at several places of a picture, in order."""

    frames: list[Frame] = field(default_factory=list)
    places: list[Lacing] = field(default_factory=list)
    colours: list[tuple[str, str]] = field(default_factory=list)
    has_alpha: bool = False

    def add(self, decoded: Decoded) -> None:
        """What was decoded at the next place."""
        self.frames += decoded.frames
        self.places.append(decoded.lacing)
        self.colours += decoded.colours
        self.has_alpha |= decoded.has_alpha

    def transfer(self) -> str:
        """PQ or HLG if most frames are marked so, else empty."""
        return TRANSFERS.get(self._colour()[1], "")

    def matrix(self) -> str:
        """How most frames say that their colours are coded, empty if they do not."""
        matrix = self._colour()[0]
        return "" if matrix in UNSAID else matrix

    def _colour(self) -> tuple[str, str]:
        counted = Counter(self.colours).most_common(1)
        return counted[0][0] if counted else ("", "")


def _frame(found: re.Match[str]) -> Frame:
    wide, high = map(int, found["sar"].split("/"))
    width = int(found["width"])
    if wide and high:
        width = round(width * wide / high)
    return Frame(width, int(found["height"]), found["laced"] in "TB")
