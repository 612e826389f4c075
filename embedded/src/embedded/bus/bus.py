"""Publish, receive, acknowledge: the whole of the embedded bus."""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded.bus.fair_lock import FairLock
from embedded.file import BUSY_SECONDS, Layout, open_file

LEASE_SECONDS = 10.0
DELIVERY_LIMIT = 6
LARGEST_BODY = 1 << 20
PARTITIONS = 16
ASIDE_SECONDS = 60 * 24 * 3600.0

MESSAGES = (
    "create table messages("
    " number integer primary key autoincrement, queue text not null,"
    " partition integer not null, topic text not null, body blob not null)"
)
READY = "create index ready on messages(queue, partition, number)"
LAYOUT = Layout(
    name="event bus of Biyong",
    application=0x42594255,
    table="bindings",
    steps=[
        [
            "create table bindings(topic text not null, queue text not null,"
            " primary key(topic, queue)) without rowid",
            MESSAGES.replace(
                "body blob", "deliveries integer not null default 0, body blob"
            ),
            READY,
            "create table leases(queue text not null, partition integer not null,"
            " holder text not null, until real not null,"
            " primary key(queue, partition)) without rowid",
            "create table aside(number integer primary key, queue text not null,"
            " partition integer not null, topic text not null, body blob not null,"
            " deliveries integer not null, why text not null, at real not null)",
        ],
        [  # how often a message was delivered is told by its partition's lease
            "alter table leases add column reached integer not null default 0",
            "create table again(number integer primary key, deliveries integer"
            " not null)",
            "insert into again select number, deliveries from messages"
            " where deliveries > 1",
            "insert or replace into leases(queue, partition, holder, until, reached)"
            " select queue, partition, '', 0, max(number) from messages"
            " where deliveries > 0 group by queue, partition",
            "alter table messages rename to old",
            "drop index ready",
            "drop index if exists hopeless",
            MESSAGES,
            "insert into messages(number, queue, partition, topic, body)"
            " select number, queue, partition, topic, body from old",
            "insert or replace into sqlite_sequence(rowid, name, seq)"
            " select (select rowid from sqlite_sequence where name='messages'),"
            " 'messages', seq from sqlite_sequence where name='old'",
            "drop table old",
            READY,
        ],
    ],
)
"""`leases` has a row for every partition ever read: who holds it until when, and up
to which message it was `reached`, that is delivered at least once. `again` counts
the deliveries of those that were delivered twice or more."""

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
    """What goes on the bus, to all who hear the topic or to one `queue` alone.

    Messages of one partition stay in order.
    """

    topic: str
    partition: int
    body: bytes
    queue: str = ""


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
        self.thread_lock = threading.Lock()
        self.sql = open_file(path, LAYOUT)
        self.fair_lock = FairLock(path, BUSY_SECONDS)

    def close(self) -> None:
        """Let go of the file."""
        with self.thread_lock:
            self.sql.close()
            self.fair_lock.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self.thread_lock, self.fair_lock.claim():
            self.sql.execute("begin immediate")
            try:
                yield self.sql
            except BaseException:
                if self.sql.in_transaction:
                    self.sql.execute("rollback")
                raise
            self.sql.execute("commit")

    def bind(self, queue: str, topics: Iterable[str]) -> None:
        """Let the queue hear exactly these topics from now on.

        What was put aside long ago is forgotten: it holds what people wrote.
        """
        with self._write() as sql:
            sql.execute(
                "delete from aside where queue=? and at<?",
                (queue, time.time() - ASIDE_SECONDS),
            )
            sql.execute("delete from bindings where queue=?", (queue,))
            sql.executemany(
                "insert into bindings values(?,?)", [(topic, queue) for topic in topics]
            )

    def hearers(self, topic: str) -> set[str]:
        """The queues that hear this topic."""
        with self.thread_lock:
            found = self.sql.execute(
                "select queue from bindings where topic=?", (topic,)
            ).fetchall()
        return {queue for (queue,) in found}

    def is_bound(self, queue: str) -> bool:
        """Whether the queue hears anything at all."""
        with self.thread_lock:
            found = self.sql.execute(
                "select 1 from bindings where queue=? limit 1", (queue,)
            ).fetchone()
        return found is not None

    def publish(self, messages: Sequence[Message]) -> None:
        """Put all messages on the bus, or none. Raises Unheard or TooLarge."""
        topics = {message.topic for message in messages if not message.queue}
        bound = {topic: sorted(self.hearers(topic)) for topic in topics}
        for message in messages:
            if not message.queue and not bound[message.topic]:
                raise Unheard(message.topic)
            if len(message.body) > LARGEST_BODY:
                raise TooLarge(f"{message.topic}: over {LARGEST_BODY} bytes")
        with self._write() as sql:
            sql.executemany(
                "insert into messages(queue, partition, topic, body) values(?,?,?,?)",
                [
                    (queue, message.partition, message.topic, message.body)
                    for message in messages
                    for queue in _takers(message, bound)
                ],
            )

    def version(self) -> int:
        """Changes whenever another process has written: cheap to ask."""
        with self.thread_lock:
            return int(self.sql.execute("pragma data_version").fetchone()[0])

    def receive(self, queue: str, holder: str, most: int) -> list[Delivery]:
        """Lease the partition that waited longest and take its first messages.

        Empty when nothing waits or others hold what waits. A message delivered
        before travels alone, so that one that kills its consumer is found out.
        """
        now = time.time()
        with self._write() as sql:
            while True:
                partition = self._free_partition(sql, queue, now)
                if partition is None:
                    return []
                reached = self._lease(sql, queue, partition, holder, now)
                taken = self._first(sql, queue, partition, reached, most)
                if taken:
                    return taken

    def _lease(
        self, sql: sqlite3.Connection, queue: str, partition: int, holder: str,
        now: float,
    ) -> int:  # fmt: skip
        """Hold the partition; up to which message it was delivered before."""
        sql.execute(
            "insert into leases values(?,?,?,?,0) on conflict do update"
            " set holder=excluded.holder, until=excluded.until",
            (queue, partition, holder, now + self.lease_seconds),
        )
        [reached] = sql.execute(
            "select reached from leases where queue=? and partition=?",
            (queue, partition),
        ).fetchone()
        return int(reached)

    def _first(
        self, sql: sqlite3.Connection, queue: str, partition: int, reached: int,
        most: int,
    ) -> list[Delivery]:  # fmt: skip
        """The first messages; one alone if it was delivered before.

        One that was delivered too often is put aside; then there may be none.
        """
        rows = sql.execute(
            "select number, topic, partition, body from messages"
            " where queue=? and partition=? order by number limit ?",
            (queue, partition, most),
        ).fetchall()
        first = rows[0][0]
        if first > reached:
            sql.execute(
                "update leases set reached=? where queue=? and partition=?",
                (rows[-1][0], queue, partition),
            )
            return [_delivery(row, 1) for row in rows]
        count = self._count_again(sql, first)
        if count <= DELIVERY_LIMIT:
            return [_delivery(rows[0], count)]
        self._aside(sql, first, f"delivered {DELIVERY_LIMIT} times in vain")
        sql.execute(
            "update leases set until=0 where queue=? and partition=?",
            (queue, partition),
        )
        return []

    def _count_again(self, sql: sqlite3.Connection, number: int) -> int:
        """How often a message is delivered with this time."""
        sql.execute(
            "insert into again values(?,2) on conflict do update"
            " set deliveries=deliveries+1",
            (number,),
        )
        [count] = sql.execute(
            "select deliveries from again where number=?", (number,)
        ).fetchone()
        return int(count)

    def _free_partition(
        self, sql: sqlite3.Connection, queue: str, now: float
    ) -> int | None:
        row = sql.execute(
            FREE_PARTITION, {"queue": queue, "now": now, "partitions": PARTITIONS}
        ).fetchone()
        return None if row is None else int(row[0])

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
        """Forget the messages that were handed out together, and free the partition.

        False if it was lost meanwhile; then nothing is forgotten.
        """
        with self._write() as sql:
            if not self._holds(sql, queue, partition, holder):
                return False
            sql.execute(
                "delete from messages where queue=? and partition=? and number<=?",
                (queue, partition, max(numbers)),
            )
            if len(numbers) == 1:
                sql.execute("delete from again where number=?", (numbers[0],))
            self._free(sql, queue, partition, holder)
        return True

    def release(self, queue: str, partition: int, holder: str) -> None:
        """Give the partition back; its messages are delivered again."""
        with self._write() as sql:
            self._free(sql, queue, partition, holder)

    def _free(
        self, sql: sqlite3.Connection, queue: str, partition: int, holder: str
    ) -> None:
        sql.execute(
            "update leases set until=0 where queue=? and partition=? and holder=?",
            (queue, partition, holder),
        )

    def put_aside(self, number: int, why: str) -> None:
        """Move one message out of its queue, to be looked at by a person."""
        with self._write() as sql:
            self._aside(sql, number, why)

    def _aside(self, sql: sqlite3.Connection, number: int, why: str) -> None:
        sql.execute(
            "insert into aside select m.number, queue, partition, topic,"
            " body, coalesce(a.deliveries, 1), ?, ? from messages m"
            " left join again a on a.number=m.number where m.number=?",
            (why, time.time(), number),
        )
        sql.execute("delete from messages where number=?", (number,))
        sql.execute("delete from again where number=?", (number,))

    def depth(self, queue: str) -> int:
        """How many messages wait or are held."""
        with self.thread_lock:
            row = self.sql.execute(
                "select count(*) from messages where queue=?", (queue,)
            ).fetchone()
        return int(row[0])

    def aside(self, queue: str) -> list[tuple[int, str, str]]:
        """What was moved aside: number, topic and why."""
        with self.thread_lock:
            return self.sql.execute(
                "select number, topic, why from aside where queue=? order by number",
                (queue,),
            ).fetchall()

    def first_aside(self, queue: str) -> tuple[int, bytes, str] | None:
        """What was moved aside first: number, body and why."""
        with self.thread_lock:
            found: tuple[int, bytes, str] | None = self.sql.execute(
                "select number, body, why from aside where queue=? order by number"
                " limit 1",
                (queue,),
            ).fetchone()
        return found

    def forget_aside(self, number: int) -> None:
        """Somebody else keeps it now."""
        with self._write() as sql:
            sql.execute("delete from aside where number=?", (number,))


def _takers(message: Message, bound: dict[str, list[str]]) -> list[str]:
    return [message.queue] if message.queue else bound[message.topic]


def _delivery(row: tuple[int, str, int, bytes], deliveries: int) -> Delivery:
    number, topic, partition, body = row
    return Delivery(number, topic, partition, body, deliveries)
