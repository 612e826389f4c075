"""A disk of our own, as small as a test wants it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.parts import having


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Some memory mounted as a disk."""
    folder.mkdir(parents=True)
    size = f"size={megabytes}m"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def install() -> None:
    """Raises PartMissing where a disk of our own cannot be mounted."""
    having.require_root("a small disk")
    having.require_programs("a small disk", "mount", "umount")
    having.run("mount a disk (root's right)", "unshare", "-m", "true")
