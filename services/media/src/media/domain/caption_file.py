"""SubRip and WebVTT files read into cues; every fault is told with its line."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from media.domain.caption_bytes import decode_captions
from media.domain.caption_faults import WHOLE_FILE, CaptionFaults
from media.domain.cue import ARROW, Cue, Timing, read_timing
from media.domain.cue_markup import BadMarkup, CueMarkup
from media.domain.errors import CaptionsRefused

LARGEST = 2 * 1024 * 1024
"""Bytes: twelve hours of fast speech with their times are about one MB."""
MOST_CUES = 21_600
"""One each two seconds of the longest lecture; shorter ones nobody can read."""
MOST_LINES_OF_FILE = 9 * MOST_CUES
"""Number, time, six lines of text and a blank one of each cue. A file of nothing but
ends of lines would fill the memory."""
LONGEST_LINE = 200  # characters: more would cover half the picture on a phone
LONGEST_WRITTEN = 2_000  # with its markup
MOST_LINES = 6  # of a cue: more hide who speaks
LINE_END = re.compile(r"\r\n|\r|\n")
"""As editors count lines; others of Unicode's line ends count for none of them."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
ASIDE = re.compile(r"(?:NOTE(?:[ \t].*)?|STYLE\s*|REGION\s*)")
HEAD = re.compile(r"WEBVTT(?:[ \t].*)?")
INDEX = re.compile(r"\s*\d+\s*", re.ASCII)


class Line(NamedTuple):
    """A line and its number, from 1."""

    number: int
    text: str


Block = list[Line]


def read_cues(content: bytes, seconds: float | None = None) -> tuple[Cue, ...]:
    """The cues of a file for a lecture of so many seconds, if that is known.

    Raises CaptionsRefused with the first faults.
    """
    faults = CaptionFaults()
    text = decode_captions(content) if len(content) <= LARGEST else None
    if text is None:
        code = "not-text" if len(content) <= LARGEST else "too-large"
        faults.note(WHOLE_FILE, code)
        raise CaptionsRefused(faults)
    cues = _CueReader(faults, seconds).read_text(text)
    if faults.first:
        raise CaptionsRefused(faults)
    return cues


class _CueReader:
    """Reads one file; notes what is wrong and goes on behind it."""

    def __init__(self, faults: CaptionFaults, seconds: float | None) -> None:
        self.faults, self.cues = faults, list[Cue]()
        self.count, self.latest = 0, 0
        self.end = None if seconds is None else round(seconds * 1000)

    def read_text(self, text: str) -> tuple[Cue, ...]:
        """The cues of a whole text; they are right if no fault was noted."""
        if ARROW not in text:
            self.faults.note(WHOLE_FILE, "not-captions")
            return ()
        lines = LINE_END.split(text)
        if len(lines) > MOST_LINES_OF_FILE:
            self.faults.note(MOST_LINES_OF_FILE, "too-many-cues")
            return ()
        for block in _split_blocks([Line(n, line) for n, line in enumerate(lines, 1)]):
            self._read_block(block)
            if self.count > MOST_CUES:
                self.faults.note(block[0].number, "too-many-cues")
                break
        return tuple(self.cues)

    def _read_block(self, block: Block) -> None:
        timings = [at for at, line in enumerate(block) if ARROW in line.text]
        if not timings or timings[0] > 1:
            self.faults.note(block[0].number, "no-time")
        if not timings:
            return
        for at, following in zip(timings, [*timings[1:], len(block)], strict=True):
            if at != timings[0]:
                self.faults.note(block[at].number, "blank-missing")
            text = block[at + 1 : following]
            if following < len(block) and text and INDEX.fullmatch(text[-1].text):
                text = text[:-1]
            self._read_cue(block[at], text)

    def _read_cue(self, line: Line, text: Sequence[Line]) -> None:
        self.count += 1
        timing = read_timing(line.text)
        if timing is None:
            self.faults.note(line.number, "bad-time")
        else:
            self._check_timing(line.number, timing)
        lines = self._read_lines(line.number, text)
        if timing is not None:
            self.cues.append(Cue(timing, lines))

    def _check_timing(self, number: int, timing: Timing) -> None:
        if timing.end <= timing.start:
            self.faults.note(number, "ends-first")
        if timing.start < self.latest:
            self.faults.note(number, "out-of-order")
        if self.end is not None and timing.start >= self.end:
            self.faults.note(number, "after-end")
        self.latest = max(self.latest, timing.start)

    def _read_lines(self, number: int, text: Sequence[Line]) -> tuple[str, ...]:
        """The lines of a cue whose timing stands in the line of this number."""
        markup, lines = CueMarkup(), []
        for line in text:
            try:
                cleaned, bare = markup.clean_line(line.text[:LONGEST_WRITTEN])
            except BadMarkup:
                self.faults.note(line.number, "bad-markup")
                return ()
            if CONTROL.search(line.text):
                self.faults.note(line.number, "bad-character")
            if len(line.text) > LONGEST_WRITTEN or len(bare) > LONGEST_LINE:
                self.faults.note(line.number, "line-too-long")
            if bare.strip():
                lines.append(cleaned)
        if not lines:
            self.faults.note(number, "no-text")
        elif len(lines) > MOST_LINES:
            self.faults.note(number, "too-many-lines")
        else:
            lines[-1] += markup.close_tags()
        return tuple(lines)


def _split_blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """The blocks of lines between blank ones, without head, notes and styles."""
    is_vtt = HEAD.fullmatch(lines[0].text) is not None
    block: Block = []
    for line in [*(_skip_head(lines) if is_vtt else lines), Line(0, "")]:
        if line.text.strip():
            block.append(line)
        elif block:
            if not (is_vtt and ASIDE.fullmatch(block[0].text)):
                yield block
            block = []


def _skip_head(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines behind the head, which ends at a blank line or the first timing."""
    for at, line in enumerate(lines):
        if not line.text.strip() or ARROW in line.text:
            return lines[at:]
    return []
