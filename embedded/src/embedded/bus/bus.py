"""Publish, receive, acknowledge: the whole of the embedded bus."""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LEASE_SECONDS = 10.0
DELIVERY_LIMIT = 6
LARGEST_BODY = 1 << 20
PARTITIONS = 16

SCHEMA = f"""
create table if not exists bindings(
    topic text not null, queue text not null, primary key(topic, queue)
) without rowid;
create table if not exists messages(
    number integer primary key autoincrement, queue text not null,
    partition integer not null, topic text not null, body blob not null,
    deliveries integer not null default 0);
create index if not exists ready on messages(queue, partition, number);
create index if not exists hopeless on messages(queue)
    where deliveries>={DELIVERY_LIMIT};
create table if not exists leases(
    queue text not null, partition integer not null, holder text not null,
    until real not null, primary key(queue, partition)) without rowid;
create table if not exists aside(
    number integer primary key, queue text not null, partition integer not null,
    topic text not null, body blob not null, deliveries integer not null,
    why text not null, at real not null);
"""

FREE_PARTITION = """
with recursive p(n) as (values(0) union all select n+1 from p where n<:partitions-1),
first(partition, number) as (
    select n, (select min(number) from messages where queue=:queue and partition=n)
    from p)
select partition from first f where number is not null and not exists (
    select 1 from leases l where l.queue=:queue and l.partition=f.partition
    and l.until>=:now)
order by number limit 1
"""


class Unheard(Exception):
    """No queue is bound to this topic, so the message would be lost."""


class TooLarge(ValueError):
    """The body is larger than the bus carries."""


@dataclass(frozen=True)
class Message:
    """What goes on the bus. Messages of one partition stay in order."""

    topic: str
    partition: int
    body: bytes


@dataclass(frozen=True)
class Delivery:
    """A message in the hands of a consumer. `deliveries` counts this one."""

    number: int
    topic: str
    partition: int
    body: bytes
    deliveries: int


