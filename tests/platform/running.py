"""A whole platform as its user starts it, in a directory and on a port of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from biyong.door import Door
from biyong.plan import store_url
from embedded.supervisor import is_healthy
from pymongo import MongoClient

from tests import cloudevents
from tests.parts.process import free_ports, start_tied, stop_tied

T = TypeVar("T")
START_SECONDS = 120.0


@dataclass
class Platform:
    """One running platform."""

    home: Path
    process: subprocess.Popen[bytes]
    log: Path
    environ: Mapping[str, str]

    @property
    def said(self) -> dict[str, Any]:
        """What ready.json holds now."""
        read: dict[str, Any] = json.loads((self.home / "ready.json").read_text())
        return read

    @property
    def url(self) -> str:
        return str(self.said["url"])

    @property
    def demo(self) -> dict[str, Any]:
        told: dict[str, Any] = self.said["demo"]
        return told

    def door(self, login: str) -> Door:
        """A session of one of the demo's logins."""
        door = Door(self.url)
        session = door.sign_in(login, self.demo["password"])
        if "trainee" in session["roles"]:
            agree(door)
        return door

    def trainee(self, place: int = 0) -> str:
        """The login of one of the demo's trainees."""
        logins = [one for one in self.demo["logins"] if one["role"] == "trainee"]
        return str(logins[place]["login"])

    def bring_mails(self) -> Path:
        """The folder with the mails that were sent so far."""
        return self.home / "mails"

    def pid(self, name: str) -> int:
        """The process of one part now, 0 while it is being started again."""
        found = {one["name"]: one["pid"] for one in self.said["processes"]}
        return int(found[name] or 0)

    def health(self, name: str) -> str:
        """The health address of one part."""
        found = {one["name"]: one["health"] for one in self.said["processes"]}
        return str(found[name])

    def store(self) -> MongoClient[dict[str, Any]]:
        """A client of the document store, to look at what is kept."""
        given = self.environ.get("MONGO_URL")
        return MongoClient(given or store_url(self.health("store")))

    def kill(self, name: str) -> float:
        """kill -9 one part; the seconds until it is healthy again."""
        old, began = self.pid(name), time.monotonic()
        os.kill(old, signal.SIGKILL)
        until(lambda: self.pid(name) not in (0, old), 30)
        until(lambda: is_healthy(self.health(name)), 30)
        return time.monotonic() - began

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        return stop_tied(self.process, signal.SIGINT, 20)


@contextmanager
def running(
    home: Path,
    environ: Mapping[str, str] | None = None,
    demo: bool = True,
    life: bool = False,
) -> Iterator[Platform]:
    """Start a platform and end it, whatever happens in between.

    If all went well until then, what it said is checked at the end.
    """
    platform = start(home, environ, demo, life)
    try:
        yield platform
        if platform.process.poll() is None:
            _check_what_was_said(platform)
    finally:
        if platform.process.poll() is None:
            platform.stop()


def _check_what_was_said(platform: Platform) -> None:
    """Every event in every archive is a CloudEvent by CloudEvents' own schema."""
    with platform.store() as store:
        for name in store.list_database_names():
            for row in store[name]["event_archive"].find():
                assert cloudevents.faults(row["event"]) == [], row["_id"]


def start(
    home: Path,
    environ: Mapping[str, str] | None = None,
    demo: bool = True,
    life: bool = False,
) -> Platform:
    """Start a platform and wait until it says it is ready; its demo goes on after that
    only with `life`."""
    home.mkdir(parents=True, exist_ok=True)
    own = {"BIYONG_HOME": str(home), "BIYONG_PORT": str(free_ports(1)[0])}
    asked = [*(["--demo"] if demo else []), *([] if life else ["--no-life"])]
    command = [sys.executable, "-m", "biyong", "up", *asked]
    log = home.parent / f"{home.name}.log"
    with log.open("ab") as out:
        process = start_tied(command, {**os.environ, **own, **(environ or {})}, out)
    platform = Platform(home, process, log, environ or {})

    def is_ready() -> bool:
        assert process.poll() is None, f"ended with {process.poll()}: {log.read_text()}"
        return _ready_pid(home) == process.pid

    try:
        until(is_ready, START_SECONDS)
    except BaseException:
        stop_tied(process, signal.SIGKILL, 20)
        raise
    return platform


def _ready_pid(home: Path) -> int:
    """Which supervisor says it is ready; a killed one's word may still lie there."""
    try:
        return int(json.loads((home / "ready.json").read_text())["pid"])
    except FileNotFoundError:
        return 0


def until(is_so: Callable[[], T], seconds: float, every: float = 0.1) -> T:
    """What `is_so` answers once it is true; AssertionError if that takes longer."""
    end = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < end, f"{is_so.__qualname__}: not within {seconds} s"
        time.sleep(every)
    return found


def agree(door: Door) -> None:
    """The person agrees to the notice about data, so that nothing asks first."""
    path = "/api/account/consent"
    asked = door.call("GET", path, dict[str, Any])
    agreed = {"version": asked["version"], "is_given": True}
    door.call("PUT", path, dict[str, Any], agreed)
