"""A part's processes: on ports of their own, in a group that ends with the tests."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from chassis.settings import SERVICES

from tests.parts.having import tail

HOST = "127.0.0.1"
PORTS = range(15_000, 32_000)
"""Below those that outgoing connections take: none gets a killed part's port."""
GIVEN: set[int] = set()
"""What this process gave out: a part's ports are asked for before it listens."""
LOOK_EVERY_SECONDS = 0.05
START_SECONDS, STOP_SECONDS, PORT_SECONDS = 90, 20, 20

TIED = 'exec 3<&0; { read -r _ <&3; kill -KILL 0; } & exec "$@" 3<&- </dev/null'
"""Runs a command that ends with us: then the pipe on its input reads its end."""


OUR_END, _OURS = os.pipe()
"""What reads the one learns of our end: nothing is ever written to the other."""


def start_tied(
    command: Sequence[str],
    environ: Mapping[str, str] | None = None,
    log: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command that ends with us, however we end; `stop_tied` ends it before.

    All it writes goes to the log; without one its complaints come here.
    """
    return subprocess.Popen(
        ["sh", "-c", TIED, "tied", *command],
        env=dict(os.environ if environ is None else environ),
        stdin=OUR_END,
        stdout=log or subprocess.DEVNULL,
        stderr=log,
        start_new_session=True,
    )


def stop_tied(
    process: subprocess.Popen[bytes], number: signal.Signals, seconds: float
) -> int:
    """Send it a signal; its exit code. TimeoutExpired if it takes longer."""
    process.send_signal(number)
    code = process.wait(seconds)
    with suppress(ProcessLookupError):  # who waits beside it for our end
        os.killpg(process.pid, signal.SIGKILL)
    return code


@dataclass
class Processes:
    """The processes of one part, their log, and the ports they hold."""

    log: Path
    ports: Sequence[int]
    host: str = HOST
    start_seconds: float = START_SECONDS
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def launch(
        self,
        command: Sequence[str],
        is_up: Callable[[], bool],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Start a command in a group of its own and wait until it is up."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                ["sh", "-c", TIED, "tied", *command],
                env=dict(os.environ if environ is None else environ),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running.append(process)
        ends_or_is_up = wait_until(
            lambda: process.poll() is not None or is_up(), self.start_seconds
        )
        if not ends_or_is_up or process.poll() is not None:
            said = tail(self.log.read_bytes())
            raise RuntimeError(f"{command[0]} did not come up; {self.log} ends: {said}")

    def kill(self) -> None:
        """Kill -9 every process; back when none of the ports answers any longer."""
        for process in reversed(self.running):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdin:
                process.stdin.close()
        self.running.clear()
        if not wait_until(lambda: not self._answers(), PORT_SECONDS):
            raise RuntimeError(f"something still answers on one of {self.ports}")

    def _answers(self) -> bool:
        return any(accepts(port, self.host) for port in self.ports)

    def signal(self, number: signal.Signals) -> None:
        """Send every process a signal, for instance to freeze it."""
        for process in self.running:
            os.killpg(process.pid, number)

    def stop(self) -> None:
        """Stop in order, by force where that takes too long; nothing stays behind."""
        try:
            for process in reversed(self.running):
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
        finally:
            self.kill()


def free_ports(count: int) -> list[int]:
    """So many loopback ports that nobody listens on, and that no call gave before."""
    found: list[int] = []
    ours = _ports_of_this_worker()
    for port in random.sample(ours, len(ours)):
        with socket.socket() as probe, suppress(OSError):
            if port in GIVEN:
                continue
            probe.bind((HOST, port))
            found.append(port)
        if len(found) == count:
            GIVEN.update(found)
            return found
    raise RuntimeError(f"no {count} free ports in {PORTS}")


def _ports_of_this_worker() -> range:
    """No two processes of a test run give the same port before a part listens."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return PORTS[worker :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]


def wait_until(
    holds: Callable[[], bool], seconds: float, every: float = LOOK_EVERY_SECONDS
) -> bool:
    """Whether it came to hold in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def accepts(port: int, host: str = HOST) -> bool:
    """Whether somebody listens on this port, by default of this machine's loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def nowhere() -> dict[str, str]:
    """Settings by which no service finds another."""
    return {f"{name.upper()}_URL": f"http://{HOST}:9" for name in SERVICES}
