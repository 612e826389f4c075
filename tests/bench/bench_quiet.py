"""What a platform at rest costs: processor time and commands of the store.

Run as `python -m tests.bench.bench_quiet [SECONDS] [embedded|rabbitmq|apart ...]`: the
demo on the embedded default, on RabbitMQ, and there with roles apart. The bar is for
the first. On RabbitMQ, single rows follow: from publishing to their receipt.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from biyong.home import Home
from biyong.plan import plan_processes, store_url
from embedded.supervisor import Program, Supervisor, free_ports
from pymongo import MongoClient

from tests.bench.measuring import print_row
from tests.bench.quorum import cpu_of
from tests.parts.process import HOST
from tests.parts.rabbitmq import Broker, running_broker
from tests.platform.flood import percentile, waits
from tests.platform.running import Platform, running, until

BAR_PERCENT, SECONDS = 2.0, 300.0
P50_MILLISECONDS, P99_MILLISECONDS = 60.0, 250.0
CALM_SECONDS = 10.0
"""After the demo is in, until the last event has been handled and loops wait."""
ROWS, WARMING = 200, 20
REST_SECONDS = 0.6
"""Between rows of a platform at rest: what the one before set going is over by then."""
PASSWORD, SUPERVISOR = "branch-password", "supervisor"
Store = MongoClient[dict[str, Any]]


def measure_rest(pids: Mapping[str, int], store: Store, seconds: float) -> float:
    """Print what each process costs in these seconds; all together, in percent."""
    until(lambda: not any_waiting(store), 120, every=1.0)
    time.sleep(CALM_SECONDS)
    before, sent = find_used(pids), count_commands(store)
    began = time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    used = {n: 100 * (s - before[n]) / took for n, s in find_used(pids).items()}
    asked = {
        what: (count - sent.get(what, 0)) / took
        for what, count in count_commands(store).items()
    }
    for name, percent in sorted(used.items(), key=lambda each: -each[1]):
        print_row(f"  {name}, % of a core", f"{percent:.2f}", "")
    print_row("  commands of the store a second", f"{sum(asked.values()):.1f}", "")
    for what, rate in sorted(asked.items(), key=lambda each: -each[1])[:20]:
        print_row(f"    {what}", f"{rate:.2f}", "")
    return sum(used.values())


def find_used(pids: Mapping[str, int]) -> dict[str, float]:
    """Processor seconds so far; gunicorn's with those of its children."""
    return {
        name: cpu_of(pid) if name == SUPERVISOR else cpu_of_all(pid)
        for name, pid in pids.items()
    }


def cpu_of_all(pid: int) -> float:
    """Processor seconds of a process and its children."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return cpu_of(pid) + sum(map(cpu_of_all, children))


def any_waiting(store: Store) -> bool:
    """Whether an event, a chunk or a lecture waits anywhere."""
    return any(
        store[name][rows].find_one({field: {"$gte": 0}}) is not None
        for name in store.list_database_names()
        for rows in store[name].list_collection_names()
        for field in ("out_due", "work_due")
        if rows not in {"comparisons", "make_ups", "rebuilds", "resends"}
    )


def count_commands(store: Store) -> dict[str, int]:
    """What the embedded store was asked since it started, by collection."""
    counts: dict[str, int] = store.admin.command("serverStatus")["commands"]
    return counts


def measure_rows(broker: Broker, class_id: str, branch: str) -> tuple[float, float]:
    """Milliseconds from publishing single rows to their receipts, at rest: p50, p99.

    Beside it, those of rows that come one after the other: each meets what the one
    before set going.
    """
    ones = waits(broker.add_branch(branch, PASSWORD), branch, PASSWORD, class_id)
    for _ in range(WARMING):
        next(ones)
    p50, p99 = _measure(ones, REST_SECONDS)
    busy50, busy99 = _measure(ones, 0)
    ones.close()
    print_row("  one row to its receipt, p50, ms", f"{p50:.0f}", "bar 60")
    print_row("    p99, ms", f"{p99:.0f}", "bar 250")
    print_row("  one after the other, p50, ms", f"{busy50:.0f}", "")
    print_row("    p99, ms", f"{busy99:.0f}", "")
    return p50, p99


def _measure(ones: Iterator[float], rest: float) -> tuple[float, float]:
    taken = []
    for _ in range(ROWS):
        time.sleep(rest)
        taken.append(1000 * next(ones))
    return percentile(taken, 0.5), percentile(taken, 0.99)


def pids_of(platform: Platform) -> dict[str, int]:
    """Every process of a platform, by name."""
    named = {one["name"]: int(one["pid"]) for one in platform.said["processes"]}
    return named | {SUPERVISOR: platform.process.pid}


def pids_of_broker(broker: Broker) -> dict[str, int]:
    """The broker's process that works."""
    return {"RabbitMQ": int(broker.control("eval", "os:getpid().").strip().strip('"'))}