class Bus:
    """One process's hold on the bus file. Any thread may call."""

    def __init__(self, path: Path, lease_seconds: float = LEASE_SECONDS) -> None:
        self.lease_seconds = lease_seconds
        self.turn = threading.Lock()
        self.sql = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=30
        )
        self.sql.execute("pragma journal_mode=wal")
        self.sql.execute("pragma synchronous=normal")
        self.sql.executescript(SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        with self.turn:
            self.sql.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self.turn:
            self.sql.execute("begin immediate")
            try:
                yield self.sql
            except BaseException:
                self.sql.execute("rollback")
                raise
            self.sql.execute("commit")

    def bind(self, queue: str, topics: Iterable[str]) -> None:
        """Let the queue hear exactly these topics from now on."""
        with self._write() as sql:
            sql.execute("delete from bindings where queue=?", (queue,))
            sql.executemany(
                "insert into bindings values(?,?)", [(topic, queue) for topic in topics]
            )

    def hearers(self, topic: str) -> set[str]:
        """The queues that hear this topic."""
        with self.turn:
            found = self.sql.execute(
                "select queue from bindings where topic=?", (topic,)
            ).fetchall()
        return {queue for (queue,) in found}

    def publish(self, messages: Sequence[Message]) -> None:
        """Put all messages on the bus, or none. Raises Unheard or TooLarge."""
        bound = {message.topic: self.hearers(message.topic) for message in messages}
        for message in messages:
            if not bound[message.topic]:
                raise Unheard(message.topic)
            if len(message.body) > LARGEST_BODY:
                raise TooLarge(f"{message.topic}: over {LARGEST_BODY} bytes")
        with self._write() as sql:
            sql.executemany(
                "insert into messages(queue, partition, topic, body) values(?,?,?,?)",
                [
                    (queue, message.partition, message.topic, message.body)
                    for message in messages
                    for queue in sorted(bound[message.topic])
                ],
            )

    def version(self) -> int:
        """Changes whenever another process has written: cheap to ask."""
        with self.turn:
            return int(self.sql.execute("pragma data_version").fetchone()[0])

    def receive(self, queue: str, holder: str, most: int) -> list[Delivery]:
        """Lease the partition that waited longest and take its first messages.

        Empty when nothing waits or others hold what waits. A message delivered
        before travels alone, so that one that kills its consumer is found out.
        """
        now = time.time()
        with self._write() as sql:
            self._move_hopeless_aside(sql, queue, now)
            partition = self._free_partition(sql, queue, now)
            if partition is None:
                return []
            sql.execute(
                "insert or replace into leases values(?,?,?,?)",
                (queue, partition, holder, now + self.lease_seconds),
            )
            rows = sql.execute(
                "select number, topic, partition, body, deliveries + 1 from messages"
                " where queue=? and partition=? order by number limit ?",
                (queue, partition, most),
            ).fetchall()
            rows = rows[: _until_first_redelivery([row[4] for row in rows])]
            sql.executemany(
                "update messages set deliveries=deliveries+1 where number=?",
                [(row[0],) for row in rows],
            )
        return [Delivery(*row) for row in rows]

    def _free_partition(
        self, sql: sqlite3.Connection, queue: str, now: float
    ) -> int | None:
        row = sql.execute(
            FREE_PARTITION, {"queue": queue, "now": now, "partitions": PARTITIONS}
        ).fetchone()
        return None if row is None else int(row[0])

    def _move_hopeless_aside(
        self, sql: sqlite3.Connection, queue: str, now: float
    ) -> None:
        hopeless = sql.execute(
            "select m.number from messages m left join leases l"
            " on l.queue=m.queue and l.partition=m.partition and l.until>=?"
            " where m.queue=? and m.deliveries>=? and l.queue is null",
            (now, queue, DELIVERY_LIMIT),
        ).fetchall()
        for (number,) in hopeless:
            self._aside(sql, number, f"delivered {DELIVERY_LIMIT} times in vain")

    def renew(self, queue: str, partition: int, holder: str) -> bool:
        """Hold the partition for another lease; False when it was lost."""
        with self._write() as sql:
            return self._holds(sql, queue, partition, holder)

    def _holds(
        self, sql: sqlite3.Connection, queue: str, partition: int, holder: str
    ) -> bool:
        now = time.time()
        changed = sql.execute(
            "update leases set until=? where queue=? and partition=? and holder=?"
            " and until>=?",
            (now + self.lease_seconds, queue, partition, holder, now),
        )
        return changed.rowcount == 1

    def acknowledge(
        self, queue: str, partition: int, holder: str, numbers: Sequence[int]
    ) -> bool:
        """Forget handled messages and free the partition; False if it was lost."""
        with self._write() as sql:
            if not self._holds(sql, queue, partition, holder):
                return False
            sql.executemany(
                "delete from messages where number=? and queue=?",
                [(number, queue) for number in numbers],
            )
            sql.execute(
                "delete from leases where queue=? and partition=?", (queue, partition)
            )
        return True

    def release(self, queue: str, partition: int, holder: str) -> None:
        """Give the partition back; its messages are delivered again."""
        with self._write() as sql:
            sql.execute(
                "delete from leases where queue=? and partition=? and holder=?",
                (queue, partition, holder),
            )

    def put_aside(self, number: int, why: str) -> None:
        """Move one message out of its queue, to be looked at by a person."""
        with self._write() as sql:
            self._aside(sql, number, why)

    def _aside(self, sql: sqlite3.Connection, number: int, why: str) -> None:
        sql.execute(
            "insert or ignore into aside select number, queue, partition, topic, body,"
            " deliveries, ?, ? from messages where number=?",
            (why, time.time(), number),
        )
        sql.execute("delete from messages where number=?", (number,))

    def depth(self, queue: str) -> int:
        """How many messages wait or are held."""
        with self.turn:
            row = self.sql.execute(
                "select count(*) from messages where queue=?", (queue,)
            ).fetchone()
        return int(row[0])

    def aside(self, queue: str) -> list[tuple[int, str, str]]:
        """What was moved aside: number, topic and why."""
        with self.turn:
            return self.sql.execute(
                "select number, topic, why from aside where queue=? order by number",
                (queue,),
            ).fetchall()


def _until_first_redelivery(deliveries: list[int]) -> int:
    """How many go together: one seen before goes alone, new ones in one batch."""
    if deliveries and deliveries[0] > 1:
        return 1
    for place, count in enumerate(deliveries):
        if count > 1:
            return place
    return len(deliveries)
