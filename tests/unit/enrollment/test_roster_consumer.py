"""What a branch sends over the broker harms only itself, and nothing of it is told."""

import itertools
import json
import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from chassis.broker.topology import count_parked, count_waiting
from chassis.errors import Incompatible, WriteConflict
from chassis.events.envelope import Refused
from chassis.telemetry import logs
from enrollment.domain.people import branch_below, root_branch
from enrollment.domain.refused_message import RefusedMessage
from enrollment.domain.roster import Outcome
from enrollment.events.roster_consumer import (
    EXCHANGE,
    MOST_REFUSED,
    QUEUE,
    RefusalAllowance,
    RosterConsumer,
)
from enrollment.usecases.receive_message import MOST_WAITING, OpenBranches, ReadMessage
from pymongo.errors import ConnectionFailure, WriteError

import contracts
from tests.doubles.fault_injection import Mischief
from tests.doubles.memory_bus import InMemoryTransport
from tests.doubles.stopping import NoPause
from tests.unit.enrollment.fakes import FakeBranches, FakeChunks, Steps

CITY = root_branch("beijing", "市总")
BRANCHES = (
    CITY,
    branch_below(CITY, "dongcheng", "东城"),
    branch_below(CITY, "xicheng", "西城"),
)
ROW = {"name": "乙", "member_no": "2", "phone": "13700000002", "class_id": "c1"}
POISON = (
    '{"roster_id":"poison","dry_run":false,"rows":[{"row":2.0,"name":"乙",'
    '"member_no":"2","phone":"13700000002","class_id":"CLASS"}]}'
)
"""As the hunt found it: a whole number as JavaScript, PHP or Lua may write one."""
NAME, LATIN, PHONE = "司马相如", "Zhang Sanfeng", "13512349999"
ID, MAIL = "11010519491231002X", "zs@u.example"


@dataclass
class Parked:
    body: bytes
    why: str
    sender: str
    key: str


@dataclass
class Door:
    """The roster consumer on a bus in memory, over chunks in memory."""

    bus: InMemoryTransport = field(default_factory=InMemoryTransport)
    chunks: FakeChunks = field(default_factory=lambda: FakeChunks(Steps()))
    parked: list[Parked] = field(default_factory=list)
    answers: list[RefusedMessage] = field(default_factory=list)
    store_faults: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bus.patience = 0.0  # what is to come was sent before
        self.consumer = self.anew()
        self.consumer.take_once()

    def anew(self) -> RosterConsumer:
        """As another process would have it."""
        read = ReadMessage(OpenBranches(FakeBranches(BRANCHES)), time.time)
        wake = threading.Event().set
        return RosterConsumer(self.bus, read, self.chunks, wake, self.answer, self.keep)

    def answer(self, refused: RefusedMessage) -> None:
        if self.store_faults:
            raise self.store_faults.pop(0)
        self.answers.append(refused)

    def keep(self, body: bytes, why: str, sender: str, key: str) -> bool:
        if self.store_faults:
            raise self.store_faults.pop(0)
        self.parked.append(Parked(body, why, sender, key))
        return True

    def send(self, branch: str, body: bytes, user: str | None = None) -> None:
        account = f"branch.{branch}" if user is None else user
        self.bus.send(EXCHANGE, f"branch.{branch}.roster", body, account)

    def told(self) -> list[tuple[str, str, str, str]]:
        """Who was told, about what, why and where it is wrong."""
        return [(a.branch_id, a.key, a.reason, a.place) for a in self.answers]

    def take_all(self) -> None:
        while count_waiting(self.bus.find_queues(QUEUE)):
            self.consumer.take_once()


@pytest.fixture
def door() -> Door:
    return Door()


def sent(branch: str, key: str, *rows: object, **data: Any) -> bytes:
    return event(
        branch, {"roster_id": "r", "dry_run": False, "rows": rows, "key": key} | data
    )


def event(branch: str, data: dict[str, Any], **envelope: Any) -> bytes:
    golden = contracts.example_of("branch.roster.sent.v1")
    whole = {**golden, "data": {"branch_id": branch, **data}, **envelope}
    return json.dumps(whole, ensure_ascii=False).encode()


def row(number: object = 1, **changed: Any) -> dict[str, Any]:
    return {"row": number, **ROW, **changed}


