"""A clock that jumps, for one process: a library loaded before it, and a file."""

import struct
from dataclasses import dataclass
from pathlib import Path

from tests.parts import having

SOURCE = Path(__file__).parent / "c" / "jumping_clock.c"
COMPILER = ("cc", "-shared", "-fPIC", "-O1")


@dataclass(frozen=True)
class FalseClock:
    """The wall clock of the processes that have its environment.

    Spans that they measure by the monotonic clock stay true.
    """

    file: Path

    def environment(self) -> dict[str, str]:
        """For a process that is to be misled; the clock must have been set once."""
        return {"LD_PRELOAD": str(install()), "JUMPING_CLOCK_FILE": str(self.file)}

    def jump(self, seconds: int) -> None:
        """So many seconds ahead of the true time from now on, or behind it."""
        self.file.touch()
        with self.file.open("r+b") as shared:
            shared.write(struct.pack("=q", seconds))


def install() -> Path:
    """The library, compiled once."""
    source = SOURCE.read_bytes()
    with having.kept("jumping-clock") as folder:
        library = folder / "jumping_clock.so"
        if library.exists() and (folder / SOURCE.name).read_bytes() == source:
            return library
        having.require_programs("a clock that jumps", "cc")
        folder.mkdir(exist_ok=True)
        having.run("compile", *COMPILER, "-o", str(library), str(SOURCE), "-ldl")
        (folder / SOURCE.name).write_bytes(source)
        return library
