"""A cue: a text that is shown from one moment of a lecture to another."""

import re
from dataclasses import dataclass

ARROW = "-->"
TIME = r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
"""Hours may be left out in WebVTT; SubRip parts the milliseconds with a comma."""
TIMING = re.compile(rf"\s*{TIME}\s*{ARROW}\s*{TIME}(?:\s+(.*))?\s*", re.ASCII)
NUMBER = r"\d{1,3}(?:\.\d{1,3})?"
SETTINGS = {
    "vertical": re.compile("rl|lr"),
    "line": re.compile(rf"(?:-?\d{{1,3}}|{NUMBER}%)(?:,(?:start|center|end))?", re.A),
    "position": re.compile(
        rf"{NUMBER}%(?:,(?:line-left|center|line-right))?", re.ASCII
    ),
    "size": re.compile(rf"{NUMBER}%", re.ASCII),
    "align": re.compile("start|center|end|left|right"),
}
"""Where a cue may stand, as WebVTT has it. Regions, and what SubRip writes behind a
time, are left out: nothing says what they mean here."""


@dataclass(frozen=True)
class Timing:
    """From when to when, in milliseconds, and where on the picture."""

    start: int
    end: int
    settings: str = ""


@dataclass(frozen=True)
class Cue:
    """A timing and the lines that are shown, with the markup that is allowed."""

    timing: Timing
    lines: tuple[str, ...]


def read_timing(line: str) -> Timing | None:
    """The timing that a line says, or None where it says none."""
    match = TIMING.fullmatch(line)
    if match is None:
        return None
    start, end = match.groups()[:4], match.groups()[4:8]
    return Timing(_milliseconds(start), _milliseconds(end), _settings(match[9] or ""))


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _settings(written: str) -> str:
    """Those settings that the standard knows, each once."""
    known: dict[str, str] = {}
    for word in written.split():
        name, _, value = word.partition(":")
        form = SETTINGS.get(name)
        if form and form.fullmatch(value):
            known.setdefault(name, value)
    return " ".join(f"{name}:{value}" for name, value in known.items())


def render_vtt(cues: tuple[Cue, ...]) -> str:
    """The cues as a WebVTT file."""
    return "\n\n".join(["WEBVTT", *map(_render_cue, cues)]) + "\n"


def _render_cue(cue: Cue) -> str:
    timing = cue.timing
    times = f"{_render_time(timing.start)} {ARROW} {_render_time(timing.end)}"
    return "\n".join([f"{times} {timing.settings}".rstrip(), *cue.lines])


def _render_time(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"
