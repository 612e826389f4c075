"""What a process of each role needs, beside what its manifest asks for.

Run as `python -m tests.bench.bench_footprint`. Beside a platform with its demo each
member's web, worker and relay run apart, as on Kubernetes. Memory is what is a
container's own: the proportional share of a role's processes, children too, a while
after it was ready and again after a small load (a roster of so many rows; so many pages
and answers to probes). Processor time is that of a minute without work.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import urllib3

from tests.bench.measuring import memory_mib, print_row
from tests.bench.quorum import cpu_of
from tests.cluster.arrows import MEMBERS
from tests.cluster.overlays import find_pods, render_overlay
from tests.platform import rosters
from tests.platform.roles import Replica, running_replica
from tests.platform.running import Platform, running, until

ROLES = ("web", "worker", "relay")
ROWS, PAGES, IDLE_SECONDS = 50, 100, 20.0
UNITS = {"Mi": 1, "Gi": 1024}


def find_family(pid: int) -> Iterator[int]:
    """A process, and the children of children that it has."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from find_family(int(child))


def find_asked() -> dict[str, tuple[int, int]]:
    """MiB that each deployment of a member asks for, and may have at most."""
    asked = {}
    for name, pod in find_pods(render_overlay("existing")).items():
        said = pod["containers"][0]["resources"]
        request, limit = said["requests"]["memory"], said["limits"]["memory"]
        asked[name.partition("/")[2]] = (to_mib(request), to_mib(limit))
    return asked


def to_mib(text: str) -> int:
    """`1Gi` as a number."""
    return int(text[:-2]) * UNITS[text[-2:]]


def measure_idle(replica: Replica) -> tuple[float, float]:
    """MiB of a role at rest, and thousandths of a core that it takes there."""
    family = list(find_family(replica.process.pid))
    before = sum(map(cpu_of, family))
    time.sleep(IDLE_SECONDS)
    used = sum(map(cpu_of, family)) - before
    return sum(map(memory_mib, family)), 1000 * used / IDLE_SECONDS


def give_load(platform: Platform, replicas: dict[str, Replica], key: str) -> None:
    """A roster for the workers, pages and probes for those that serve them."""
    officer = platform.door("shi")
    rows = rosters.rows(ROWS, platform.demo["classes"]["open"])
    rosters.put(officer, key, rows)
    until(lambda: rosters.receipt(officer, key), 120)
    for name, replica in replicas.items():
        path = "/courses" if name == "gateway-web" else "/readyz"
        for _ in range(PAGES):
            urllib3.request("GET", replica.url + path, timeout=30)


def measure_member(platform: Platform, member: str, folder: Path) -> int:
    """A row for each role; how many need more than they ask for."""
    asked, missed = find_asked(), 0
    with ExitStack() as stack:
        replicas = {
            f"{member}-{role}": stack.enter_context(
                running_replica(platform, member, role, folder)
            )
            for role in ROLES
        }
        for replica in replicas.values():
            replica.wait_until_ready()
        idle = {name: measure_idle(replica) for name, replica in replicas.items()}
        give_load(platform, replicas, f"footprint-{member}.1")
        for name, replica in replicas.items():
            loaded = sum(map(memory_mib, find_family(replica.process.pid)))
            (rest, cores), (request, limit) = idle[name], asked[name]
            figure = f"{rest:.0f}, {loaded:.0f} MiB, {cores:.0f}m"
            print_row(name, figure, f"asks for {request} Mi, at most {limit} Mi")
            missed += loaded > request
    return missed


def main(*members: str) -> int:
    """Each role's row; 1 where one needs more than its manifest asks for."""
    print(f"  load of this machine: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with running(folder / "home") as platform:
            missed = [
                measure_member(platform, member, folder)
                for member in members or MEMBERS
            ]
    return int(any(missed))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
