"""Looking at an untrusted file: in a child of its own, with limits."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from media.domain.errors import NoLecture
from media.domain.probed import Probed

DEADLINE_SECONDS = 120


class ChildProbe:
    """Runs `python -m media.clients.probe_child FILE`."""

    def look(self, path: Path, tick: Callable[[], None]) -> Probed:
        """What it is. Raises NoLecture with the reason."""
        command = [sys.executable, "-m", "media.clients.probe_child", str(path)]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=DEADLINE_SECONDS, check=False
            )
            said = json.loads(done.stdout or b"{}")
        except (subprocess.TimeoutExpired, ValueError) as error:
            raise NoLecture("unreadable") from error
        if "refused" in said:
            raise NoLecture(said["refused"])
        if "seconds" not in said:
            raise NoLecture("not-video")
        return msgspec.convert(said, Probed)
