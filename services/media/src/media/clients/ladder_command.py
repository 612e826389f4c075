"""The one command that makes all pictures of the ladder from one decode."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media.clients.graphs import picture_graph
from media.clients.packaging import packaging_options
from media.clients.source import read_beside, read_source
from media.domain.ladder import KEYFRAME_SECONDS, Length, Rung
from media.domain.probed import Probed

A_MOMENT = 0.000001  # 2 s, as pictures of any rate are counted, may come out below 2
ONE_GRAPH = ("-reinit_filter:v", "0")
"""A picture that changes its size goes on through the same filters, which scale it:
built anew they would count from 0 again."""


@dataclass(frozen=True)
class Plan:
    """A plan of what is made: rungs, and the length of everything."""

    probed: Probed
    rungs: Sequence[Rung]
    length: Length


def ladder_command(
    program: str, preset: str, source: Path, folder: Path, plan: Plan
) -> list[str]:
    """The command that makes all pictures, progress on standard output."""
    streams = [f"v:{i},name:{rung.name}" for i, rung in enumerate(plan.rungs)]
    sound = plan.probed.sound
    return [
        program, "-nostdin", "-hide_banner", "-loglevel", "error", "-y",
        "-nostats", "-progress", "pipe:1", *ONE_GRAPH, *read_source(source),
        *(read_beside(sound.track) if sound else []),
        *_picture_options(preset, plan), *packaging_options(folder, streams),
    ]  # fmt: skip


def _picture_options(preset: str, plan: Plan) -> list[str]:
    gop = math.ceil(plan.length.rate * KEYFRAME_SECONDS) + 1  # never before the forced
    options = ["-filter_complex", picture_graph(plan.probed, plan.rungs, plan.length)]
    for i, rung in enumerate(plan.rungs):
        options += [
            "-map", f"[v{i}]", f"-c:v:{i}", "libx264", f"-crf:v:{i}", str(rung.crf),
            f"-maxrate:v:{i}", f"{rung.cap}k",
            f"-bufsize:v:{i}", f"{2 * rung.cap}k",
        ]  # fmt: skip
    return [
        *options, "-preset", preset, "-pix_fmt", "yuv420p", "-profile:v", "high",
        "-g", str(gop), "-keyint_min", str(gop), "-sc_threshold", "0",
        "-forced-idr", "1", "-force_key_frames",
        f"expr:gte(t,n_forced*{KEYFRAME_SECONDS}-{A_MOMENT:f})",
    ]  # fmt: skip
