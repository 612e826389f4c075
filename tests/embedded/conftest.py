"""A store as it really runs: a process of its own on a free loopback port."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.parts.process import free_ports, start_tied, stop_tied

PATIENCE_SECONDS = 30.0

Client = MongoClient[dict[str, Any]]


@dataclass
class Store:
    """One running store and where it listens."""

    file: Path
    port: int
    process: subprocess.Popen[bytes]

    def client(self) -> Client:
        """A new client; whoever asks for it closes it."""
        return MongoClient("127.0.0.1", self.port, directConnection=True)

    def kill(self) -> None:
        """End it the way a crash does: no chance to trim_line up."""
        stop_tied(self.process, signal.SIGKILL, PATIENCE_SECONDS)

    def stop(self) -> None:
        """End it the way its supervisor does."""
        stop_tied(self.process, signal.SIGTERM, PATIENCE_SECONDS)


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Ask until it is true; fail when it has not become so in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not true within {seconds} s"
        time.sleep(0.005)


def start_store(file: Path) -> Store:
    """Start a store on this file and wait until it takes connections."""
    [port] = free_ports(1)
    process = start_tied([sys.executable, "-m", "embedded.store", str(file), str(port)])
    wait_until(lambda: _listens(port, process))
    return Store(file, port, process)


def _listens(port: int, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, f"the store ended with {process.returncode}"
    with closing(socket.socket()) as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A running store on an empty file."""
    running = start_store(tmp_path / "store.sqlite")
    yield running
    running.stop()


@pytest.fixture
def client(store: Store) -> Iterator[Client]:
    """A client of the running store."""
    with store.client() as asking:
        yield asking
