"""The ffmpeg that judges files and makes lectures of them: one and the same."""

import functools
import shutil
from pathlib import Path

import imageio_ffmpeg
from chassis.errors import Incompatible

from media.clients.child import ChildLimits, run_child
from media.usecases.ports import Interrupted

# it prints some lines and ends; the clock allows for a cold, slow disk
LIMITS = ChildLimits(seconds=30, stall_seconds=30, cpu_seconds=10, memory=2 << 30)
NAME_ONE = "set FFMPEG to an ffmpeg of version 7 or newer"
FIRST_WORDS = "ffmpeg version "
PROGRESS = ("-nostats", "-progress", "pipe:1")
"""Arguments by which it tells its progress on standard output."""


def begin_command(program: str, level: str = "error") -> list[str]:
    """The first arguments of every run that writes a file: it asks nothing, replaces
    what is there, and complains of no more than the level says."""
    return [program, *f"-nostdin -hide_banner -loglevel {level} -y".split()]


def find_ffmpeg(named: str) -> str:
    """The program named by the setting, else the one installed with media.

    Never whatever lies on the PATH under that name: what judges a file must be what
    encodes it. Raises Incompatible.
    """
    if named:
        path = shutil.which(named)
        if path is None:
            raise Incompatible(f"FFMPEG names {named}, which is no program: {NAME_ONE}")
        return path
    folder = Path(imageio_ffmpeg.__file__).parent / "binaries"
    for program in sorted(folder.glob("ffmpeg-*")):
        return str(program)
    raise Incompatible(
        f"no ffmpeg came with media for this kind of machine: {NAME_ONE}"
    )


@functools.cache
def version_of(program: str) -> str:
    """What the program calls its version, asked once. Raises Incompatible."""
    lines: list[str] = []
    try:
        run_child([program, "-version"], LIMITS, lines.append)
    except Interrupted as error:
        raise Incompatible(
            f"{program} does not run ({error.cause}): {NAME_ONE}"
        ) from error
    if not lines or not lines[0].startswith(FIRST_WORDS):
        raise Incompatible(f"{program} is no ffmpeg: {NAME_ONE}")
    return lines[0].removeprefix(FIRST_WORDS).split()[0]
