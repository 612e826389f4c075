"""Roster chunks wait, are claimed by one worker and decided once, on every engine."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from enrollment.domain.roster import DECIDED, ENROLLED, Chunk, Outcome, Row
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.chunks import ROWS_KEPT_SECONDS, StoredChunks, chunk_form
from enrollment.store.id_numbers import IdNumbers
from enrollment.usecases.ports import SentChunk
from enrollment.usecases.receive_message import receive_chunks

from tests.engines import Kept
from tests.stores.rows import let_lapse, outbox, said, version

ROW = Row(1, "王小明", "001", "13800000001", "c1")
SECOND = replace(ROW, number=2, member_no="002")
NUMBER, IDS = "11010519900307451X", IdNumbers(b"secret")
OUTCOMES = [Outcome(1, ENROLLED, enrolment_id="c1.wang.1"), Outcome(2, "rejected", "x")]


@pytest.fixture
def chunks(kept: Kept) -> StoredChunks:
    rows = kept.aggregates(
        "enrollment", documents.ChunkDocument, chunk_form(IDS), to_event
    )
    return StoredChunks(rows)


def chunk(
    key: str, received: float = 10.0, roster: str = "r1", branch: str = "east"
) -> Chunk:
    rows = (ROW, SECOND)
    return Chunk(branch, roster, key, False, rows, "fingerprint", received)


def after_the_term() -> float:
    return time.time() + ROWS_KEPT_SECONDS + 1.0


def test_a_chunk_comes_back_as_it_was_put(chunks: StoredChunks) -> None:
    assert chunks.create(chunk("k1"))
    assert chunks.get("east/k1") == chunk("k1")
    assert chunks.get("west/k1") is None


def test_an_id_number_in_a_row_lies_sealed_and_comes_back(
    chunks: StoredChunks,
) -> None:
    named = replace(chunk("k1"), rows=(replace(ROW, id_number=NUMBER), SECOND))
    chunks.create(named)
    assert chunks.get("east/k1") == named
    assert NUMBER not in str(chunks.rows.collection.find_one({"_id": "east/k1"}))


def test_a_chunk_id_is_taken_once(chunks: StoredChunks) -> None:
    chunks.create(chunk("k1"))
    assert not chunks.create(chunk("k1", received=20.0))
    assert chunks.get("east/k1") == chunk("k1")


def next_of(chunks: StoredChunks, *, small: bool = False) -> str:
    """The id of the chunk that is claimed, or nothing."""
    claimed = chunks.claim_small() if small else chunks.claim()
    return claimed.id if claimed else ""


def a_chunk(branch: str, key: str, rows: int) -> Chunk:
    all_rows = tuple(replace(ROW, number=number) for number in range(1, rows + 1))
    return Chunk(branch, "r1", key, False, all_rows, "fingerprint", time.time())


def test_chunks_of_one_branch_are_claimed_as_they_came(chunks: StoredChunks) -> None:
    for key in ("k3", "k1", "k2"):
        chunks.create(chunk(key))
    claimed = [next_of(chunks) for _ in range(4)]
    assert claimed == ["east/k3", "east/k1", "east/k2", ""]


def test_a_single_row_comes_next_however_much_of_another_branch_waits(
    chunks: StoredChunks,
) -> None:
    for number in range(30):
        chunks.create(a_chunk("flood", f"k{number}", 200))
    assert [next_of(chunks) for _ in range(3)] == ["flood/k0", "flood/k1", "flood/k2"]
    chunks.create(a_chunk("west", "one", 1))
    assert next_of(chunks) == "west/one"
    assert next_of(chunks) == "flood/k3"


def test_branches_that_send_much_take_turns(chunks: StoredChunks) -> None:
    for number in range(3):
        chunks.create(a_chunk("east", f"k{number}", 200))
    chunks.claim()
    for number in range(3):
        chunks.create(a_chunk("west", f"k{number}", 200))
    branches = [next_of(chunks).split("/")[0] for _ in range(5)]
    assert sorted(branches[:2]) == sorted(branches[2:4]) == ["east", "west"]


def test_who_was_silent_for_long_has_saved_no_turns_up(chunks: StoredChunks) -> None:
    for number in range(5):
        chunks.create(a_chunk("east", f"k{number}", 200))
        chunks.claim()
    for number in range(3):
        chunks.create(a_chunk("west", f"k{number}", 200))
        chunks.create(a_chunk("east", f"later{number}", 200))
    branches = [next_of(chunks).split("/")[0] for _ in range(6)]
    assert sorted(branches[:2]) == sorted(branches[2:4]) == ["east", "west"]


def test_a_small_chunk_is_decided_beside_large_ones_of_others(
    chunks: StoredChunks,
) -> None:
    chunks.create(a_chunk("east", "large", 200))
    chunks.create(a_chunk("west", "one", 1))
    chunks.create(a_chunk("north", "some", 20))
    claimed = [next_of(chunks, small=True) for _ in range(3)]
    assert claimed == ["west/one", "north/some", ""]
    assert next_of(chunks) == "east/large"


def test_a_small_chunk_overtakes_nothing_of_its_own_branch(
    chunks: StoredChunks,
) -> None:
    chunks.create(a_chunk("east", "large", 200))
    chunks.create(a_chunk("east", "rest", 5))
    assert chunks.claim_small() is None
    assert [next_of(chunks), next_of(chunks)] == ["east/large", "east/rest"]


def test_a_chunk_that_waits_since_before_there_were_turns_is_claimed_first(
    chunks: StoredChunks,
) -> None:
    chunks.create(chunk("new"))
    chunks.create(chunk("old"))
    chunks.rows.collection.update_one({"_id": "east/old"}, {"$unset": {"turn": ""}})
    assert [next_of(chunks), next_of(chunks)] == ["east/old", "east/new"]


def test_chunks_that_come_at_once_behind_one_that_waits_have_turns_of_their_own(
    chunks: StoredChunks,
) -> None:
    chunks.create(a_chunk("east", "first", 5))
    coming = [a_chunk("east", f"k{number}", 5) for number in range(20)]
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(chunks.create, coming))
    turns = {row["turn"] for row in chunks.rows.collection.find()}
    assert len(turns) == len(coming) + 1
    assert chunks.count_waiting_rows("east") == max(turns)


def test_what_finds_no_room_is_not_put_and_what_is_smaller_is(
    chunks: StoredChunks,
) -> None:
    sizes = {"first": 60, "large": 60, "small": 40}
    coming = [SentChunk(a_chunk("east", key, rows)) for key, rows in sizes.items()]
    assert chunks.create_many(coming, 100) == {"east/first", "east/small"}
    assert chunks.create_many(coming[1:2], 100) == set()
    assert chunks.get("east/large") is None


def test_what_is_sent_again_does_not_count_as_waiting_twice(
    chunks: StoredChunks,
) -> None:
    for _ in range(5):
        chunks.create(a_chunk("east", "same", 200))
        chunks.create(a_chunk("east", "other", 200))
    assert chunks.count_waiting_rows("east") <= 450
    chunks.claim()
    chunks.claim()
    for key in ("same", "other"):
        chunks.decide(f"east/{key}", OUTCOMES)
        chunks.create(a_chunk("east", key, 200))
    assert chunks.count_waiting_rows("east") == 0


def test_how_much_of_a_branch_waits_is_known_to_a_few_rows(
    chunks: StoredChunks,
) -> None:
    assert chunks.count_waiting_rows("east") == 0
    for number in range(4):
        chunks.create(a_chunk("east", f"k{number}", 200))
    assert 800 <= chunks.count_waiting_rows("east") <= 900
    assert chunks.count_waiting_rows("west") == 0
    for _ in range(4):
        chunks.claim()
    assert chunks.count_waiting_rows("east") == 0


def test_a_claimed_chunk_is_not_given_to_another_worker(chunks: StoredChunks) -> None:
    chunks.create(chunk("k1"))
    assert next_of(chunks) == "east/k1"
    assert chunks.claim() is None


def test_a_chunk_whose_worker_died_falls_due_again(chunks: StoredChunks) -> None:
    chunks.create(chunk("k1"))
    chunks.claim()
    let_lapse(chunks.rows, "east/k1")
    assert next_of(chunks) == "east/k1"


def test_a_decided_chunk_is_not_claimed(chunks: StoredChunks) -> None:
    chunks.create(chunk("k1"))
    chunks.decide("east/k1", OUTCOMES)
    assert chunks.claim() is None


def test_a_decided_chunk_issues_its_receipt_in_the_same_write(
    chunks: StoredChunks,
) -> None:
    chunks.create(chunk("k1"))
    assert said(chunks.rows, "east/k1") == []
    chunks.decide("east/k1", OUTCOMES)
    decided = replace(chunk("k1"), state=DECIDED, outcomes=tuple(OUTCOMES))
    found = chunks.get("east/k1")
    assert found is not None
    assert replace(found, rows_until=None) == decided
    [event] = outbox(chunks.rows, "east/k1")
    assert event["id"] == "east/k1.2.0"
    assert event["data"]["rows"] == [
        {"row": 1, "outcome": "enrolled", "enrolment_id": "c1.wang.1"},
        {"row": 2, "outcome": "rejected", "reason": "x"},
    ]


def test_a_closed_chunk_stays(chunks: StoredChunks) -> None:
    chunks.create(chunk("k1"))
    chunks.decide("east/k1", OUTCOMES)
    chunks.decide("east/k1", OUTCOMES[:1])
    found = chunks.get("east/k1")
    assert found is not None
    assert found.outcomes == tuple(OUTCOMES)
    assert said(chunks.rows, "east/k1") == ["east/k1.2.0"]
    assert version(chunks.rows, "east/k1") == 2


def test_a_chunk_that_moved_since_it_was_read_is_decided_all_the_same(
    chunks: StoredChunks,
) -> None:
    chunks.create(chunk("k1"))
    read = chunks.get("east/k1")
    chunks.rows.change("east/k1", lambda stored: (stored, []))
    chunks.decide("east/k1", OUTCOMES, read)
    chunks.decide("east/k1", OUTCOMES[:1], read)
    found = chunks.get("east/k1")
    assert found is not None
    assert found.outcomes == tuple(OUTCOMES)
    assert said(chunks.rows, "east/k1") == ["east/k1.3.0"]


def test_a_receipt_is_issued_again_when_asked(chunks: StoredChunks) -> None:
    chunks.create(chunk("k1"))
    chunks.decide("east/k1", OUTCOMES)
    chunks.reissue_receipt("east/k1")
    first, again = outbox(chunks.rows, "east/k1")
    assert again["id"] == "east/k1.3.0"
    assert again["data"] == first["data"]
    assert chunks.claim() is None


def test_rows_are_forgotten_after_their_term_and_the_receipt_stays(
    chunks: StoredChunks,
) -> None:
    for key in ("k1", "k2"):
        chunks.create(chunk(key))
        chunks.decide(f"east/{key}", OUTCOMES)
    assert chunks.clear_old_rows(after_the_term()) == 2
    assert chunks.get("east/k1") == replace(
        chunk("k1"), rows=(), state=DECIDED, outcomes=tuple(OUTCOMES)
    )
    assert chunks.clear_old_rows(after_the_term()) == 0


def test_rows_are_kept_for_their_term(chunks: StoredChunks) -> None:
    chunks.create(chunk("k1"))
    chunks.decide("east/k1", OUTCOMES)
    assert chunks.clear_old_rows(time.time() + ROWS_KEPT_SECONDS - 60.0) == 0
    found = chunks.get("east/k1")
    assert found is not None
    assert found.rows == (ROW, SECOND)


def test_rows_that_are_not_decided_are_never_forgotten(chunks: StoredChunks) -> None:
    chunks.create(chunk("k1"))
    chunks.claim()
    assert chunks.clear_old_rows(after_the_term()) == 0
    assert chunks.get("east/k1") == chunk("k1")


def test_a_receipt_issued_again_does_not_keep_the_rows_longer(
    chunks: StoredChunks,
) -> None:
    chunks.create(chunk("k1"))
    chunks.decide("east/k1", OUTCOMES)
    decided = chunks.rows.collection.find_one({"_id": "east/k1"})
    assert decided is not None
    chunks.reissue_receipt("east/k1")
    assert chunks.clear_old_rows(decided["rows_until"]) == 1


def test_the_same_chunk_twice_at_once_costs_its_branch_one_turn(
    chunks: StoredChunks,
) -> None:
    same = a_chunk("east", "k", 200)
    receive_chunks(chunks, [SentChunk(same), SentChunk(same)])
    waiting = chunks.count_waiting_rows("east")
    assert waiting >= 200
    receive_chunks(chunks, [SentChunk(same), SentChunk(same)])
    assert chunks.count_waiting_rows("east") == waiting
