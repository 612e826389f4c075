"""gunicorn with two workers of twelve threads against two processes of waitress.

Run as `python -m tests.bench.bench_web`. The same gateway beside one platform, with
its demo; clients in two processes keep their connections and ask as fast as they are
answered. Compared are answers a second of a page and of an API read, the processor's
time for each answer, and memory (PSS) after all rounds.
"""

import http.client
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

from tests.bench.measuring import memory_mib
from tests.bench.ratios import Ratio, alternated
from tests.parts.process import HOST
from tests.platform.roles import Replica, running_replica
from tests.platform.running import running

SECONDS, CLIENTS, PROCESSES = 4.0, 6, 2
PATHS = {"page": "/courses", "api": "/api/catalog/courses"}
BARS = {"page": 1.0, "api": 0.9}
MOST_MEMORY = 1.1
THREADS = {"THREADS": "12", "WEB_WORKERS": "2"}
TICKS = os.sysconf("SC_CLK_TCK")


def ask_for_a_while(ports: Sequence[int], path: str) -> int:
    """Answers that one client process had, each of its threads on a connection."""
    counts = [0] * CLIENTS
    ends_at = time.monotonic() + SECONDS

    def ask(place: int) -> None:
        connection = http.client.HTTPConnection(HOST, ports[place % len(ports)])
        while time.monotonic() < ends_at:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            counts[place] += 1
        connection.close()

    threads = [Thread(target=ask, args=(place,)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


class Servers:
    """Some processes that serve the gateway, measured together."""

    def __init__(self, replicas: Sequence[Replica]) -> None:
        self.ports = [replica.port for replica in replicas]
        self.roots = [replica.process.pid for replica in replicas]
        self.milliseconds: dict[str, list[float]] = {path: [] for path in PATHS}

    def answers_a_second(self, kind: str, clients: ProcessPoolExecutor) -> float:
        before = self.processor_seconds()
        asking = [
            clients.submit(ask_for_a_while, self.ports, PATHS[kind])
            for _ in range(PROCESSES)
        ]
        answers = sum(future.result() for future in asking)
        spent = self.processor_seconds() - before
        self.milliseconds[kind].append(1000 * spent / answers)
        return answers / SECONDS

    def pids(self) -> list[int]:
        """The processes and their children."""
        found = list(self.roots)
        for root in self.roots:
            children = Path(f"/proc/{root}/task/{root}/children").read_text()
            found += [int(pid) for pid in children.split()]
        return found

    def processor_seconds(self) -> float:
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def memory(self) -> float:
        return sum(memory_mib(pid) for pid in self.pids())


def main() -> int:
    """Measure in turn; 1 when a bar is missed."""
    missed = 0
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        platform = stack.enter_context(running(Path(folder) / "home"))
        clients = stack.enter_context(ProcessPoolExecutor(PROCESSES))

        def begin(role: str) -> Replica:
            replica = stack.enter_context(
                running_replica(platform, "gateway", role, Path(folder), **THREADS)
            )
            replica.wait_until_ready()
            return replica

        theirs, ours = Servers([begin("all"), begin("all")]), Servers([begin("web")])
        for kind, bar in BARS.items():
            ratios = alternated(
                lambda kind=kind: ours.answers_a_second(kind, clients),
                lambda kind=kind: theirs.answers_a_second(kind, clients),
            )
            missed += Ratio(f"web {kind}", ratios, bar).tell()
            spent = [
                mine / bare
                for mine, bare in zip(
                    ours.milliseconds[kind], theirs.milliseconds[kind], strict=True
                )
            ]
            print(f"  processor for each answer: {sorted(round(s, 2) for s in spent)}")
        memory = [ours.memory() / theirs.memory()]
        missed += Ratio("web memory", memory, MOST_MEMORY, at_most=True).tell()
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
