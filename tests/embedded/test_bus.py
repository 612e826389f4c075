"""The bus delivers at least once, in order, to one at a time."""

import multiprocessing
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from embedded.bus.bus import (
    DELIVERY_LIMIT,
    LARGEST_BODY,
    Bus,
    Message,
    NoConsumer,
    TooLarge,
)

from tests.embedded.conftest import PATIENCE_SECONDS, wait_until

SHORT = 0.05
LONG = 60.0
PARTITIONS, EACH, MANY = 4, 30, 500

CONSUMER = """
import os, sys, time
from pathlib import Path
from embedded.bus.bus import Bus
bus, name, log = Bus(Path(sys.argv[1]), float(sys.argv[4])), sys.argv[2], sys.argv[3]
out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
while bus.count_waiting("q"):
    batch = bus.receive("q", name, 5)
    if not batch:
        time.sleep(0.005)
        continue
    parts = {one.partition for one in batch}
    for part in parts:
        os.write(out, f"take {part} {name} -\\n".encode())
    for one in batch:
        line = f"done {one.partition} {name} {one.body.decode()}\\n"
        os.write(out, line.encode())
    for part in parts:
        os.write(out, f"free {part} {name} -\\n".encode())
    bus.acknowledge("q", name, batch)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bus.sqlite"


@pytest.fixture
def bus(file: Path) -> Iterator[Bus]:
    """A bus with a lease no test outlives, heard by the queue q."""
    with closing(Bus(file, LONG)) as made:
        made.bind("q", ["t"])
        yield made


@pytest.fixture
def hasty(bus: Bus, file: Path) -> Iterator[Bus]:
    """The same bus with a lease that runs out at once."""
    with closing(Bus(file, SHORT)) as made:
        yield made


def publish(bus: Bus, *bodies: str, partition: int = 0) -> None:
    bus.publish([Message("t", partition, body.encode()) for body in bodies])


def bodies(bus: Bus, holder: str = "me", most: int = 10) -> list[str]:
    return [one.body.decode() for one in bus.receive("q", holder, most)]


def again(bus: Bus, holder: str = "me") -> list[tuple[str, int]]:
    """What comes next, waited for: bodies and how often they were delivered."""
    got: list[tuple[str, int]] = []

    def received() -> bool:
        got.extend((d.body.decode(), d.deliveries) for d in bus.receive("q", holder, 9))
        return bool(got)

    wait_until(received)
    return got


def test_an_unacknowledged_message_returns_after_its_lease(hasty: Bus) -> None:
    publish(hasty, "a")
    assert bodies(hasty) == ["a"]
    assert again(hasty, "another") == [("a", 2)]


def test_a_message_does_not_return_within_its_lease(bus: Bus) -> None:
    publish(bus, "a")
    assert bodies(bus) == ["a"]
    assert bodies(bus, "another") == []


def test_a_released_message_returns_at_once(bus: Bus) -> None:
    publish(bus, "a")
    assert bodies(bus) == ["a"]
    bus.release("q", [0], "me")
    assert again(bus, "another") == [("a", 2)]


def test_a_lost_lease_neither_acknowledges_nor_renews(hasty: Bus, bus: Bus) -> None:
    publish(hasty, "a")
    (lost,) = hasty.receive("q", "slow", 1)
    wait_until(lambda: bodies(bus, "quick") == ["a"])
    assert not hasty.acknowledge("q", "slow", [lost])
    assert not hasty.renew("q", [0], "slow")
    hasty.release("q", [0], "slow")
    assert bodies(bus, "third") == []
    assert bus.acknowledge("q", "quick", [lost])
    assert bus.count_waiting("q") == 0


def test_messages_of_a_partition_stay_in_order(bus: Bus) -> None:
    publish(bus, "a", "b", "c")
    publish(bus, "x", partition=1)
    publish(bus, "d")
    assert bodies(bus) == ["a", "b", "c", "d", "x"]


def test_who_takes_few_leaves_the_other_partitions_to_others(bus: Bus) -> None:
    publish(bus, "a", "b")
    publish(bus, "x", partition=1)
    assert bodies(bus, most=2) == ["a", "b"]
    assert bodies(bus, "another") == ["x"]


def test_of_partitions_taken_together_the_one_that_was_lost_comes_again(
    hasty: Bus, bus: Bus
) -> None:
    publish(bus, "a")
    publish(bus, "x", partition=1)
    taken = hasty.receive("q", "slow", 9)
    wait_until(lambda: bodies(bus, "quick", most=1) == ["a"])
    held = bus.receive("q", "slow", 9)
    assert [one.body for one in held] == [b"x"]
    assert not bus.acknowledge("q", "slow", taken)
    assert bus.count_waiting("q") == 1
    assert bus.acknowledge("q", "quick", taken[:1])
    assert bus.count_waiting("q") == 0


def test_a_redelivered_message_travels_alone(bus: Bus) -> None:
    publish(bus, "a", "b")
    assert bodies(bus) == ["a", "b"]
    publish(bus, "c")
    bus.release("q", [0], "me")
    assert again(bus) == [("a", 2)]
    bus.release("q", [0], "me")
    first = bus.receive("q", "me", 9)
    assert [one.deliveries for one in first] == [3]
    assert bus.acknowledge("q", "me", [first[0]])
    publish(bus, "x", partition=1)
    assert again(bus) == [("b", 2)]
    assert again(bus) == [("x", 1)]


def test_what_is_new_does_not_travel_with_what_was_delivered_before(bus: Bus) -> None:
    publish(bus, "held", partition=1)
    held = bus.receive("q", "another", 1)
    publish(bus, "new", partition=1)
    publish(bus, "old")
    assert bodies(bus) == ["old"]
    bus.release("q", [0], "me")
    assert bus.acknowledge("q", "another", held)
    assert again(bus) == [("new", 1)]
    assert again(bus) == [("old", 2)]


def test_a_hopeless_message_is_moved_aside_and_others_flow(bus: Bus) -> None:
    publish(bus, "bad", "good")
    publish(bus, "other", partition=1)
    for _ in range(DELIVERY_LIMIT):
        (bad,) = bus.receive("q", "me", 1)
        assert bad.body == b"bad"
        bus.release("q", [0], "me")
    assert bodies(bus) == ["good", "other"]
    assert [(number, topic) for number, topic, _ in bus.count_aside("q")] == [
        (bad.number, "t")
    ]


def test_a_message_in_its_last_delivery_is_not_taken_away(bus: Bus) -> None:
    publish(bus, "slow")
    for _ in range(DELIVERY_LIMIT - 1):
        bus.receive("q", "me", 1)
        bus.release("q", [0], "me")
    (last,) = bus.receive("q", "me", 1)
    assert bodies(bus, "another") == []
    assert bus.count_aside("q") == []
    assert bus.acknowledge("q", "me", [last])
    assert bus.count_waiting("q") == 0


def test_an_unheard_topic_is_refused_with_all_beside_it(bus: Bus) -> None:
    with pytest.raises(NoConsumer):
        bus.publish([Message("t", 0, b"a"), Message("nobody", 0, b"b")])
    assert bus.count_waiting("q") == 0


def test_a_body_that_is_too_large_is_refused_with_all_beside_it(bus: Bus) -> None:
    with pytest.raises(TooLarge):
        bus.publish([Message("t", 0, b"a"), Message("t", 0, b"x" * (LARGEST_BODY + 1))])
    assert bus.count_waiting("q") == 0
    bus.publish([Message("t", 0, b"x" * LARGEST_BODY)])
    assert bus.count_waiting("q") == 1


def test_every_bound_queue_hears_and_none_other(bus: Bus) -> None:
    bus.bind("also", ["t", "u"])
    bus.bind("deaf", ["u"])
    publish(bus, "a")
    assert [bus.count_waiting(queue) for queue in ("q", "also", "deaf")] == [1, 1, 0]
    assert bus.find_subscribed("u") == {"also", "deaf"}


def test_threads_never_hold_one_partition_at_once(bus: Bus, file: Path) -> None:
    fill(bus)
    held, clashes, seen = set[int](), list[int](), dict[int, list[str]]()

    def consume(name: str) -> None:
        with closing(Bus(file, LONG)) as mine:
            while mine.count_waiting("q"):
                for one in mine.receive("q", name, 1):
                    if one.partition in held:
                        clashes.append(one.partition)
                    held.add(one.partition)
                    seen.setdefault(one.partition, []).append(one.body.decode())
                    held.discard(one.partition)
                    mine.acknowledge("q", name, [one])

    threads = [threading.Thread(target=consume, args=(f"c{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clashes == []
    assert seen == {p: expected(p) for p in range(PARTITIONS)}


def fill(bus: Bus, each: int = EACH) -> None:
    for partition in range(PARTITIONS):
        publish(bus, *expected(partition, each), partition=partition)


def expected(partition: int, each: int = EACH) -> list[str]:
    return [f"{partition}-{number:03}" for number in range(each)]


def consumer(file: Path, name: str, lease: float) -> subprocess.Popen[bytes]:
    log = file.with_name("log")
    arguments = [str(file), name, str(log), str(lease)]
    return subprocess.Popen([sys.executable, "-c", CONSUMER, *arguments])


def log_of(file: Path) -> list[list[str]]:
    log = file.with_name("log")
    return (
        [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    )


def done(file: Path, partition: int) -> list[str]:
    told = log_of(file)
    return [line[3] for line in told if line[:2] == ["done", str(partition)]]


def test_processes_never_hold_one_partition_at_once(bus: Bus, file: Path) -> None:
    fill(bus)
    running = [consumer(file, f"p{n}", LONG) for n in range(3)]
    assert [process.wait(PATIENCE_SECONDS) for process in running] == [0, 0, 0]
    holder: dict[str, str] = {}
    for word, partition, name, _ in log_of(file):
        assert holder.get(partition, name) == name
        if word == "free":
            del holder[partition]
        else:
            holder[partition] = name
    for partition in range(PARTITIONS):
        assert done(file, partition) == expected(partition)


def test_a_killed_consumer_loses_nothing(bus: Bus, file: Path) -> None:
    fill(bus, MANY)
    for round_ in range(3):
        before = len(log_of(file))
        dying = consumer(file, f"dying{round_}", 0.3)
        wait_until(lambda seen=before: len(log_of(file)) > seen + 12)
        assert dying.poll() is None
        dying.kill()
        dying.wait(PATIENCE_SECONDS)
    assert consumer(file, "last", LONG).wait(PATIENCE_SECONDS) == 0
    for partition in range(PARTITIONS):
        first_times = list(dict.fromkeys(done(file, partition)))
        assert first_times == expected(partition, MANY)
    assert bus.count_aside("q") == []


def test_many_processes_may_open_a_new_bus_at_once(file: Path) -> None:
    running = [consumer(file, f"p{n}", LONG) for n in range(6)]
    assert [process.wait(PATIENCE_SECONDS) for process in running] == [0] * 6


def open_and_close(path: Path) -> None:
    Bus(path).close()


def test_one_who_opens_the_file_twice_keeps_it_from_those_who_close_it(
    tmp_path: Path,
) -> None:
    """Locks on a file belong to the process: to open it beside must not lose them."""
    path = tmp_path / "bus.db"
    with closing(Bus(path)) as bus, closing(Bus(path)):
        bus.publish([Message("t", 0, b"before", "q")])
        other = multiprocessing.get_context("spawn").Process(
            target=open_and_close, args=(path,)
        )
        other.start()
        other.join()
        assert path.with_name("bus.db-wal").exists(), "taken away from under the bus"
        bus.publish([Message("t", 0, b"after", "q")])
        with closing(sqlite3.connect(path)) as sql:
            assert sql.execute("select count(*) from messages").fetchone() == (2,)
