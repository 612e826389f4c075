"""A branch keeps its chunks and sends them again until each has its answer."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from biyong.carrier import Chunk, Decided, NotTaken, Outcome, Taken
from biyong.door import Away, Refused
from biyong.push import AT_ONCE, Clock, Result, send_roster
from biyong.push_journal import PushJournal
from biyong.push_result import find_exit_code, passed_over, write_result
from gateway.roster_files.roster_file import CHUNK_ROWS, ReadingNotes, RosterFile

ROSTER = RosterFile("r", tuple({"row": n} for n in range(1, CHUNK_ROWS + 2)))


@dataclass
class Carrier:
    """Loses what it is told to, once each; refuses so often; answers the rest."""

    send_lost: set[str] = field(default_factory=set)
    receipt_lost: set[str] = field(default_factory=set)
    refusals: dict[str, list[str]] = field(default_factory=dict)
    is_away: bool = False
    is_locked_after: int = 1_000_000
    sent: list[str] = field(default_factory=list)
    at_once: list[int] = field(default_factory=list)
    answers: dict[str, list[Outcome]] = field(default_factory=dict)

    def send_all(self, chunks: Mapping[str, Chunk]) -> Iterator[Taken | NotTaken]:
        self.at_once.append(len(chunks))
        for key, chunk in chunks.items():
            if len(self.sent) >= self.is_locked_after:
                raise Refused(401, "locked", "the account is off")
            self.sent.append(key)
            self._lose(key, self.send_lost)
            if self.refusals.get(key):
                yield NotTaken(key, self.refusals[key].pop(0), "rows/0", "do it so")
                continue
            self.answers[key] = [
                {"row": row["row"], "outcome": "enrolled"} for row in chunk["rows"]
            ]
            yield Taken(key)

    def receipts(self, waiting: Collection[str]) -> Iterator[Decided | NotTaken]:
        for key in sorted(waiting & self.answers.keys()):
            self._lose(key, self.receipt_lost)
            yield Decided(key, "r", False, self.answers.pop(key))

    def close(self) -> None:
        self.is_away = True

    def _lose(self, key: str, lost: set[str]) -> None:
        if self.is_away or key in lost:
            lost.discard(key)
            raise Away("lost")


def pushed(
    carrier: Carrier,
    roster: RosterFile = ROSTER,
    journal: PushJournal | None = None,
    seconds: float = 600,
) -> Result:
    clock = a_clock()
    return send_roster(roster, carrier, False, lambda _: None, seconds, journal, clock)


def a_clock() -> Clock:
    """Time passes only in pauses, and a little whenever somebody looks."""
    past = [0.0]

    def look() -> float:
        past[0] += 0.01
        return past[0]

    def pause(seconds: float) -> None:
        past[0] += seconds

    return Clock(look, pause)


def of_chunks(count: int) -> RosterFile:
    rows = range(1, (count - 1) * CHUNK_ROWS + 2)
    return RosterFile("r", tuple({"row": n} for n in rows))


def test_each_chunk_is_sent_once_where_nothing_is_lost() -> None:
    carrier = Carrier()
    found = pushed(carrier)
    assert carrier.sent == ["r.1", "r.2"]
    assert found.counts() == {"enrolled": CHUNK_ROWS + 1}
    assert find_exit_code(found) == 0


def test_who_is_away_while_chunks_go_out_gets_only_those_it_lacks_when_back() -> None:
    carrier = Carrier(send_lost={"r.2"})
    found = pushed(carrier)
    assert carrier.sent == ["r.1", "r.2", "r.2"]
    assert found.counts() == {"enrolled": CHUNK_ROWS + 1}


def test_who_is_away_while_receipts_come_is_asked_again() -> None:
    found = pushed(Carrier(receipt_lost={"r.1"}))
    assert not found.missing
    assert found.fault is None


def test_who_never_answers_is_said_to_be_away() -> None:
    found = pushed(Carrier(is_away=True))
    assert isinstance(found.fault, Away)
    assert found.missing == {"r.1", "r.2"}
    assert find_exit_code(found) == 3


def test_what_gets_no_receipt_is_sent_again_each_time_later() -> None:
    class Mute(Carrier):
        def receipts(self, waiting: Collection[str]) -> Iterator[Decided | NotTaken]:
            clock.pause(1)
            yield from ()

    clock, carrier = a_clock(), Mute()
    found = send_roster(ROSTER, carrier, False, lambda _: None, 100, None, clock)
    assert carrier.sent == ["r.1", "r.2"] * 3  # at once, after 15 s, after 30 more
    assert find_exit_code(found) == 5


def test_the_rows_of_a_refused_chunk_are_refused_and_the_others_go_on() -> None:
    carrier = Carrier(refusals={"r.1": ["field-invalid"]})
    found = pushed(carrier)
    assert carrier.sent == ["r.1", "r.2"]
    assert found.counts() == {"refused": CHUNK_ROWS, "enrolled": 1}
    assert found.outcomes[1] == {
        "row": 1, "outcome": "refused", "reason": "field-invalid",
        "place": "rows/0", "detail": "do it so",
    }  # fmt: skip
    assert find_exit_code(found) == 4


def test_who_is_asked_to_wait_sends_again_later_and_less_at_once() -> None:
    many = AT_ONCE + 20
    slow = {f"r.{n}": ["too-many-undecided"] for n in range(41, many)}
    carrier, roster = Carrier(refusals=slow), of_chunks(many)
    found = pushed(carrier, roster)
    assert found.counts() == {"enrolled": len(roster.rows)}
    assert carrier.at_once[0] == AT_ONCE
    assert max(carrier.at_once[1:]) < AT_ONCE


def test_a_waiting_chunk_may_still_be_refused() -> None:
    class Late(Carrier):
        def receipts(self, waiting: Collection[str]) -> Iterator[Decided | NotTaken]:
            if "r.1" in waiting:
                yield NotTaken("r.1", "chunk-differs")
            yield from super().receipts(set(waiting) - {"r.1"})

    found = pushed(Late())
    assert found.counts() == {"refused": CHUNK_ROWS, "enrolled": 1}
    assert [one.reason for one in found.refused] == ["chunk-differs"]


@pytest.mark.parametrize(
    "other",
    [
        Decided("r.2", "other", False, [{"row": 201, "outcome": "enrolled"}]),
        Decided("r.2", "r", True, [{"row": 201, "outcome": "enrolled"}]),
        Decided("r.2", "r", False, [{"row": 1, "outcome": "enrolled"}]),
        Decided("r.2", "r", False, []),
    ],
)
def test_a_receipt_of_other_rows_under_the_same_key_settles_nothing(
    other: Decided,
) -> None:
    class Late(Carrier):
        def receipts(self, waiting: Collection[str]) -> Iterator[Decided | NotTaken]:
            yield other
            yield NotTaken("r.2", "chunk-differs")
            yield from super().receipts(set(waiting))

    assert pushed(Late()).counts() == {"enrolled": CHUNK_ROWS, "refused": 1}


def test_an_account_that_is_refused_ends_it_and_what_came_stays() -> None:
    carrier = Carrier(refusals={"r.1": ["too-many"]}, is_locked_after=2)
    found = pushed(carrier)
    assert isinstance(found.fault, Refused)
    assert found.missing == {"r.1"}
    assert found.counts() == {"enrolled": 1}
    assert find_exit_code(found) == 4


def journal_at(path: Path, target: str = "here", roster_id: str = "r") -> PushJournal:
    return PushJournal(path / "r.push.json", target, roster_id)


def test_what_the_journal_has_is_not_sent_and_the_result_is_whole(
    tmp_path: Path,
) -> None:
    locked = Carrier(refusals={"r.1": ["too-many"]}, is_locked_after=2)
    pushed(locked, journal=journal_at(tmp_path))
    carrier = Carrier()
    found = pushed(carrier, journal=journal_at(tmp_path))
    assert carrier.sent == ["r.1"]
    assert found.counts() == {"enrolled": CHUNK_ROWS + 1}
    again = Carrier()
    assert pushed(again, journal=journal_at(tmp_path)) == found
    assert again.sent == []


def test_a_refused_chunk_is_sent_again_by_the_next_push(tmp_path: Path) -> None:
    carrier = Carrier(refusals={"r.1": ["branch-closed"]})
    pushed(carrier, journal=journal_at(tmp_path))
    found = pushed(carrier, journal=journal_at(tmp_path))
    assert carrier.sent == ["r.1", "r.2", "r.1"]
    assert found.counts() == {"enrolled": CHUNK_ROWS + 1}


@pytest.mark.parametrize("other", [("elsewhere", "r"), ("here", "other")])
def test_a_journal_counts_for_one_roster_and_one_target(
    tmp_path: Path, other: tuple[str, str]
) -> None:
    journal_at(tmp_path).note("r.1", [{"row": 1, "outcome": "enrolled"}])
    assert journal_at(tmp_path).done.keys() == {"r.1"}
    assert journal_at(tmp_path, *other).done == {}


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 1}', b"[]", b"\xff"])
def test_a_journal_that_cannot_be_read_counts_for_nothing(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "r.push.json").write_bytes(content)
    journal = journal_at(tmp_path)
    assert journal.done == {}
    journal.note("r.1", [])
    assert journal_at(tmp_path).done == {"r.1": []}
    journal.forget_all()
    assert list(tmp_path.iterdir()) == []


def test_the_result_has_a_line_for_every_row(tmp_path: Path) -> None:
    rows = ({"row": 2, "name": "=甲"}, {"row": 3}, {"row": 4, "member_no": "7"})
    refused = {"row": 3, "outcome": "refused", "reason": "too-large", "place": "rows"}
    found = Result({2: {"outcome": "enrolled"}, 3: refused}, frozenset({"r.2"}))
    write_result(tmp_path / "r.csv", RosterFile("r", rows), found)
    assert (tmp_path / "r.csv").read_text("utf-8-sig").splitlines() == [
        "row,name,member_no,outcome,reason,detail,place",
        "2,'=甲,,enrolled,,,",
        "3,,,refused,too-large,,rows",
        "4,,7,no-receipt,,,",
    ]


def test_what_was_passed_over_in_the_file_is_said_line_by_line() -> None:
    assert list(passed_over(ReadingNotes())) == []
    heads, sums, empty = passed_over(ReadingNotes(("备注", "单位"), (12, 30), 480))
    assert "备注, 单位" in heads
    assert "12, 30" in sums
    assert "480" in empty
