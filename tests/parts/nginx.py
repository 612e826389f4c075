"""The edge as it is deployed: Debian's nginx with our configuration of deploy/edge."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.parts import having
from tests.parts.process import (
    HOST,
    Processes,
    accepts,
    free_ports,
    start_tied,
    stop_tied,
)

START = Path(__file__).parents[2] / "deploy" / "edge" / "start.sh"
MODULE = Path("/usr/lib/nginx/modules/ngx_http_js_module.so")


@dataclass
class Edge:
    """A running edge; it keeps its ports, folder and cache when it is started again."""

    port: int
    tls_port: int
    run: Path
    environ: Mapping[str, str]
    _processes: Processes = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def served(self) -> Path:
        """The folder of what it served."""
        return self.run / "served"

    @property
    def log(self) -> str:
        return self._processes.log.read_text()

    @property
    def pids(self) -> list[int]:
        """Master, workers, and those that look after caches."""
        master = int((self.run / "nginx.pid").read_text())
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        return [master, *map(int, children.split())]

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        command = ["sh", str(START)]
        self._processes.launch(command, lambda: accepts(self.port), self.environ)

    def kill(self) -> None:
        """Kill -9."""
        self._processes.kill()

    def stop(self) -> None:
        """Stop in order."""
        self._processes.stop()

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pids[0], number)


def edge_settings(folder: Path, **settings: str) -> dict[str, str]:
    """What an edge in this folder is told."""
    user = {"EDGE_USER": "root"} if os.geteuid() == 0 else {}
    own = {"EDGE_RUN": str(folder / "run"), "EDGE_CACHE": str(folder / "cache")}
    return {"PATH": having.search_path(), **own, **user, **settings}


@contextmanager
def running_edge(folder: Path, port: int = 0, **settings: str) -> Iterator[Edge]:
    """An edge with its files in a folder, at this port if one is named, stopped at the
    end."""
    folder.mkdir(parents=True, exist_ok=True)
    free, tls_port = free_ports(2)
    port = port or free
    ports = {"EDGE_PORT": str(port), "EDGE_TLS_PORT": str(tls_port)}
    environ = edge_settings(folder, **ports, **settings)
    processes = Processes(folder / "edge.log", [port])
    edge = Edge(port, tls_port, Path(environ["EDGE_RUN"]), environ, processes)
    try:
        edge.start()
        yield edge
    finally:
        edge.stop()


@dataclass
class Feed:
    """What tells media of an edge's record, as a process."""

    environ: Mapping[str, str]
    log: Path
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)

    def start(self) -> None:
        """Start; it tells again what still lies there."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "biyong", "edge-feed"]
            self._running.append(start_tied(command, self.environ, log))

    def kill(self) -> None:
        """Kill -9."""
        while self._running:
            stop_tied(self._running.pop(), signal.SIGKILL, 20)


@contextmanager
def running_feed(edge: Edge, media_url: str, key_file: Path) -> Iterator[Feed]:
    """What tells media beside the edge, stopped at the end."""
    own = {"MEDIA_URL": media_url, "KEY_FILE": str(key_file)}
    environ = {**os.environ, **own, "EDGE_RUN": str(edge.run)}
    feed = Feed(environ, edge.run.parent / "feed.log")
    feed.start()
    try:
        yield feed
    finally:
        feed.kill()


def install() -> None:
    """nginx with njs, and what speaks HTTP/2 to it. Raises PartMissing."""
    if having.find("nginx") is None or not MODULE.exists():
        having.packages("nginx", "nginx", "libnginx-mod-http-js")
    if having.find("curl") is None:
        having.packages("curl", "curl")
