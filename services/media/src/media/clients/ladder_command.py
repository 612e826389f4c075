"""The one command that makes all pictures of the ladder from one decode."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media.clients.graphs import picture_graph
from media.clients.packaging import packaging_options
from media.clients.program import PROGRESS, begin_command
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
        *begin_command(program),
        *PROGRESS,
        *ONE_GRAPH,
        *read_source(source),
        *(read_beside(sound.track) if sound else []),
        *_picture_options(preset, plan),
        *packaging_options(folder, streams),
    ]


def _picture_options(preset: str, plan: Plan) -> list[str]:
    gop = math.ceil(plan.length.rate * KEYFRAME_SECONDS) + 1  # never before the forced
    options = ["-filter_complex", picture_graph(plan.probed, plan.rungs, plan.length)]
    for i, rung in enumerate(plan.rungs):
        coding = f"-map [v{i}] -c:v:{i} libx264 -crf:v:{i} {rung.crf}"
        rates = f"-maxrate:v:{i} {rung.cap}k -bufsize:v:{i} {2 * rung.cap}k"
        options += [*coding.split(), *rates.split()]
    coding = f"-preset {preset} -pix_fmt yuv420p -profile:v high"
    forced = f"expr:gte(t,n_forced*{KEYFRAME_SECONDS}-{A_MOMENT:f})"
    keys = f"-g {gop} -keyint_min {gop} -sc_threshold 0 -forced-idr 1"
    return [*options, *coding.split(), *keys.split(), "-force_key_frames", forced]