def test_a_row_number_written_as_a_fraction_is_taken_as_the_whole_it_is(
    door: Door,
) -> None:
    door.send("dongcheng", event("dongcheng", {"key": "p1", **json.loads(POISON)}))
    door.send("beijing", sent("beijing", "good", row()))
    door.take_all()
    assert door.parked == []
    assert [r.number for r in door.chunks.rows["dongcheng/p1"].rows] == [2]
    assert "beijing/good" in door.chunks.rows


def test_what_is_wrong_in_one_row_parks_none_of_the_others(door: Door) -> None:
    wrong = [
        row(2, phone=13700000002), row(3, email=None), row(4, name=["乙"]),
        row(5, member_no=7), row(6, id_number={}), row(7, name="长" * 500),
        {"row": 8},
    ]  # fmt: skip
    door.send("dongcheng", sent("dongcheng", "k", row(1), *wrong))
    door.take_all()
    assert door.parked == []
    assert len(door.chunks.rows["dongcheng/k"].rows) == 8


def test_what_is_not_taken_is_answered_alone_at_once(door: Door) -> None:
    door.send("beijing", sent("beijing", "before", row()))
    door.send("dongcheng", sent("dongcheng", "k", row(), row()))
    door.send("beijing", sent("beijing", "after", row()))
    door.take_all()
    assert {"beijing/before", "beijing/after"} <= door.chunks.rows.keys()
    assert door.told() == [("dongcheng", "k", "row-number-twice", "rows/1/row")]
    assert door.parked == []


def test_the_same_message_again_is_answered_again_as_the_same(door: Door) -> None:
    for _ in range(2):
        door.send("dongcheng", b"no event")
        door.take_all()
    first, second = door.answers
    assert first == second
    assert first.message_id == first.print


def test_who_leaves_out_who_it_is_is_known_by_the_routing_key(door: Door) -> None:
    door.send("dongcheng", sent("dongcheng", "k", row()), user="")
    door.send("dongcheng", b"no event", user="")
    door.take_all()
    assert door.chunks.rows.keys() == {"dongcheng/k"}
    assert door.told() == [("dongcheng", "", "message-not-json", "")]
    assert door.parked == []


def test_an_account_that_is_no_branchs_is_parked_without_what_it_wrote(
    door: Door,
) -> None:
    door.send("dongcheng", sent("dongcheng", "k", row()), user="enrollment")
    door.take_all()
    said = [(one.sender, one.why.split(":")[0]) for one in door.parked]
    assert said == [("", "sender-missing")]
    assert door.answers == []


def test_an_account_without_a_branch_is_told_so(door: Door) -> None:
    door.send("nowhere", sent("nowhere", "k", row()))
    door.take_all()
    assert door.told() == [("nowhere", "", "unknown-branch", "branch_id")]


@pytest.mark.parametrize(
    ("account", "route"), [("xicheng", "dongcheng"), ("dongcheng", "xicheng")]
)
def test_a_roster_is_taken_from_its_branchs_account_under_its_branchs_route(
    door: Door, account: str, route: str
) -> None:
    """Both are asked: a broker with lax rights may let the one or the other pass."""
    door.send(route, sent("dongcheng", "k", row()), user=f"branch.{account}")
    door.take_all()
    [(told, _, reason, _)] = door.told()
    assert (told, reason) == (account, "not-the-sender")
    assert door.chunks.rows == {}


def test_a_key_used_for_other_rows_is_told_under_that_key(door: Door) -> None:
    door.send("dongcheng", sent("dongcheng", "2026-11-a.1", row()))
    door.send("dongcheng", sent("dongcheng", "2026-11-a.1", row(name="丙")))
    door.take_all()
    assert door.told() == [("dongcheng", "2026-11-a.1", "chunk-differs", "")]


def test_a_branch_with_too_much_undecided_is_told_so_and_no_other_one(
    door: Door,
) -> None:
    door.send("dongcheng", sent("dongcheng", "known", row()))
    door.take_all()
    door.chunks.waiting["dongcheng"] = MOST_WAITING
    for key in ("known", "new"):
        door.send("dongcheng", sent("dongcheng", key, row()))
    door.send("beijing", sent("beijing", "other", row()))
    door.take_all()
    assert door.told() == [("dongcheng", "new", "too-many-undecided", "")]
    assert "beijing/other" in door.chunks.rows


