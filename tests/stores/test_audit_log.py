"""The audit log on every engine: many writers, and whoever changes what is written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from chassis.audit.entry import AuditAnchor, AuditEntry, AuditQuery
from chassis.audit.log import AuditLog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.engines import Kept

WRITERS, EACH = 6, 8
KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def log(kept: Kept) -> AuditLog:
    made = AuditLog("enrollment", kept.database("enrollment"), KEY)
    made.declare_indexes()
    return made


def fill(log: AuditLog, count: int) -> None:
    for number in range(count):
        log.add("staff", "person-corrected", f"p{number}", fields="name")


def test_an_empty_log_is_whole(log: AuditLog) -> None:
    verdict = log.check_chain(AuditAnchor())
    assert (verdict.entries, verdict.broken_at) == (0, 0)


def test_writers_in_many_processes_make_one_chain(log: AuditLog) -> None:
    others = [AuditLog("enrollment", log.rows.database, KEY) for _ in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(lambda one: fill(one, EACH), others))
    verdict = log.check_chain(AuditAnchor())
    assert (verdict.entries, verdict.broken_at) == (WRITERS * EACH, 0)
    moments = [entry.at for entry in log.find_entries(AuditQuery(limit=200))]
    assert moments == sorted(set(moments), reverse=True)


def test_who_died_before_the_head_moved_leaves_the_log_whole(log: AuditLog) -> None:
    fill(log, 1)
    head = log.heads.find_one({})
    assert head is not None
    fill(log, 1)
    log.heads.replace_one({}, head)
    assert log.check_chain(AuditAnchor()).broken_at == 0
    assert log.add("staff", "role-given", "a").number == 3
    assert log.check_chain(AuditAnchor()).broken_at == 0


def test_an_act_with_a_key_is_written_once(log: AuditLog) -> None:
    first = log.add("gateway", "person-deleted", "p1", key="event-1")
    assert log.add("gateway", "person-deleted", "p1", key="event-1") == first
    assert log.check_chain(AuditAnchor()).entries == 1


def test_entries_are_found_by_who_what_and_whom_before_a_moment(log: AuditLog) -> None:
    fill(log, 3)
    log.add("officer", "unmasked", "p1", reason="来电核对")
    found = log.find_entries(AuditQuery(subject="p1"))
    assert [entry.action for entry in found] == ["unmasked", "person-corrected"]
    assert [e.subject for e in log.find_entries(AuditQuery(who="staff", limit=2))] == [
        "p2",
        "p1",
    ]
    before = log.find_entries(AuditQuery(before=found[0].at, action="unmasked"))
    assert before == []


def change_text(rows: Any) -> None:
    rows.update_one({"_id": 3}, {"$set": {"reason": "nothing"}})


def change_whole(rows: Any) -> None:
    """An entry changed by somebody who computes its hash anew, but has no key."""
    entry = msgspec.convert(rows.find_one({"_id": 3}), AuditEntry)
    entry = msgspec.structs.replace(entry, who="nobody")
    made = entry.compute_hash("enrollment")
    rows.update_one({"_id": 3}, {"$set": {"who": "nobody", "hash": made}})


def remove_one(rows: Any) -> None:
    rows.delete_one({"_id": 3})


def remove_last(rows: Any) -> None:
    rows.delete_one({"_id": 5})


def reorder(rows: Any) -> None:
    third, fourth = rows.find_one({"_id": 3}), rows.find_one({"_id": 4})
    rows.delete_many({"_id": {"$in": [3, 4]}})
    rows.insert_many([{**third, "_id": 4}, {**fourth, "_id": 3}])


@pytest.mark.parametrize(
    ("harm", "first", "why"),
    [
        (change_text, 3, "changed"),
        (change_whole, 3, "unsigned"),
        (remove_one, 3, "missing"),
        (remove_last, 5, "cut"),
        (reorder, 3, "changed"),
    ],
)
def test_what_was_done_to_it_is_named(
    log: AuditLog, harm: Callable[[Any], None], first: int, why: str
) -> None:
    fill(log, 5)
    harm(log.rows)
    verdict = log.check_chain(AuditAnchor())
    assert (verdict.broken_at, verdict.why) == (first, why)


def test_an_end_cut_off_with_the_head_taken_away_or_set_back_is_seen(
    log: AuditLog,
) -> None:
    fill(log, 5)
    log.rows.delete_one({"_id": 5})
    log.heads.delete_many({})
    verdict = log.check_chain(AuditAnchor())
    assert (verdict.broken_at, verdict.why) == (5, "cut")
    log.heads.update_one({}, {"$set": {"number": 0, "hash": ""}})
    assert log.check_chain(AuditAnchor()).why == "cut"


def test_a_log_written_anew_is_not_the_one_that_was_noted(log: AuditLog) -> None:
    fill(log, 3)
    noted = log.check_chain(AuditAnchor())
    log.rows.delete_many({})
    log.heads.delete_many({})
    fill(log, 4)
    assert log.check_chain(AuditAnchor()).broken_at == 0
    anchor = AuditAnchor(number=noted.entries, hash=noted.hash)
    verdict = log.check_chain(anchor)
    assert (verdict.broken_at, verdict.why) == (3, "other-than-noted")
