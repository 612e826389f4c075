"""The processes under test, each started again when it ends, as an operator would."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from chassis.service.process import EXIT_THREAD_DIED

from embedded import parent
from tests.platform.running import until

LOOK_EVERY_SECONDS = 0.1
END_SECONDS = 15


@dataclass
class Member:
    """One process: how it is started, and the one that runs now."""

    command: list[str]
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes]
    starts: int = 1
    wanted: bool = True
    ends: list[int] = field(default_factory=list)


@dataclass
class Fleet:
    """Named processes that are kept running."""

    folder: Path
    members: dict[str, Member] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    ended: threading.Event = field(default_factory=threading.Event)
    keeper: threading.Thread | None = None
    pipe: tuple[int, int] = field(default_factory=os.pipe)

    def add(self, name: str, module: list[str], environ: Mapping[str, str]) -> None:
        """Start `python -m MODULE…` under a name."""
        command = [sys.executable, "-m", *module]
        with self.lock:
            process = self._spawn(name, command, environ)
            self.members[name] = Member(command, environ, process)
        if self.keeper is None:
            self.keeper = threading.Thread(target=self._keep, daemon=True)
            self.keeper.start()

    def _spawn(
        self, name: str, command: list[str], environ: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        own = {parent.VARIABLE: str(self.pipe[0])}
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                env={**os.environ, **environ, **own},
                stdout=log,
                stderr=log,
                pass_fds=[self.pipe[0]],
            )

    def _keep(self) -> None:
        while not self.ended.wait(LOOK_EVERY_SECONDS):
            with self.lock:
                for name, member in self.members.items():
                    code = member.process.poll()
                    if member.wanted and code is not None:
                        member.ends.append(code)
                        member.process = self._spawn(
                            name, member.command, member.environ
                        )
                        member.starts += 1

    def kill(self, name: str) -> None:
        """kill -9; it comes back by itself."""
        with self.lock:
            self.members[name].process.kill()

    def replace(self, name: str, environ: Mapping[str, str]) -> None:
        """End it at once; what comes back has this added to its environment."""
        with self.lock:
            member = self.members[name]
            member.environ = {**member.environ, **environ}
            member.process.kill()
            member.process.wait()

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Stop it in order; it stays away for so long."""
        with self.lock:
            member = self.members[name]
            member.wanted = False
            member.process.terminate()
        member.process.wait(END_SECONDS)
        yield
        member.wanted = True
        self.await_start(name, member.starts)

    def remove(self, name: str) -> None:
        """Stop it in order; it does not come back."""
        with self.lock:
            member = self.members.pop(name)
        member.process.terminate()
        member.process.wait(END_SECONDS)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal, for instance to freeze it."""
        with self.lock:
            self.members[name].process.send_signal(number)

    def starts(self, name: str) -> int:
        """How often it was started."""
        return self.members[name].starts

    def kills(self, name: str) -> int:
        """How often it ended by kill -9, from outside or by its own hand."""
        return self.members[name].ends.count(-signal.SIGKILL)

    def gave_up(self) -> list[str]:
        """Who ended because a loop of its own failed; each told once.

        No fault may bring that about.
        """
        with self.lock:
            fallen = [n for n, m in self.members.items() if EXIT_THREAD_DIED in m.ends]
            for name in fallen:
                ends = self.members[name].ends
                ends[:] = [code for code in ends if code != EXIT_THREAD_DIED]
            return fallen

    def await_start(self, name: str, after: int, seconds: float = 60) -> None:
        """Until it was started more often than so."""
        until(lambda: self.starts(name) > after, seconds)

    def end(self) -> None:
        """Stop all in order, by force where that takes too long."""
        self.ended.set()
        if self.keeper is not None:
            self.keeper.join()
        deadline = time.monotonic() + END_SECONDS
        for member in self.members.values():
            member.process.terminate()
        for member in self.members.values():
            with suppress(subprocess.TimeoutExpired):
                member.process.wait(max(0.0, deadline - time.monotonic()))
            member.process.kill()
            member.process.wait()
        for end in self.pipe:
            os.close(end)