def test_what_no_store_can_keep_is_told_so_and_the_next_is_taken(door: Door) -> None:
    for number, fault in enumerate(
        (WriteError(PHONE, 121), OverflowError(PHONE), UnicodeError(NAME))
    ):
        door.chunks.faults[f"k{number}"] = [fault] * 9
        door.send("dongcheng", sent("dongcheng", f"k{number}", row()))
    door.send("dongcheng", sent("dongcheng", "good", row()))
    door.take_all()
    assert [one.reason for one in door.answers] == ["not-to-be-kept"] * 3
    assert "dongcheng/good" in door.chunks.rows


def test_a_receipt_that_cannot_be_issued_again_parks_what_asked_for_it(
    door: Door,
) -> None:
    for key in ("bad", "good"):
        door.send("dongcheng", sent("dongcheng", key, row()))
        door.take_all()
        door.chunks.decide(f"dongcheng/{key}", [Outcome(1, "enrolled")])
    door.chunks.told.clear()
    door.chunks.unsayable["dongcheng/bad"] = Refused("data/rows/0: no outcome")
    for key in ("bad", "good"):
        door.send("dongcheng", sent("dongcheng", key, row()))
    door.take_all()
    assert [one.why.split(":")[0] for one in door.parked] == ["receipt-refused"]
    assert len(door.chunks.told) >= 1


def test_a_queue_of_receipts_that_was_made_otherwise_parks_only_its_branchs(
    door: Door,
) -> None:
    class Misfit(InMemoryTransport):
        def declare_receipts_queue(self, branch: str) -> None:
            if branch == "dongcheng":
                raise Incompatible("the broker has the queue with other properties")

    other = Door(Misfit(Mischief()))
    for branch in ("dongcheng", "beijing"):
        other.send(branch, sent(branch, "k", row()))
    other.take_all()
    assert [one.sender for one in other.parked] == ["dongcheng"]
    assert list(other.chunks.rows) == ["beijing/k"]


@pytest.mark.parametrize(
    "fault",
    [ConnectionFailure("away"), WriteConflict("dongcheng/k"), WriteError("full")],
)
def test_while_the_store_is_away_nothing_is_refused_and_nothing_lost(
    door: Door, fault: Exception
) -> None:
    in_answer = isinstance(fault, WriteError)
    body = b"no event" if in_answer else sent("dongcheng", "k", row())
    faults = door.store_faults if in_answer else door.chunks.faults.setdefault("k", [])
    faults += [fault, fault]
    door.send("dongcheng", body)
    door.consumer.run(NoPause(lambda: not count_waiting(door.bus.find_queues(QUEUE))))
    assert faults == []
    assert (len(door.answers), len(door.chunks.rows)) == (in_answer, not in_answer)
    assert count_parked(door.bus.find_queues(QUEUE)) == 0


def test_what_only_lay_beside_a_delivery_that_killed_is_not_counted(
    door: Door,
) -> None:
    door.send("dongcheng", sent("dongcheng", "deadly", row()))
    door.send("beijing", sent("beijing", "beside", row()))
    for _ in range(7):
        subscriber = door.bus.open_roster_queue(EXCHANGE, QUEUE, "branch.*.roster")
        batch = subscriber.receive(0)
        if batch is not None:
            assert len(batch.deliveries) == 1
        subscriber.close()  # as when its process dies
        if count_parked(door.bus.find_queues(QUEUE)):
            break
    assert count_parked(door.bus.find_queues(QUEUE)) == 1, "who killed, and nobody else"
    door.consumer = door.anew()
    door.take_all()
    assert "beijing/beside" in door.chunks.rows
    [parked] = door.parked
    assert (parked.sender, parked.why.split(":")[0]) == ("dongcheng", "put-aside")
    assert door.told() == [("dongcheng", "", "set-aside", "")]


def test_many_are_in_hand_only_once_all_that_came_before_is_behind(
    door: Door,
) -> None:
    for number in range(6):
        door.send("dongcheng", sent("dongcheng", f"k{number}", row()))
    first = door.bus.open_roster_queue(EXCHANGE, QUEUE, "branch.*.roster", 3)
    batch = first.receive(0)
    assert batch is not None
    assert len(batch.deliveries) == 3
    first.close()  # as when its process dies
    took: list[int] = []
    while count_waiting(door.bus.find_queues(QUEUE)):
        before = count_waiting(door.bus.find_queues(QUEUE))
        door.consumer.take_once()
        took.append(before - count_waiting(door.bus.find_queues(QUEUE)))
    assert took == [1, 1, 1, 1, 2]
    assert len(door.chunks.rows) == 6


