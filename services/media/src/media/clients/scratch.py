"""Folders for files that are worked on, which never outlive their worker for long."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from chassis.settings import SettingsError
from chassis.telemetry.logs import logger

from media.domain.errors import NoLecture
from media.domain.job import FULL, NO_ROOM
from media.usecases.ports import Interrupted

OWN = "media-work-"  # whatever else lies beside is not ours to remove
FULL_BELOW = 4 * 1024**2  # less than the next segment, or what a program writes at once
KEPT_FREE = 64 * 1024**2  # for whoever else writes there; a disk is never filled


class FolderScratch:
    """Folders below one folder, which several processes may share.

    Whoever works in a folder locks it; the kernel lets go of the lock when that process
    ends, however it ends. A folder that nobody locks was left behind.
    """

    def __init__(self, work: Path) -> None:
        self.work = work

    @classmethod
    def of_setting(cls, work_dir: str) -> Self:
        """The one below WORK_DIR, made if it is not there. Raises SettingsError."""
        work = Path(work_dir)
        with suppress(OSError):
            work.mkdir(parents=True, exist_ok=True)
        if not os.access(work, os.W_OK | os.X_OK):
            raise SettingsError(f"WORK_DIR: {work} is no folder that can be written to")
        return cls(work)

    @contextmanager
    def open_folder(self, bytes_: int) -> Iterator[Path]:
        """A folder with room for so many bytes, which goes with what is in it.

        Raises Interrupted where there is no such room, or was none in the end: what
        goes wrong on a full disk tells nothing of the file, and not every program says
        that the disk was it.
        """
        self.sweep_folders()
        free = shutil.disk_usage(self.work).free
        if free < bytes_ + KEPT_FREE:
            logger().warning("scratch_full", free=free, wanted=bytes_)
            raise Interrupted(NO_ROOM)
        try:
            with self._locked_folder() as path, self._no_room_as_interrupted():
                yield path
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise Interrupted(NO_ROOM) from error

    @contextmanager
    def _no_room_as_interrupted(self) -> Iterator[None]:
        """A full disk raises Interrupted, whatever else it raised."""
        try:
            yield
        except (NoLecture, Interrupted) as error:
            free = shutil.disk_usage(self.work).free
            if free >= FULL_BELOW:
                raise
            logger().warning("scratch_full", free=free, reason=str(error))
            raise Interrupted(NO_ROOM) from error

    @contextmanager
    def _locked_folder(self) -> Iterator[Path]:
        """A new folder that nobody sweeps; it goes at the end."""
        path, lock = self._make_folder()
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)

    def _make_folder(self) -> tuple[Path, int]:
        """A new folder, and the descriptor that locks it."""
        while True:
            path = self.work / f"{OWN}{secrets.token_hex(8)}"
            path.mkdir()
            lock = _lock_folder(path)
            if lock is not None and path.exists():
                return path, lock  # else somebody swept it before it was locked
            if lock is not None:
                os.close(lock)

    def sweep_folders(self) -> None:
        """Remove what workers left that are no more."""
        for path in self.work.glob(f"{OWN}*"):
            lock = _lock_folder(path)
            if lock is None:
                continue
            try:
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)
            logger().info("scratch_swept", folder=path.name)


def _lock_folder(path: Path) -> int | None:
    """The descriptor of a folder that is locked now, or None: somebody works there."""
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(folder)
        return None
    return folder
