"""What a made lecture shows and sounds like, by its own data and by decoding it."""

import array
import re
import shlex
import struct
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from media.clients.program import find_ffmpeg

SAMPLE_RATE = 48_000
BRIGHT = 200  # mean of a white picture; of the moving one about 120
PAUSE = 4_800  # samples of silence that end a beep
INIT_OF_AVC1 = 78  # bytes of fields before the boxes of a picture's entry


@dataclass(frozen=True)
class Shown:
    """Pictures of a rung: how many, the mean of each, what the program complained."""

    means: bytes
    complaints: str

    def flashes(self, rate: Fraction) -> list[float]:
        """The moments when the picture becomes white."""
        bright = [mean > BRIGHT for mean in self.means]
        return [
            float(at / rate)
            for at in range(len(bright))
            if bright[at] and (at == 0 or not bright[at - 1])
        ]


@dataclass(frozen=True)
class Heard:
    """Sound of a lecture: both sides, what the program complained."""

    left: "array.array[int]"
    right: "array.array[int]"
    complaints: str

    @property
    def seconds(self) -> float:
        """As long as it is."""
        return len(self.left) / SAMPLE_RATE

    def beeps(self) -> list[float]:
        """The moments when a beep begins."""
        loud = max(map(abs, self.left), default=0) * 0.3
        found, last = [], -PAUSE
        for at, sample in enumerate(self.left):
            if abs(sample) > loud:
                if at - last >= PAUSE:
                    found.append(at / SAMPLE_RATE)
                last = at
        return found


def run(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """The program with these arguments; it may not fail."""
    command = [find_ffmpeg(""), "-nostdin", "-hide_banner", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True)


def arguments(line: str) -> list[str]:
    """A line of arguments, taken apart."""
    return ["-y", *shlex.split(line)]


def whole(folder: Path, name: str) -> Path:
    """Init and segments of a rendition behind each other."""
    path = folder / f"whole-{name}.mp4"
    pieces = sorted(folder.glob(f"{name}_[0-9]*.m4s"))
    init = folder / f"{name}_init.mp4"
    path.write_bytes(b"".join(piece.read_bytes() for piece in (init, *pieces)))
    return path


def see(folder: Path, name: str) -> Shown:
    """Every picture of a rung, decoded."""
    done = run(
        "-v", "error", "-i", whole(folder, name), "-fps_mode", "passthrough",
        "-vf", "scale=1:1:flags=area,format=gray", "-f", "rawvideo", "-",
    )  # fmt: skip
    return Shown(done.stdout, done.stderr.decode())


def hear(folder: Path) -> Heard:
    """The sound, decoded, beginning where its first segment says."""
    done = run("-v", "error", "-i", whole(folder, "audio"), "-f", "s16le", "-")
    samples = array.array("h", done.stdout)
    return Heard(samples[::2], samples[1::2], done.stderr.decode())


def loudness(path: Path) -> float:
    """Integrated, in LUFS (EBU R128)."""
    done = run(
        "-nostats", "-i", path, "-af", "ebur128=framelog=quiet", "-f", "null", "-"
    )
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", done.stderr.decode())[-1])


def description(path: Path) -> str:
    """The program's line about the first track of pictures."""
    done = run("-i", path, "-map", "0:v:0", "-frames:v", "1", "-f", "null", "-")
    return re.findall(r"Stream #0.*Video: (.*)", done.stderr.decode())[0]


def colour(path: Path) -> tuple[int, int, int]:
    """Red, green and blue of the middle of a rendition's first picture, or a file's."""
    done = run(
        "-v", "error", "-i", path, "-frames:v", "1", "-vf",
        "crop=8:8,scale=1:1:flags=area,format=rgb24", "-f", "rawvideo", "-",
    )  # fmt: skip
    red, green, blue = done.stdout[:3]
    return red, green, blue


def first_time(folder: Path, name: str, number: int = 0) -> Fraction:
    """Where a player of fragments puts the first picture or sound of a segment: `tfdt`
    and the least offset of `trun`, no edit list."""
    init = (folder / f"{name}_init.mp4").read_bytes()
    segment = (folder / f"{name}_{number:05d}.m4s").read_bytes()
    header = _box(init, "moov", "trak", "mdia", "mdhd")
    scale = struct.unpack_from(">I", header, 20 if header[0] else 12)[0]
    part = _box(segment, "moof", "traf")
    clock, runs = _box(part, "tfdt"), _box(part, "trun")
    base = int.from_bytes(clock[4:12] if clock[0] else clock[4:8], "big")
    return Fraction(base + _first_shift(runs), scale)


def _first_shift(runs: bytes) -> int:
    flags = int.from_bytes(runs[1:4], "big")
    if not flags & 0x800:
        return 0
    at = 8 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
    at += sum(4 for bit in (0x100, 0x200, 0x400) if flags & bit)
    return int(struct.unpack_from(">i" if runs[0] else ">I", runs, at)[0])


def _box(data: bytes, *path: str) -> bytes:
    for name in path:
        at = 0
        while data[at + 4 : at + 8] != name.encode():
            at += int.from_bytes(data[at : at + 4], "big")
        size = int.from_bytes(data[at : at + 4], "big")
        data = data[at + 8 : at + size]
    return data
