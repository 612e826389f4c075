"""A branch keeps its chunks and sends them again until each has its receipt."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import biyong.push
import pytest
from biyong.door import Away
from biyong.push import Chunk, Outcome, passed_over, send_roster
from gateway.roster_files.roster_file import CHUNK_ROWS, ReadingNotes, RosterFile

ROSTER = RosterFile("r", tuple({"row": n} for n in range(1, CHUNK_ROWS + 2)))


@dataclass
class Carrier:
    """Loses what it is told to, once each; answers what came through."""

    send_lost: set[str] = field(default_factory=set)
    receipt_lost: set[str] = field(default_factory=set)
    is_away: bool = False
    sent: list[str] = field(default_factory=list)
    answers: dict[str, list[Outcome]] = field(default_factory=dict)

    def send(self, key: str, chunk: Chunk) -> None:
        self.sent.append(key)
        self._lose(key, self.send_lost)
        self.answers[key] = [
            {"row": row["row"], "outcome": "enrolled"} for row in chunk["rows"]
        ]

    def receipts(self, waiting: set[str]) -> Iterator[tuple[str, list[Outcome]]]:
        for key in sorted(waiting & self.answers.keys()):
            self._lose(key, self.receipt_lost)
            yield key, self.answers.pop(key)

    def _lose(self, key: str, lost: set[str]) -> None:
        if self.is_away or key in lost:
            lost.discard(key)
            raise Away("lost")


def pushed(carrier: Carrier, seconds: float = 10) -> biyong.push.Result:
    return send_roster(ROSTER, carrier, False, lambda _: None, seconds, lambda _: None)


def test_each_chunk_is_sent_once_where_nothing_is_lost() -> None:
    carrier = Carrier()
    found = pushed(carrier)
    assert carrier.sent == ["r.1", "r.2"]
    assert found.counts() == {"enrolled": CHUNK_ROWS + 1}


def test_who_is_away_while_chunks_go_out_gets_them_when_back() -> None:
    carrier = Carrier(send_lost={"r.2"})
    found = pushed(carrier)
    assert carrier.sent == ["r.1", "r.2", "r.2"]
    assert found.counts() == {"enrolled": CHUNK_ROWS + 1}


def test_who_is_away_while_receipts_come_is_asked_again() -> None:
    found = pushed(Carrier(receipt_lost={"r.1"}))
    assert not found.missing


def test_who_never_answers_is_said_to_be_away() -> None:
    with pytest.raises(Away):
        pushed(Carrier(is_away=True), seconds=0.05)


def test_what_was_passed_over_in_the_file_is_said_line_by_line() -> None:
    assert list(passed_over(ReadingNotes())) == []
    heads, sums, empty = passed_over(ReadingNotes(("备注", "单位"), (12, 30), 480))
    assert "备注, 单位" in heads
    assert "12, 30" in sums
    assert "480" in empty
