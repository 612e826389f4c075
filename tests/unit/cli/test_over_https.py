"""Without a broker a branch's chunks go in batches, each answered by itself."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from biyong.branch_event import BATCH
from biyong.carrier import Chunk, Decided, NotTaken, Taken
from biyong.door import Away, Door, Refused
from biyong.over_https import MOST_BYTES, MOST_MESSAGES, OverHttp


class FakeDoor(Door):
    """Answers as it is told to; notes what was asked."""

    def __init__(self, answer: Callable[[str, bytes], Any]) -> None:
        super().__init__("http://gateway")
        self.answer, self.posted = answer, list[bytes]()
        self.asked = list[str]()

    def call(
        self, method: str, path: str, answer: Any, body: object = None, **rest: Any
    ) -> Any:
        raw = rest.get("raw") or b""
        self.asked.append(path)
        if method == "POST":
            assert rest["content_type"] == BATCH
            self.posted.append(raw)
        return self.answer(path, raw)


def chunks(count: int, name: str = "甲") -> dict[str, Chunk]:
    rows = [{"row": 1, "name": name}]
    chunk = {"roster_id": "r", "dry_run": False, "rows": rows}
    return {f"r.{number}": chunk for number in range(1, count + 1)}


def take_all(_: str, raw: bytes) -> Any:
    keys = [event["data"]["key"] for event in json.loads(raw)]
    return {"items": [{"status": 202, "key": k, "state": "received"} for k in keys]}


def refuse(status: int, slug: str) -> Callable[[str, bytes], Any]:
    def answer(_: str, __: bytes) -> Any:
        raise Refused(status, slug, "why")

    return answer


def sent(door: FakeDoor, all_: dict[str, Chunk]) -> list[Taken | NotTaken]:
    return list(OverHttp(door, "dongcheng").send_all(all_))


@pytest.mark.parametrize("size", [1, 20_000, 200_000])
def test_batches_are_as_large_as_the_platform_takes_and_no_larger(size: int) -> None:
    door, all_ = FakeDoor(take_all), chunks(150, "x" * size)
    assert sent(door, all_) == [Taken(key) for key in all_]
    assert max(map(len, door.posted)) <= MOST_BYTES
    assert max(len(json.loads(raw)) for raw in door.posted) <= MOST_MESSAGES
    least = max(150 / MOST_MESSAGES, sum(map(len, door.posted)) / MOST_BYTES)
    assert len(door.posted) <= least * 1.5 + 1


def test_a_message_that_is_refused_says_why_and_the_others_are_taken() -> None:
    refusal = {"status": 422, "key": "", "state": "refused", "reason": "rows-none"}

    def answer(path: str, raw: bytes) -> Any:
        items = take_all(path, raw)["items"]
        return {"items": [items[0], {**refusal, "place": "rows", "detail": "so"}]}

    assert sent(FakeDoor(answer), chunks(2)) == [
        Taken("r.1"), NotTaken("r.2", "rows-none", "rows", "so"),
    ]  # fmt: skip


def test_who_asks_too_much_waits_with_all_of_the_batch() -> None:
    assert sent(FakeDoor(refuse(429, "whatever")), chunks(2)) == [
        NotTaken("r.1", "too-many", "", "why"), NotTaken("r.2", "too-many", "", "why"),
    ]  # fmt: skip


def test_a_chunk_that_is_too_large_by_itself_is_refused() -> None:
    door = FakeDoor(refuse(413, "too-large"))
    assert sent(door, chunks(1)) == [NotTaken("r.1", "too-large", "", "why")]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_speaks_of_the_sender_ends_it(status: int) -> None:
    with pytest.raises(Refused):
        sent(FakeDoor(refuse(status, "no")), chunks(2))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_fault_of_the_platform_passes(status: int) -> None:
    with pytest.raises(Away):
        sent(FakeDoor(refuse(status, "service-away")), chunks(2))


def test_receipts_are_asked_for_in_order_until_several_are_undecided() -> None:
    def answer(path: str, _: bytes) -> Any:
        number = int(path.rpartition(".")[2])
        if number == 3:
            raise Refused(404, "unknown-chunk", "never came")
        state = "decided" if number < 3 else "received"
        told = {"roster_id": "r", "dry_run": False, "outcomes": [{"row": number}]}
        return {"state": state, **told}

    door = FakeDoor(answer)
    carrier = OverHttp(door, "dongcheng")
    waiting = [f"r.{number}" for number in range(1, 100)]
    found = list(carrier.receipts(waiting))
    assert found == [
        Decided("r.1", "r", False, [{"row": 1}]),
        Decided("r.2", "r", False, [{"row": 2}]),
    ]
    assert len(door.asked) == 7


def test_an_account_that_is_turned_off_is_told_while_receipts_are_awaited() -> None:
    carrier = OverHttp(FakeDoor(refuse(401, "api-key-refused")), "dongcheng")
    with pytest.raises(Refused):
        list(carrier.receipts(["r.1"]))
