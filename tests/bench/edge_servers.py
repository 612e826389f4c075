"""What bench_edge compares: servers under the load of wrk, and what they cost."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.parts import having, nginx, s3
from tests.parts.certificates import Certificates
from tests.parts.process import HOST, Processes, accepts, free_ports

TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 16
OPEN = """\
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
{user}
worker_processes 2;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=1000 inactive=60s;
  open_file_cache_valid 60s;
  server {{ listen {port}; root {folder}; }}
  server {{
    listen {tls_port} ssl http2;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    root {folder};
  }}
}}
"""
ASK = """\
local paths = {{{paths}}}
local place = 0
request = function()
  place = place % #paths + 1
  local headers = {{Authorization = "Bearer {token}", Host = "{host}"}}
  return wrk.format("GET", paths[place], headers)
end
"""


@dataclass(frozen=True)
class OpenServer:
    """A plain nginx over a folder, with and without TLS."""

    port: int
    tls_port: int
    folder: Path
    processes: Processes

    def pids(self) -> list[int]:
        return with_children(int((self.folder / "nginx.pid").read_text()))


def start_open(folder: Path, own: Certificates) -> OpenServer:
    """Start one that serves the folder to everybody."""
    port, tls_port = free_ports(2)
    user = "user root;" if os.geteuid() == 0 else ""
    text = OPEN.format(
        folder=folder, user=user, port=port, tls_port=tls_port,
        certificate=own.server, key=own.key,
    )  # fmt: skip
    (folder / "open.conf").write_text(text)
    processes = Processes(folder / "open.log", [port])
    program = str(having.find("nginx"))
    command = [program, "-p", f"{folder}/", "-c", f"{folder}/open.conf"]
    processes.launch(command, lambda: accepts(port))
    return OpenServer(port, tls_port, folder, processes)


def with_children(root: int) -> list[int]:
    """A process and its children."""
    text = Path(f"/proc/{root}/task/{root}/children").read_text()
    return [root, *map(int, text.split())]


def processor_seconds(pids: Sequence[int]) -> float:
    """What these processes took of the processors so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


@dataclass(frozen=True)
class Load:
    """What wrk asks a site for: one of these paths after the other."""

    folder: Path
    paths: Sequence[str]
    token: str
    host: str

    def run(self, address: str, seconds: int) -> tuple[int, float]:
        """How many answers, and how many a second. AssertionError for a refused one."""
        script = self.folder / "ask.lua"
        listed = ",".join(f'"{path}"' for path in self.paths)
        script.write_text(ASK.format(paths=listed, token=self.token, host=self.host))
        command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s"]
        command += ["-s", str(script), address]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "Non-2xx" not in done.stdout, done.stdout
        [answers] = re.findall(r"(\d+) requests in", done.stdout)
        [rate] = re.findall(r"Requests/sec:\s+([\d.]+)", done.stdout)
        return int(answers), float(rate)


@dataclass
class Measured:
    """One side of the comparison: how fast it was, and what a segment cost it."""

    load: Load
    address: str
    pids: Callable[[], list[int]]
    seconds: int
    milliseconds: list[float]

    def ask_for_a_while(self) -> float:
        """Segments a second; what one cost is kept."""
        before = processor_seconds(self.pids())
        answers, rate = self.load.run(self.address, self.seconds)
        spent = processor_seconds(self.pids()) - before
        self.milliseconds.append(1000 * spent / answers)
        return rate


def compare_cost(case: Measured, baseline: Measured, rounds: int) -> list[float]:
    """What a segment costs the one to what it costs the other, asked side by side, so
    that whatever else this machine does weighs on both."""
    with ThreadPoolExecutor(2) as both:
        for _ in range(rounds):
            asked = [both.submit(one.ask_for_a_while) for one in (case, baseline)]
            for one in asked:
                one.result()
    pairs = zip(case.milliseconds, baseline.milliseconds, strict=True)
    return [mine / bare for mine, bare in pairs]


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Where an edge's EDGE_RUN lies as it is deployed, if this machine has such."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with TemporaryDirectory(dir=place) as name:
        yield Path(name)


def install() -> None:
    """nginx, wrk, a bucket. Raises PartMissing."""
    nginx.install()
    s3.install()
    if having.find("wrk") is None:
        having.packages("wrk", "wrk")


def loopback(port: int, scheme: str = "http") -> str:
    return f"{scheme}://{HOST}:{port}"
