"""Publisher and consumers killed twenty times: nothing lost, nothing out of order."""

import multiprocessing
import os
import signal
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from embedded.bus.bus import PARTITIONS, Bus, Message
from embedded.check import look_through_bus

CONSUMERS, KILLS, KEYS = 8, 20, 48
LEASE_SECONDS = 1.0
Process = multiprocessing.context.SpawnProcess
spawn = multiprocessing.get_context("spawn")


def publish(path: Path, told: Path, stop: Event) -> None:
    """Say numbers under each key, noting each batch once the bus has taken it."""
    with closing(Bus(path)) as bus, told.open("a") as ledger:
        number = 0
        while not stop.is_set():
            number += 1
            bus.publish([_message(key, number) for key in range(KEYS)])
            ledger.write(f"{number}\n")
            ledger.flush()


def _message(key: int, number: int) -> Message:
    return Message("t", key % PARTITIONS, f"{key} {number}".encode())


def consume(path: Path, told: Path, stop: Event) -> None:
    """Take batches; note each message once it is in hand, and the time it was held."""
    me = str(os.getpid())
    with closing(Bus(path, LEASE_SECONDS)) as bus, told.open("a") as ledger:
        while not stop.is_set():
            batch = bus.receive("q", me, 50)
            if not batch:
                time.sleep(0.005)
                continue
            partitions, began = {d.partition for d in batch}, time.time()
            ledger.writelines(f"heard {began} {d.body.decode()}\n" for d in batch)
            ledger.flush()
            ended = time.time()
            if bus.acknowledge("q", me, batch):
                ledger.writelines(f"held {began} {ended} {p}\n" for p in partitions)
                ledger.flush()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with closing(Bus(tmp_path / "bus.db")) as bus:
        bus.bind("q", ["t"])
    return tmp_path / "bus.db"


def test_twenty_kills_lose_nothing_and_no_partition_is_handed_out_early(
    path: Path, tmp_path: Path
) -> None:
    stop, done = spawn.Event(), spawn.Event()
    said = tmp_path / "said"
    publisher = _start(publish, path, said, stop)
    ears = [_start(consume, path, tmp_path / f"ear{n}", done) for n in range(CONSUMERS)]
    _await(lambda: said.exists() and said.stat().st_size > 0)
    for kill in range(KILLS):
        place = kill % CONSUMERS
        ledger = tmp_path / f"ear{place}"
        size = ledger.stat().st_size if ledger.exists() else 0
        _await(lambda: ledger.exists() and ledger.stat().st_size > size)  # noqa: B023
        _kill(ears[place])
        ears[place] = _start(consume, path, ledger, done)
    stop.set()
    publisher.join(30)
    with closing(Bus(path)) as bus:
        _await(lambda: bus.count_waiting("q") == 0)
    done.set()
    for ear in ears:
        ear.join(30)
    _assert_all_in_order(path, said, sorted(tmp_path.glob("ear*")))


def _start(work: object, path: Path, told: Path, stop: Event) -> Process:
    process = spawn.Process(target=work, args=(path, told, stop), daemon=True)  # type: ignore[arg-type]
    process.start()
    return process


def _kill(process: Process) -> None:
    os.kill(int(process.pid or 0), signal.SIGKILL)
    process.join(10)


def _await(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def _assert_all_in_order(path: Path, said: Path, ears: list[Path]) -> None:
    last = int(said.read_text().split()[-1])
    heard: dict[int, list[tuple[float, int]]] = defaultdict(list)
    held: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for line in (line for ear in ears for line in ear.read_text().splitlines()):
        kind, began, first, second = line.split()
        if kind == "heard":
            heard[int(first)].append((float(began), int(second)))
        else:
            held[int(second)].append((float(began), float(first)))
    assert last > KILLS
    for key in range(KEYS):
        numbers = list(dict.fromkeys(number for _, number in sorted(heard[key])))
        assert numbers == list(range(1, last + 1)), f"key {key}: lost or out of order"
    for spans in held.values():
        for (_, ended), (began, _) in pairwise(sorted(spans)):
            assert began >= ended, "two held one partition at once"
    assert _aside(path) == 0
    assert look_through_bus(path, lambda _done, _all: None) == []


def _aside(path: Path) -> int:
    with closing(sqlite3.connect(path)) as sql:
        return int(sql.execute("select count(*) from aside").fetchone()[0])
