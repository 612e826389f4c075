"""Processes of single roles beside a running platform, on its store and bus."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded.supervisor import free_ports, is_healthy

from tests.parts.process import HOST
from tests.platform.running import Platform, until

START_SECONDS, STOP_SECONDS = 180, 30  # beside other suites on two cores


@dataclass(frozen=True)
class Replica:
    """One process of one role."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def wait_until_ready(self) -> None:
        until(lambda: is_healthy(f"{self.url}/readyz"), START_SECONDS)

    def stop(self) -> int:
        """SIGTERM, as Kubernetes sends it; the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)


def start_replica(
    platform: Platform, service: str, role: str, folder: Path, **settings: str
) -> Replica:
    """Another process of a service, told what the platform's own is told."""
    [port] = free_ports(1)
    told = Path(f"/proc/{platform.pid(service)}/environ").read_bytes().decode()
    environ = dict(line.split("=", 1) for line in told.split("\0") if "=" in line)
    environ.pop("BIYONG_PARENT_PIPE", None)
    own = {"PORT": str(port), "ALLOWED_HOSTS": f"{HOST}:{port}"}
    log = folder / f"{service}.{role}.{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", service, role],
            env={**environ, **own, **settings},
            stdout=out,
            stderr=out,
        )
    return Replica(process, port, log)


@contextmanager
def running_replica(
    platform: Platform, service: str, role: str, folder: Path, **settings: str
) -> Iterator[Replica]:
    """One that ends with the test, without waiting for it to be ready."""
    replica = start_replica(platform, service, role, folder, **settings)
    try:
        yield replica
    finally:
        if replica.process.poll() is None:
            replica.stop()
