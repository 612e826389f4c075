"""Files as teachers have them, each made by a recipe: what comes of it is written here.

A recipe is a list of steps; the last makes the file. A step is a line of arguments for
ffmpeg, in which PICTURE(…) and SOUND(…) stand for made-up inputs, or a function that
writes the file from what earlier steps made in the same folder.
"""

import shlex
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from media.clients.program import find_ffmpeg

H264 = "-c:v libx264 -preset veryfast -pix_fmt yuv420p"
AAC = "-c:a aac -b:a 64k"
BOTH = f"{H264} {AAC}"


# the quickest that these encoders do
VP8 = "-c:v libvpx -deadline realtime -cpu-used 16"
VP9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8"
Step = str | Callable[[Path], bytes]


def filtered(video: str, audio: str = "") -> str:
    """Options that filter picture and sound, quoted as a line of arguments wants it."""
    options = f"-vf {shlex.quote(video)}"
    return options + (f" -af {shlex.quote(audio)}" if audio else "")


def picture(size: str = "320x180", rate: str = "25", seconds: float = 2) -> str:
    """A moving picture that flashes white from second 1.0 to 1.2."""
    flash = "drawbox=c=white:t=fill:enable='between(t,1,1.2)'"
    source = f"testsrc2=s={size}:r={rate}:d={seconds},{flash}"
    return f"-f lavfi -i {shlex.quote(source)}"


def sound(seconds: float = 2, rate: int = 48000, channels: int = 1) -> str:
    """Silence that beeps from second 1.0 to 1.2; every channel the same."""
    beep = "0.5*sin(2*PI*880*t)*between(t,1,1.2)"
    source = f"aevalsrc='{'|'.join([beep] * channels)}':s={rate}:d={seconds}"
    return f"-f lavfi -i {shlex.quote(source)}"


@dataclass(frozen=True)
class Ready:
    """What a file that becomes a lecture is judged to be.

    `size` as shown, in square pixels; `track` is that of the picture, `sound` that of
    the sound or None; times are right within `within` seconds.
    """

    seconds: float = 2.0
    size: tuple[int, int] = (320, 180)
    rate: float = 25.0
    track: int = 0
    sound: int | None = 1
    channels: int = 1
    language: str = ""
    interlaced: bool = False
    transfer: str = ""
    picture_starts: float = 0.0
    sound_starts: float = 0.0
    within: float = 0.06


@dataclass(frozen=True)
class Refused:
    """A file that becomes none, and the code of the reason; at the door already?"""

    code: str
    at_door: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name, how it is made, what comes of it, what that mends."""

    name: str
    steps: Sequence[Step]
    comes: Ready | Refused
    mends: str = ""


def make(kind: Kind, folder: Path) -> Path:
    """The file of this kind, made in a folder of its own below `folder`."""
    place = folder / kind.name.replace(".", "-")
    path = place / kind.name
    if path.exists():
        return path
    place.mkdir(parents=True)
    for step in kind.steps:
        if callable(step):
            path.write_bytes(step(place))
        else:
            command = [find_ffmpeg(""), "-nostdin", "-v", "error", "-y"]
            command += shlex.split(step.replace("{out}", kind.name))
            subprocess.run(command, check=True, cwd=place, capture_output=True)
    return path
