"""Publish, receive, acknowledge: the whole of the embedded bus."""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path

from embedded.bus import layout
from embedded.bus.fair_lock import FairLock
from embedded.bus.wake_up import wake_waiters
from embedded.file import BUSY_SECONDS, open_file

LEASE_SECONDS = 10.0
"""Renewed at a third of it: a consumer that pauses for six seconds keeps its lease."""
DELIVERY_LIMIT = 6
"""As often as RabbitMQ's queues deliver a message before it is given up."""
LARGEST_BODY = 1 << 20
"""Four times the largest event, which services refuse with its reason."""
PARTITIONS = 16
"""As the topology has them on a broker."""
ASIDE_SECONDS = 60 * 24 * 3600.0
"""Longer than the archive keeps an event, from which it could be sent again."""


class NoConsumer(Exception):
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
        self.path, self.lease_seconds = path, lease_seconds
        self.thread_lock = threading.Lock()
        self.sql = open_file(path, layout.LAYOUT)
        self.fair_lock = FairLock(path, BUSY_SECONDS)

    def close(self) -> None:
        """Let go of the file."""
        with self.thread_lock:
            self.sql.close()
            self.fair_lock.close()

    @contextmanager
    def _open_write(self) -> Iterator[sqlite3.Connection]:
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
        with self._open_write() as sql:
            sql.execute(
                "delete from aside where queue=? and at<?",
                (queue, time.time() - ASIDE_SECONDS),
            )
            sql.execute("delete from bindings where queue=?", (queue,))
            sql.executemany(
                "insert into bindings values(?,?)", [(topic, queue) for topic in topics]
            )

    def find_subscribed(self, topic: str) -> set[str]:
        """The queues that hear this topic."""
        with self.thread_lock:
            rows = self.sql.execute(
                "select queue from bindings where topic=?", (topic,)
            )
            return {queue for (queue,) in rows}

    def is_bound(self, queue: str) -> bool:
        """Whether the queue hears anything at all."""
        with self.thread_lock:
            row = self.sql.execute("select 1 from bindings where queue=?", (queue,))
            return row.fetchone() is not None

    def publish(self, messages: Sequence[Message]) -> None:
        """Put all messages on the bus, or none. Raises NoConsumer or TooLarge."""
        rows: list[tuple[str, int, str, bytes]] = []
        for message in messages:
            queues = (
                [message.queue]
                if message.queue
                else self.find_subscribed(message.topic)
            )
            if not queues:
                raise NoConsumer(message.topic)
            if len(message.body) > LARGEST_BODY:
                raise TooLarge(f"{message.topic}: over {LARGEST_BODY} bytes")
            rows += [
                (queue, message.partition, message.topic, message.body)
                for queue in sorted(queues)
            ]
        with self._open_write() as sql:
            sql.executemany(
                "insert into messages(queue, partition, topic, body) values(?,?,?,?)",
                rows,
            )
        wake_waiters(self.path, {queue for queue, *_ in rows})

    def seconds_to_free(self, queue: str) -> float:
        """For how long others hold all that waits here; endless when nothing does."""
        with self.thread_lock:
            [(until,)] = self.sql.execute(layout.FIRST_FREE, {"queue": queue})
        return inf if until is None else max(0.0, until - time.time())

    def receive(self, queue: str, holder: str, most: int) -> list[Delivery]:
        """Lease the partitions that waited longest and take their first messages, those
        of one after the other.

        Empty when nothing waits or others hold what waits. A message delivered
        before travels alone, so that one that kills its consumer is found out.
        """
        now = time.time()
        free = {"queue": queue, "now": now, "partitions": PARTITIONS}
        until, taken = now + self.lease_seconds, list[Delivery]()
        with self._open_write() as sql:
            while len(taken) < most and (
                row := sql.execute(
                    layout.FREE_PARTITION, free | {"new_alone": bool(taken)}
                ).fetchone()
            ):
                lease = (queue, row[0], holder, until)
                [(reached,)] = sql.execute(layout.TAKE_LEASE, lease)
                left = most - len(taken)
                taken += self._first_of(sql, queue, row[0], reached, left)
                if taken and taken[0].deliveries > 1:
                    break
        return taken

    def _first_of(
        self,
        sql: sqlite3.Connection,
        queue: str,
        partition: int,
        reached: int,
        most: int,
    ) -> list[Delivery]:
        """The first messages; one alone if it was delivered before.

        One that was delivered too often is put aside; then there may be none.
        """
        rows = sql.execute(layout.FIRST_OF, (queue, partition, most)).fetchall()
        first = rows[0][0]
        if first > reached:
            sql.execute(
                "update leases set reached=? where queue=? and partition=?",
                (rows[-1][0], queue, partition),
            )
            return [_to_delivery(row, 1) for row in rows]
        [(count,)] = sql.execute(layout.COUNT_AGAIN, (first,))
        if count <= DELIVERY_LIMIT:
            return [_to_delivery(rows[0], count)]
        self._move_aside(sql, first, f"delivered {DELIVERY_LIMIT} times in vain")
        sql.execute(
            "update leases set until=0 where queue=? and partition=?",
            (queue, partition),
        )
        return []

    def renew(self, queue: str, partitions: Iterable[int], holder: str) -> bool:
        """Hold the partitions for another lease; False when one was lost."""
        with self._open_write() as sql:
            lost = [p for p in partitions if not self._has_lease(sql, queue, p, holder)]
        return not lost

    def _has_lease(
        self, sql: sqlite3.Connection, queue: str, partition: int, holder: str
    ) -> bool:
        now = time.time()
        lease = (now + self.lease_seconds, queue, partition, holder, now)
        return sql.execute(layout.RENEW_LEASE, lease).rowcount == 1

    def acknowledge(
        self, queue: str, holder: str, deliveries: Sequence[Delivery]
    ) -> bool:
        """Forget messages that were handed out together, and free their partitions.

        False if one of these was lost meanwhile; nothing of that one is forgotten.
        """
        last = {delivery.partition: delivery.number for delivery in deliveries}
        with self._open_write() as sql:
            held = [p for p in last if self._has_lease(sql, queue, p, holder)]
            sql.executemany(
                "delete from messages where queue=? and partition=? and number<=?",
                [(queue, partition, last[partition]) for partition in held],
            )
            if len(deliveries) == len(held) == 1:
                sql.execute("delete from again where number=?", (deliveries[0].number,))
            self._free_partitions(sql, queue, held, holder)
        if held:
            wake_waiters(self.path, {queue})
        return len(held) == len(last)

    def release(self, queue: str, partitions: Iterable[int], holder: str) -> None:
        """Give partitions back; their messages are delivered again."""
        with self._open_write() as sql:
            self._free_partitions(sql, queue, partitions, holder)
        wake_waiters(self.path, {queue})

    def _free_partitions(
        self,
        sql: sqlite3.Connection,
        queue: str,
        partitions: Iterable[int],
        holder: str,
    ) -> None:
        sql.executemany(
            "update leases set until=0 where queue=? and partition=? and holder=?",
            [(queue, partition, holder) for partition in partitions],
        )

    def put_aside(self, number: int, why: str) -> None:
        """Move one message out of its queue, to be looked at by a person."""
        with self._open_write() as sql:
            self._move_aside(sql, number, why)

    def _move_aside(self, sql: sqlite3.Connection, number: int, why: str) -> None:
        sql.execute(layout.COPY_ASIDE, (why, time.time(), number))
        sql.execute("delete from messages where number=?", (number,))
        sql.execute("delete from again where number=?", (number,))

    def count_waiting(self, queue: str) -> int:
        """How many messages wait or are held."""
        with self.thread_lock:
            [(count,)] = self.sql.execute(
                "select count(*) from messages where queue=?", (queue,)
            )
        return int(count)

    def count_aside(self, queue: str) -> list[tuple[int, str, str]]:
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
        with self._open_write() as sql:
            sql.execute("delete from aside where number=?", (number,))


def _to_delivery(row: tuple[int, str, int, bytes], deliveries: int) -> Delivery:
    number, topic, partition, body = row
    return Delivery(number, topic, partition, body, deliveries)
