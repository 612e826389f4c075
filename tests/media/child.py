"""A transcoder whose child is a real process that does what a test wants."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from media.clients.child import ChildLimits, run_child
from media.domain.errors import NoLecture
from media.domain.made import Made
from media.domain.probed import Picture, Probed
from media.usecases.ports import Interrupted

PROBED = Probed(10.0, Picture(0, 320, 240, 25.0, 0.0, 10.0))
RUN = "import os, sys, time, pathlib; folder = pathlib.Path(sys.argv[1]);"
NOTE = "(folder / 'pid').write_text(str(os.getpid()));"
FILL = "(folder / 'much').write_bytes(bytes(10**9))"
FILL_QUIETLY = f"import contextlib\nwith contextlib.suppress(OSError): {FILL}"
COMPUTE = "any(time.process_time() > 1.0 for _ in iter(int, 1))"
"""A second of one processor, however many there are."""
SCRIPTS: Mapping[str, str] = {
    "make": "(folder / 'master.m3u8').write_text('whole')",
    "compute": f"{COMPUTE}; (folder / 'master.m3u8').write_text('whole')",
    "slow": f"{NOTE} time.sleep(600)",
    "complain": "sys.stderr.write('x' * 200_000 + '\\n');"
    "(folder / 'master.m3u8').write_text('whole')",
    "fill": FILL,
    "fill in silence": f"{FILL_QUIETLY}\nsys.exit(8)",
    "fill and blame": f"{FILL_QUIETLY}\nsys.exit(7)",
    "refuse": "sys.exit(7)",
}
LIMITS = ChildLimits(seconds=600.0, stall_seconds=600.0, cpu_seconds=60, memory=2 << 30)


class ChildTranscoder:
    """Runs one of the scripts in the folder of what is made."""

    def __init__(self, script: str, limits: ChildLimits = LIMITS) -> None:
        self.script, self.limits = script, limits

    def make_renditions(
        self,
        source: Path,
        folder: Path,
        probed: Probed,
        progress: Callable[[int], None],
    ) -> Made:
        command = [sys.executable, "-c", RUN + SCRIPTS[self.script], str(folder)]
        ended = run_child(command, self.limits, tick=lambda: progress(10))
        if ended.code == 7:
            raise NoLecture("not-video")
        if ended.code:
            raise Interrupted("broken")
        return Made(("360p",), probed.seconds)


class KnownProbe:
    """Every file is the same film."""

    def probe_file(self, path: Path, tick: Callable[[], None]) -> Probed:
        return PROBED
