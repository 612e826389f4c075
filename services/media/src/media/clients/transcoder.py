"""ffmpeg: the whole ladder from one decode, progress read while it works."""

import ctypes
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from chassis.telemetry.logs import logger

from media.domain.ladder import (
    AUDIO,
    AUDIO_KBITS,
    KEYFRAME_SECONDS,
    SEGMENT_SECONDS,
    Measured,
    Rung,
    multivariant,
    rungs_for,
)
from media.domain.probed import Probed
from media.usecases.ports import Interrupted, Made

PLAIN_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts"
RATE = 25
SEGMENT = re.compile(r"#EXTINF:([\d.]+),.*\n(\S+)")
PR_SET_PDEATHSIG = 1


class Ffmpeg:
    """Makes renditions with an ffmpeg program."""

    def __init__(self, program: str, preset: str) -> None:
        self.program, self.preset = program, preset

    def make(
        self,
        source: Path,
        folder: Path,
        probed: Probed,
        progress: Callable[[int], None],
    ) -> Made:
        """Everything into `folder`. Raises NoLecture, Interrupted."""
        rungs = rungs_for(probed.picture.height)
        self._run(self._ladder(source, folder, probed, rungs), probed, progress)
        self._run(self._poster(source, folder, probed), probed, lambda _: None)
        videos = [_measured_video(folder, rung.name) for rung in rungs]
        audio = _measured_audio(folder) if probed.sound else None
        (folder / "master.m3u8").write_text(multivariant(videos, audio))
        names = [rung.name for rung in rungs] + ([AUDIO] if audio else [])
        return Made(tuple(names), probed.seconds)

    def _input(self, source: Path) -> list[str]:
        return [
            self.program, "-nostdin", "-hide_banner", "-loglevel", "error", "-y",
            "-protocol_whitelist", "file", "-format_whitelist", PLAIN_CONTAINERS,
            "-i", str(source),
        ]  # fmt: skip

    def _ladder(
        self, source: Path, folder: Path, probed: Probed, rungs: Sequence[Rung]
    ) -> list[str]:
        split = "".join(f"[s{i}]" for i in range(len(rungs)))
        graph = f"[0:v:0]fps={RATE},split={len(rungs)}{split}"
        for i, rung in enumerate(rungs):
            graph += f";[s{i}]scale=-2:{rung.height}:flags=bicubic[v{i}]"
        gop = str(RATE * KEYFRAME_SECONDS)
        command = [*self._input(source), "-progress", "pipe:1"]
        command += ["-filter_complex", graph]
        for i, rung in enumerate(rungs):
            command += [
                "-map", f"[v{i}]", f"-c:v:{i}", "libx264", f"-crf:v:{i}", str(rung.crf),
                f"-maxrate:v:{i}", f"{rung.cap}k",
                f"-bufsize:v:{i}", f"{2 * rung.cap}k",
            ]  # fmt: skip
        command += [
            "-preset", self.preset, "-pix_fmt", "yuv420p", "-profile:v", "high",
            "-g", gop, "-keyint_min", gop, "-sc_threshold", "0",
        ]  # fmt: skip
        streams = [f"v:{i},name:{rung.name}" for i, rung in enumerate(rungs)]
        if probed.sound:
            command += ["-map", "0:a:0", "-c:a", "aac", "-b:a", f"{AUDIO_KBITS}k"]
            command += ["-ac", "2", "-ar", "48000"]
            streams = [f"{stream},agroup:sound" for stream in streams]
            streams.append(f"a:0,name:{AUDIO},agroup:sound")
        return [
            *command, "-f", "hls", "-hls_time", str(SEGMENT_SECONDS),
            "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
            "-hls_flags", "independent_segments",
            "-hls_fmp4_init_filename", "%v_init.mp4",
            "-hls_segment_filename", str(folder / "%v_%05d.m4s"),
            "-var_stream_map", " ".join(streams), str(folder / "%v.m3u8"),
        ]  # fmt: skip

    def _poster(self, source: Path, folder: Path, probed: Probed) -> list[str]:
        at = f"{probed.seconds * 0.1:.2f}"
        command = self._input(source)
        place = command.index("-i")
        command[place:place] = ["-ss", at]
        return [
            *command, "-frames:v", "1", "-vf", "scale=-2:720", "-q:v", "3",
            str(folder / "poster.jpg"),
        ]  # fmt: skip

    def _run(
        self, command: list[str], probed: Probed, progress: Callable[[int], None]
    ) -> None:
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_die_with_parent,
        ) as process:
            try:
                for line in process.stdout or ():
                    percent = _percent(line, probed.seconds)
                    if percent is not None:
                        progress(percent)
            except BaseException:
                process.kill()
                raise
            fault = process.stderr.read() if process.stderr else ""
        if process.returncode:
            logger().warning("transcode_broken", said=fault[-2000:])
            raise Interrupted("broken")


def _die_with_parent() -> None:
    """Let the kernel end the transcoder when media is killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _percent(line: str, seconds: float) -> int | None:
    name, _, value = line.strip().partition("=")
    if name != "out_time_us" or not value.lstrip("-").isdecimal():
        return None
    return max(0, min(99, int(int(value) / 10_000 / seconds)))


def _measured_video(folder: Path, name: str) -> Measured:
    peak, average = _rates(folder, name)
    head = (folder / f"{name}_init.mp4").read_bytes()
    at = head.index(b"avcC") + 4
    codec = f"avc1.{head[at + 1 : at + 4].hex()}"
    entry = head.index(b"avc1") + 4
    width = int.from_bytes(head[entry + 24 : entry + 26], "big")
    height = int.from_bytes(head[entry + 26 : entry + 28], "big")
    return Measured(name, peak, average, codec, width, height, float(RATE))


def _measured_audio(folder: Path) -> Measured:
    peak, average = _rates(folder, AUDIO)
    return Measured(AUDIO, peak, average, "mp4a.40.2")


def _rates(folder: Path, name: str) -> tuple[int, int]:
    """Peak and average bits per second, from the segments as they are."""
    found = SEGMENT.findall((folder / f"{name}.m3u8").read_text())
    sizes = [(float(s), (folder / file).stat().st_size * 8) for s, file in found]
    total = sum(seconds for seconds, _ in sizes)
    peak = max(bits / seconds for seconds, bits in sizes if seconds > 0.5 or total < 1)
    return int(peak) + 1, int(sum(bits for _, bits in sizes) / total) + 1
