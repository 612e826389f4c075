"""The one command that makes the whole ladder from one decode."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media.clients.graphs import even_sound_options, levelled_graph, picture_graph
from media.clients.source import read_source
from media.domain.ladder import (
    AUDIO,
    AUDIO_KBITS,
    KEYFRAME_SECONDS,
    SEGMENT_SECONDS,
    Length,
    Rung,
)
from media.domain.probed import Probed

A_MOMENT = 0.000001  # 2 s, as pictures of any rate are counted, may come out below 2
ONE_GRAPH = ("-reinit_filter:v", "0")
"""A picture that changes its size goes on through the same filters, which scale it:
built anew they would count from 0 again."""


@dataclass(frozen=True)
class Plan:
    """A plan of what is made: rungs, length, and the sound's gain in dB."""

    probed: Probed
    rungs: Sequence[Rung]
    length: Length
    gain: float = 0.0


def ladder_command(
    program: str, preset: str, source: Path, folder: Path, plan: Plan
) -> list[str]:
    """The command that makes all renditions, progress on standard output."""
    streams = [f"v:{i},name:{rung.name}" for i, rung in enumerate(plan.rungs)]
    command = [
        program, "-nostdin", "-hide_banner", "-loglevel", "error", "-y",
        "-nostats", "-progress", "pipe:1",
        *ONE_GRAPH, *read_source(source), *_sound_first(plan.probed),
        *_picture_options(preset, plan),
    ]  # fmt: skip
    if plan.probed.sound:
        command += _sound_options(plan)
        streams = [f"{stream},agroup:sound" for stream in streams]
        streams.append(f"a:0,name:{AUDIO},agroup:sound")
    return [
        *command, "-map_metadata", "-1", "-map_chapters", "-1",
        *_packaging_options(folder, streams),
        "-var_stream_map", " ".join(streams), str(folder / "%v.m3u8"),
    ]  # fmt: skip


def _sound_first(probed: Probed) -> list[str]:
    return even_sound_options(probed.sound) if probed.sound else []


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


def _sound_options(plan: Plan) -> list[str]:
    graph = levelled_graph(plan.probed.begins, plan.gain, plan.length)
    return [
        "-filter_complex", graph, "-map", "[a]",
        "-c:a", "aac", "-b:a", f"{AUDIO_KBITS}k",
    ]  # fmt: skip


def _packaging_options(folder: Path, streams: Sequence[str]) -> list[str]:
    """Segments whose clocks begin at 0 by themselves, since players of fragments do
    not read edit lists: B-pictures are told by negative offsets."""
    # of a lone rendition the program does not put the name into its init's
    name = "%v" if len(streams) > 1 else streams[0].partition("name:")[2]
    return [
        "-avoid_negative_ts", "disabled",
        "-f", "hls", "-hls_time", str(SEGMENT_SECONDS),
        "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
        "-hls_flags", "independent_segments",
        "-hls_segment_options", "movflags=+negative_cts_offsets:use_editlist=0",
        "-hls_fmp4_init_filename", f"{name}_init.mp4",
        "-hls_segment_filename", str(folder / "%v_%05d.m4s"),
    ]  # fmt: skip
