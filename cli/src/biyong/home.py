"""The data directory of one platform on one machine: what lies where."""

import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from biyong import keys
from biyong.faults import Fault

LEAST_FREE = 1 << 30
"""Bytes: the demo takes a third of it, and a full disk stops everything."""
LONGEST_SOCKET = 103
"""In bytes: the longest path of a socket that every system takes (macOS the fewest)."""
OWN_NAMES = {"secrets", "store.db", "bus.db", "lock", "logs", "mails"}
"""By one of these a folder is known as a home that was restored with loose rights."""


class Refused(Fault):
    """It cannot be done here; the message says in one line what to do."""


class Home:
    """Paths under BIYONG_HOME, made on demand; nobody but their owner may look in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.ready_file = self.folder / "ready.json"
        self.logs = self.folder / "logs"
        self.objects = self.folder / "objects"
        self.mails = self.folder / "mails"
        self.work = self.folder / "work"
        self.store_file = self.folder / "store.db"
        self.bus_file = self.folder / "bus.db"
        self.secrets = self.folder / "secrets"
        self.store_socket = _socket_place(self.folder) / "store.sock"
        self.keys_file = self.secrets / keys.PUBLIC_KEYS
        self.certificate_keys_file = self.secrets / keys.CERTIFICATE_KEYS

    def prepare(self) -> None:
        """Make the folders and, the first time, every secret. Raises Refused."""
        try:
            _close_folder(self.folder, "set BIYONG_HOME to a folder of yours")
            if self.store_socket.parent != self.folder:
                _close_folder(
                    self.store_socket.parent, "remove it, or shorten BIYONG_HOME"
                )
            for name in ("logs", "objects", "mails", "work", "secrets"):
                (self.folder / name).mkdir(exist_ok=True)
            self.secrets.chmod(0o700)
            free = shutil.disk_usage(self.folder).free
            if free < LEAST_FREE:
                raise Refused(
                    f"Only {free >> 20} MiB are free under {self.folder}; free up "
                    f"{LEAST_FREE >> 20} MiB or set BIYONG_HOME to a larger disk."
                )
            keys.make_keys(self.secrets)
        except OSError as error:
            raise Refused(
                f"{self.folder} cannot be written ({error.strerror}); free up space "
                "or set BIYONG_HOME to a folder of yours."
            ) from error

    def key_file(self, service: str) -> Path:
        """A service's own signing key."""
        return self.secrets / f"{service}.json"

    def secret(self, name: str) -> str:
        """One of the plain secrets."""
        return (self.secrets / name).read_text()

    def lock(self) -> TextIO:
        """Hold the folder for this platform alone. Raises Refused."""
        lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise Refused(
                f"A platform already runs on {self.folder}: open "
                f"{self.running_url() or 'the address it printed'}, or stop it with "
                "Ctrl-C, or set BIYONG_HOME and BIYONG_PORT for a second one."
            ) from error
        return lock

    def ready(self) -> dict[str, Any] | None:
        """What a running platform said of itself, or None."""
        try:
            return dict(json.loads(self.ready_file.read_text()))
        except (OSError, ValueError):
            return None

    def running_url(self) -> str:
        """The gateway's address of a running platform, or empty."""
        ready = self.ready()
        return str(ready["url"]) if ready else ""

    def write_ready(self, ready: Mapping[str, Any]) -> None:
        """Say that everything is ready, whole or not at all."""
        keys.write_file(
            self.ready_file, json.dumps(ready, ensure_ascii=False, indent=2)
        )


def home_of(environ: Mapping[str, str]) -> Home:
    """The folder BIYONG_HOME names, by default .biyong here."""
    return Home(Path(environ.get("BIYONG_HOME", ".biyong")))


def _socket_place(folder: Path) -> Path:
    """The folder for sockets: the home, or one with a short name where it is deep."""
    if len(os.fsencode(folder / "store.sock")) <= LONGEST_SOCKET:
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"biyong-{os.geteuid()}-{name}"


def _close_folder(folder: Path, remedy: str) -> None:
    """Make a folder for this user alone, or close the one that is there.

    Raises Refused for one that is another's, or that seems to be for other things.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid():
        raise Refused(f"{folder} belongs to somebody else; {remedy}.")
    if about.st_mode & 0o077 == 0:
        return
    names = {path.name for path in folder.iterdir()}
    if about.st_mode & stat.S_ISVTX or (names and not names & OWN_NAMES):
        raise Refused(
            f"{folder} is open to others and holds other things, so it is not closed "
            f"to them; {remedy}."
        )
    folder.chmod(0o700)
