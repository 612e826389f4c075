"""Starts programs in order, keeps them running, and takes them along when it goes."""

import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from embedded.parent import VARIABLE

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""A slip is mended at once; what fails for long is started every five seconds."""
CALM_SECONDS = 30.0
"""Longer than a start takes: whoever ran so long did not fail at its start."""
STOP_SECONDS = 8.0
"""Less than the ten that a container or a session manager gives all of us."""
LOOK_EVERY_SECONDS = 0.1
"""Nobody who waits for a start notices so short a pause."""
CHECK_EVERY_SECONDS = 0.5
"""Short beside the seconds that a process takes to start again."""
LARGEST_LOG = 50 * 1024 * 1024
"""Bytes: weeks of a trial, and with the old one beside it little of a small disk."""
TRIES = 3
"""A program that ended so often while it started will not start."""


class NotReady(Exception):
    """A program did not become ready in time; the message names it and its log."""


@dataclass(frozen=True)
class Program:
    """One process to keep running.

    `health` is an http:// address that answers 200, or unix://PATH that accepts.
    Programs of one `stage` start together, after all of the stages before.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    health: str
    log: Path
    stage: int = 1


@dataclass
class Child:
    """A program as it runs."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float = 0.0
    restarts: int = 0


@dataclass
class Supervisor:
    """Keeps all programs running until stopped.

    `tell` hears what happens: the program's name and a word.
    """

    programs: Sequence[Program]
    tell: Callable[[str, str], None]
    children: dict[str, Child] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.pipe_read, self.pipe_write = os.pipe()

    def start(self, timeout_seconds: float) -> None:
        """Start stage by stage, each ready before the next. Raises NotReady."""
        until = time.monotonic() + timeout_seconds
        for stage in sorted({program.stage for program in self.programs}):
            members = [p for p in self.programs if p.stage == stage]
            for program in members:
                self.children[program.name] = Child(program)
                self._spawn_child(self.children[program.name])
            for program in members:
                self._await_ready(program, until)

    def _spawn_child(self, child: Child) -> None:
        program = child.program
        environment = {**os.environ, **program.environment}
        environment[VARIABLE] = str(self.pipe_read)
        with _log_path(program.log) as log:
            child.process = subprocess.Popen(
                program.command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[self.pipe_read],
                start_new_session=True,
            )
        child.started = time.monotonic()
        self.tell(program.name, "started")

    def _await_ready(self, program: Program, until: float) -> None:
        while not is_healthy(program.health):
            self.check_children()
            if self.stopping.is_set():
                raise NotReady("stopped while starting")
            child = self.children[program.name]
            if time.monotonic() > until or child.restarts >= TRIES:
                raise NotReady(
                    f"{program.name} did not become ready: {_last_line(program.log)}"
                    f" (more in {program.log})"
                )
            self.stopping.wait(LOOK_EVERY_SECONDS)
        self.tell(program.name, "ready")

    def check_children(self) -> None:
        """Start again what has ended, with growing pauses."""
        now = time.monotonic()
        for child in self.children.values():
            if child.process is None:
                if now >= child.again_at and not self.stopping.is_set():
                    child.restarts += 1
                    self._spawn_child(child)
            elif (code := child.process.poll()) is not None:
                self.tell(child.program.name, f"ended with {code}")
                calm = now - child.started > CALM_SECONDS
                child.pause = FIRST_PAUSE if calm else child.pause
                child.process, child.again_at = None, now + child.pause
                child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def run(self) -> None:
        """Keep everything running until `stopping` is set."""
        while not self.stopping.wait(CHECK_EVERY_SECONDS):
            self.check_children()

    def pids(self) -> dict[str, int]:
        """The process of each program that runs now."""
        return {
            name: child.process.pid
            for name, child in self.children.items()
            if child.process is not None
        }

    def stop(self) -> None:
        """End all: the last started first asked, then, after a while, made to."""
        self.stopping.set()
        running = [c.process for c in self.children.values() if c.process is not None]
        for process in reversed(running):
            _send_signal(process, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for process in reversed(running):
            try:
                process.wait(max(0.05, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _send_signal(process, signal.SIGKILL)
                process.wait()
        os.close(self.pipe_write)
        os.close(self.pipe_read)


def _send_signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(number)


def _log_path(path: Path) -> IO[bytes]:
    """The log to append to; a large one is begun anew, the old one kept beside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        os.replace(path, path.with_suffix(".old.log"))
    return path.open("ab")


def _last_line(log: Path) -> str:
    """What a program said last, which is mostly why it ended."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:400] if lines else "it said nothing"


def is_healthy(address: str) -> bool:
    """Whether a program's health address says so, within a second."""
    scheme, _, path = address.partition("://")
    if scheme == "unix":
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(1)
            return asking.connect_ex(path) == 0
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_ports(count: int) -> list[int]:
    """So many loopback ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for listener in sockets:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in sockets]
    finally:
        for listener in sockets:
            listener.close()
