"""Frames and sound once decoded, from ffmpeg's filters that tell of them."""

import re
from collections import Counter
from dataclasses import dataclass, field

from media.domain.frames import Frame, Lacing
from media.domain.probed import HLG, PQ

FRAME = re.compile(
    r"\[Parsed_showinfo.*\] n: *\d+ .*pts_time:(?P<at>[-\d.e+]+|NOPTS) .* "
    r"fmt:(?P<format>\S+) .*"
    r"sar:(?P<sar>\d+/\d+) s:(?P<width>\d+)x(?P<height>\d+) i:(?P<laced>[PTB?])"
)
COLOURS = re.compile(
    r"\[Parsed_showinfo.*\] color_range:.* color_space:(\S+) .*color_trc:(\S+)"
)
UNSAID = {"unknown", "reserved"}
WITH_ALPHA = re.compile(r"yuva|ya\d|gbrap|rgba|bgra|argb|abgr")
LACING = re.compile(
    r"\[Parsed_idet.*Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)"
)
SOUND = re.compile(r"\[Parsed_ashowinfo.*\] n:\d+ .* channels:(\d+) ")
TRANSFERS = {"smpte2084": PQ, "arib-std-b67": HLG}
# The filter's own threshold of 1.04 takes a sharp moving test picture for combed. From
# 1.5 to 1.8 it took none of ten pictures wrongly, and missed small text on white.
TELL_PICTURES = "showinfo=checksum=0,idet=intl_thres=1.6"
TELL_SOUND = "ashowinfo"


@dataclass
class Decoded:
    """Collects frames, combs, colours and the channels from complaints."""

    frames: list[Frame] = field(default_factory=list)
    lacing: Lacing = field(default_factory=Lacing)
    transfers: list[str] = field(default_factory=list)
    matrices: list[str] = field(default_factory=list)
    formats: set[str] = field(default_factory=set)
    channels: list[int] = field(default_factory=list)

    def take_line(self, line: str) -> None:
        """Take a line of standard error."""
        if match := FRAME.match(line):
            self.frames.append(_to_frame(match))
            self.formats.add(match["format"])
        elif match := COLOURS.match(line):
            self.matrices.append(match[1])
            self.transfers.append(match[2])
        elif match := LACING.match(line):  # a size that changes begins another count
            top, bottom, progressive = map(int, match.groups())
            self.lacing = self.lacing + Lacing(top + bottom, progressive)
        elif match := SOUND.match(line):
            self.channels.append(int(match[1]))


@dataclass
class Seen:
    """Frames decoded at several places of a picture, in order."""

    frames: list[Frame] = field(default_factory=list)
    places: list[Lacing] = field(default_factory=list)
    transfers: list[str] = field(default_factory=list)
    matrices: list[str] = field(default_factory=list)
    formats: set[str] = field(default_factory=set)

    def add_place(self, decoded: Decoded) -> None:
        """Add the frames of the next place."""
        self.frames += decoded.frames
        self.places.append(decoded.lacing)
        self.transfers += decoded.transfers
        self.matrices += decoded.matrices
        self.formats |= decoded.formats

    def usual_transfer(self) -> str:
        """PQ or HLG if most frames are marked so, else empty."""
        return TRANSFERS.get(_most_usual(self.transfers), "")

    def usual_matrix(self) -> str:
        """The matrix by which most frames say their colours are coded, or empty."""
        usual = _most_usual(self.matrices)
        return "" if usual in UNSAID else usual

    def has_alpha(self) -> bool:
        """Whether one sees through a frame."""
        return any(WITH_ALPHA.match(format_) for format_ in self.formats)


def _most_usual(values: list[str]) -> str:
    return Counter(values).most_common(1)[0][0] if values else ""


def _to_frame(match: re.Match[str]) -> Frame:
    wide, high = map(int, match["sar"].split("/"))
    width = int(match["width"])
    if wide and high:
        width = round(width * wide / high)
    return Frame(width, int(match["height"]), match["laced"] in "TB")
