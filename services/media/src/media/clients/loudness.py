"""Loudness of a lecture's sound, and by how much it must become louder.

One gain for the whole lecture: a gain that follows the sound would lift the hiss of
every pause.
"""

import re
from collections.abc import Callable

from media.clients.advance import Advance
from media.clients.child import run_child
from media.clients.failure import require_end
from media.clients.graphs import gapless_graph
from media.clients.limits import limits_for

WANTED_LUFS = -16.0  # what phones and browsers are made for; EBU R128's scale
SILENT_LUFS = -69.9  # nothing reached the meter's gate of -70: there is no loudness
MOST_GAIN = 40.0  # dB; a microphone across the room needs 30, more is hiss
INTEGRATED = re.compile(r"^\s+I:\s+(-?[\d.]+) LUFS")


def gain_for(lufs: float) -> float:
    """Decibels from a loudness to the wanted one; 0 for silence."""
    if lufs < SILENT_LUFS:
        return 0.0
    return max(-MOST_GAIN, min(MOST_GAIN, WANTED_LUFS - lufs))


def measure_gain(command: list[str], seconds: float, tick: Callable[[], None]) -> float:
    """The gain that even sound needs.

    `command` runs the program on its file, and has no output yet. `tick` is called
    about every second. Raises Interrupted.
    """
    loudness = SILENT_LUFS

    def take_complaint(line: str) -> None:
        nonlocal loudness
        if match := INTEGRATED.match(line):
            loudness = float(match[1])

    graph = f"{gapless_graph()},ebur128=framelog=quiet[heard]"
    output = ["-filter_complex", graph, "-map", "[heard]", "-f", "null", "-"]
    ended = run_child(
        [*command, *output],
        limits_for(seconds),
        Advance().take_line,
        take_complaint,
        tick,
    )
    require_end(ended)
    return gain_for(loudness)
