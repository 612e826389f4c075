"""FastStream and Celery, in a Python of their own: the project does not need them."""

import subprocess
import sys
import venv
from pathlib import Path

from tests.parts import having

PINNED = ("faststream[rabbit]==0.7.8", "celery==5.7.0")
HERE, PATIENCE_SECONDS = Path(__file__).parent, 300


def python() -> Path:
    """The interpreter that has both; installed once into the cache of parts."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with having.kept(f"bench-peers-{version}") as place:
        found = place / "bin" / "python"
        if not (place / "installed").exists():
            venv.create(place, clear=True, with_pip=True)
            install = [str(found), "-m", "pip", "install", "--quiet", *PINNED]
            having.run("install FastStream and Celery", *install)
            (place / "installed").touch()
        return found


def heard_by(peer: str, url: str, queue: str, count: int, given: bytes) -> float:
    """Events a second as `peer` measured them itself."""
    done = subprocess.run(
        [str(python()), str(HERE / f"{peer}_hearing.py"), url, queue, str(count)],
        input=given,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    lines = done.stdout.decode().split()
    if done.returncode or not lines:
        raise RuntimeError(having.tail(done.stderr))
    return float(lines[-1])