@contextmanager
def running_apart(home: Path, amqp_url: str) -> Iterator[Supervisor]:
    """The platform of this home with web, worker and relay of each service apart."""
    own = {"BIYONG_PORT": str(free_ports(1)[0]), "AMQP_URL": amqp_url}
    plan = plan_processes(Home(home), {**os.environ, **own})
    programs = [part for program in plan.programs for part in _split_roles(program)]
    supervisor = Supervisor(programs, lambda *_: None)
    try:
        supervisor.start(120)
        yield supervisor
    finally:
        supervisor.stop()


def _split_roles(program: Program) -> list[Program]:
    if program.command[-1] != "all":
        return [program]
    web, worker, relay = (
        replace(
            program,
            name=f"{program.name} {role}",
            command=[*program.command[:-1], role],
            log=program.log.with_name(f"{program.name}-{role}.log"),
        )
        for role in ("web", "worker", "relay")
    )
    return [web, *map(_at_own_port, (worker, relay))]


def _at_own_port(part: Program) -> Program:
    [port] = free_ports(1)
    return replace(
        part,
        environment={**part.environment, "PORT": str(port)},
        health=f"http://{HOST}:{port}/readyz",
    )


def measure_embedded(seconds: float, folder: Path) -> bool:
    """Whether the bar of the embedded default holds."""
    with running(folder / "embedded") as platform, platform.store() as store:
        print("embedded, one process for each service")
        total = measure_rest(pids_of(platform), store, seconds)
    print_row("all processes at rest, % of a core", f"{total:.2f}", "bar 2")
    return total <= BAR_PERCENT


def measure_rabbitmq(seconds: float, folder: Path) -> bool:
    """Whether rows are answered in time, one process for each service."""
    with (
        running_broker(folder / "broker") as broker,
        running(folder / "home", {"AMQP_URL": broker.url}) as platform,
        platform.store() as store,
    ):
        print("RabbitMQ, one process for each service")
        class_id = platform.demo["classes"]["open"]
        total = measure_rest(pids_of(platform), store, seconds)
        print_row("all processes of ours at rest, % of a core", f"{total:.2f}", "")
        measure_rest(pids_of_broker(broker), store, min(seconds, 60))
        return _is_prompt(*measure_rows(broker, class_id, "beijing"))


def measure_apart(seconds: float, folder: Path) -> bool:
    """Whether rows are answered in time with roles apart."""
    home = folder / "home-apart"
    with running_broker(folder / "broker-apart") as broker:
        with running(home, {"AMQP_URL": broker.url}) as platform:
            class_id = platform.demo["classes"]["open"]
        with running_apart(home, broker.url) as supervisor:
            print("RabbitMQ, roles apart")
            store: Store = MongoClient(store_url(f"unix://{Home(home).store_socket}"))
            with store:
                total = measure_rest(supervisor.pids(), store, seconds)
                measure_rest(pids_of_broker(broker), store, min(seconds, 60))
            print_row("all processes of ours at rest, % of a core", f"{total:.2f}", "")
            return _is_prompt(*measure_rows(broker, class_id, "beijing"))


def _is_prompt(p50: float, p99: float) -> bool:
    return p50 <= P50_MILLISECONDS and p99 <= P99_MILLISECONDS


FORMS: dict[str, Callable[[float, Path], bool]] = {
    "embedded": measure_embedded,
    "rabbitmq": measure_rabbitmq,
    "apart": measure_apart,
}


def main(seconds: float = SECONDS, *forms: str) -> int:
    """Measure and print; 1 when a bar is missed."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = [FORMS[form](seconds, Path(scratch)) for form in forms or FORMS]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2]), *sys.argv[2:]))
