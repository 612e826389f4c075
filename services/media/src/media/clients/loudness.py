"""Loudness of a lecture's sound, and by how much it must become louder.

One gain for the whole lecture, found by a decode of the sound alone: a gain that
follows the sound would lift the hiss of every pause.
"""

import re
from collections.abc import Callable
from pathlib import Path

from media.clients.child import run_child
from media.clients.graphs import even_sound_options, sound_graph
from media.clients.limits import limits_for
from media.clients.source import read_source
from media.domain.probed import Sound

WANTED_LUFS = -16.0  # what phones and browsers are made for; EBU R128's scale
SILENT_LUFS = -69.9  # nothing reached the meter's gate of -70: there is no loudness
MOST_GAIN = 40.0  # dB; a microphone across the room needs 30, more is hiss
INTEGRATED = re.compile(r"^\s+I:\s+(-?[\d.]+) LUFS")
DECODED = re.compile(r"^out_time_us=(\d+)")


def gain_for(lufs: float) -> float:
    """Decibels from a loudness to the wanted one; 0 for silence."""
    if lufs < SILENT_LUFS:
        return 0.0
    return max(-MOST_GAIN, min(MOST_GAIN, WANTED_LUFS - lufs))


def measure_gain(
    program: str, source: Path, seconds: float, sound: Sound, tick: Callable[[], None]
) -> float | None:
    """The gain that the sound needs; None if nothing of it can be decoded.

    `tick` is called about every second. Raises Interrupted.
    """
    loudness, decoded = SILENT_LUFS, 0

    def take_complaint(line: str) -> None:
        nonlocal loudness
        if match := INTEGRATED.match(line):
            loudness = float(match[1])

    def take_line(line: str) -> None:
        nonlocal decoded
        if match := DECODED.match(line):
            decoded = int(match[1])

    # alone the sound's clock begins with it, not where the lecture's does
    graph = f"{sound_graph(0.0)},ebur128=framelog=quiet[heard]"
    command = [
        program, "-nostdin", "-hide_banner", "-loglevel", "info",
        "-nostats", "-progress", "pipe:1",
        *read_source(source), *even_sound_options(sound),
        "-filter_complex", graph, "-map", "[heard]", "-f", "null", "-",
    ]  # fmt: skip
    limits = limits_for(seconds)
    run_child(command, limits, take_line, take_complaint, tick)
    return gain_for(loudness) if decoded else None