def test_a_fault_with_what_the_broker_put_aside_gives_nothing_back(
    door: Door,
) -> None:
    queue = door.bus.by_name[QUEUE]
    door.send("beijing", sent("beijing", "first", row()))
    door.take_all()
    door.send("dongcheng", b"put aside")
    [partition] = queue.partitions
    queue.parked.append((partition.posts.pop(), "came too often"))
    door.store_faults.append(ConnectionFailure("away"))
    door.send("beijing", sent("beijing", "good", row()))
    door.consumer.chores_due = 0.0
    before = door.consumer.subscriber
    door.take_all()
    assert door.consumer.subscriber is before
    assert "beijing/good" in door.chunks.rows
    door.consumer.chores_due = 0.0
    door.consumer.take_once()
    assert [one.body for one in door.parked] == [b"put aside"]


def test_a_branchs_queue_is_made_once_for_many_chunks(door: Door) -> None:
    made: list[str] = []

    class Counting(InMemoryTransport):
        def declare_receipts_queue(self, branch: str) -> None:
            made.append(branch)
            super().declare_receipts_queue(branch)

    counted = Door(Counting(Mischief()))
    for number in range(20):
        counted.send("dongcheng", sent("dongcheng", f"k{number}", row()))
        counted.send("beijing", sent("beijing", f"k{number}", row()))
    counted.take_all()
    assert sorted(made) == ["beijing", "dongcheng"]


@contextmanager
def logged_as_in_service() -> Iterator[None]:
    """To standard output, all of it."""
    handlers, hooks = logging.root.handlers[:], (sys.excepthook, threading.excepthook)
    logs.configure_logs("enrollment", "worker")
    try:
        yield
    finally:
        logging.basicConfig(handlers=handlers, force=True)
        sys.excepthook, threading.excepthook = hooks


HOSTILE = [NAME, LATIN, PHONE, int(PHONE), ID, MAIL, [NAME], {NAME: PHONE}, None, 1.5]


def test_no_log_and_no_reason_holds_what_a_branch_wrote(
    door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = msgspec.json.decode(sent("dongcheng", "k", row()))
    for value in HOSTILE:
        for place in whole:
            door.send("dongcheng", json.dumps({**whole, place: value}).encode())
        for place in (*whole["data"], NAME):
            data = {**whole["data"], place: value}
            door.send("dongcheng", json.dumps({**whole, "data": data}).encode())
        for place in (*ROW, "row", LATIN):
            data = {**whole["data"], "rows": [row(**{place: value})]}
            door.send("dongcheng", json.dumps({**whole, "data": data}).encode())
    with logged_as_in_service():
        door.take_all()
    assert len(door.answers) > 50
    told = capsys.readouterr().out + "".join(map(str, door.answers))
    assert "message_refused" in told
    written = (NAME, LATIN, PHONE, ID, MAIL)
    assert not [value for value in written if value in told]


def test_the_same_chunk_twice_at_once_is_put_once_and_both_are_answered(
    door: Door,
) -> None:
    for rows in ([row(1)], [row(1)], [row(2)]):
        door.send("dongcheng", sent("dongcheng", "k", *rows))
    door.take_all()
    assert [one.number for one in door.chunks.rows["dongcheng/k"].rows] == [1]
    assert door.told() == [("dongcheng", "k", "chunk-differs", "")]


def test_the_id_of_an_event_is_told_back_where_the_message_has_none(
    door: Door,
) -> None:
    door.send("dongcheng", event("dongcheng", {"key": "k"}, id="event-7"))
    door.take_all()
    assert [one.message_id for one in door.answers] == ["event-7"]


def test_of_a_flood_of_refused_messages_one_answer_speaks_for_the_rest(
    door: Door,
) -> None:
    clock = itertools.count(0.0, 0.0)
    door.consumer.allowance = RefusalAllowance(lambda: next(clock))
    for number in range(MOST_REFUSED + 50):
        door.send("dongcheng", b"no event %d" % number)
    door.send("beijing", b"another's")
    door.take_all()
    told = Counter((branch, reason) for branch, _, reason, _ in door.told())
    assert told == {
        ("dongcheng", "message-not-json"): MOST_REFUSED - 1,
        ("dongcheng", "slow-down"): 1,
        ("beijing", "message-not-json"): 1,
    }
