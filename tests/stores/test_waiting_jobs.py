"""What waits and what failed is counted for operators, on every engine."""

import time
from typing import Any

from chassis.operations.jobs import find_moments, find_room, to_status
from chassis.operations.overview import JobStatus
from chassis.outbox.backlog import MOST
from enrollment.store import waiting_chunks
from gateway.identity.tokens import moment_in
from gateway.personal_data import waiting_jobs as of_gateway
from media.store import waiting_jobs as of_media
from notify.domain.notice import MAIL, SMS
from notify.store import waiting_mails

from tests.engines import Kept
from tests.stores.test_sending import counts, message

AGO = 500.0


def rows(kept: Kept, name: str, *documents: dict[str, Any]) -> Any:
    collection = kept.database("jobs")[name]
    for number, document in enumerate(documents):
        collection.insert_one({"_id": f"{name}{number}", **document})
    return collection


def told(statuses: list[JobStatus]) -> dict[str, tuple[int, int, int]]:
    """Of each kind how many wait, for about how many hundred seconds, and failed."""
    return {
        one.job: (one.waiting, round(one.seconds / 100), one.failed) for one in statuses
    }


def test_lectures_wait_since_they_are_in_the_line_though_somebody_holds_them(
    kept: Kept,
) -> None:
    now = time.time()
    held = {"work_due": now + 30, "job": {"since": now - AGO}}
    uploads = rows(kept, "uploads", {"state": "checking", **held}, {"state": "open"})
    editions = rows(
        kept, "editions", {"state": "transcoding", **held}, {"state": "failed"},
        {"state": "transcoding", "job": {"since": now}}, {"state": "ready"},
    )  # fmt: skip
    assert told(of_media.find_jobs(uploads, editions)) == {
        "upload-checks": (1, 5, 0),
        "transcodes": (2, 5, 1),
    }


def test_chunks_wait_since_they_were_received(kept: Kept) -> None:
    chunks = rows(
        kept, "chunks", {"state": "received", "received": time.time() - AGO},
        {"state": "decided", "received": 1.0},
    )  # fmt: skip
    assert told(waiting_chunks.find_jobs(chunks)) == {"chunks": (1, 5, 0)}


def test_of_deletions_only_those_wait_whose_day_has_come(kept: Kept) -> None:
    now = time.time()
    deletions = rows(
        kept, "deletions",
        {"state": "asked", "work_due": now + 9000, "due": moment_in(9000)},
        {"state": "running", "work_due": now + 60, "due": moment_in(-AGO)},
        {"state": "done", "work_due": None, "due": moment_in(-9000)},
    )  # fmt: skip
    exports = rows(kept, "exports", {"state": "waiting", "work_due": now + 60})
    rounds = rows(kept, "rounds", {"state": "running", "began": now - AGO})
    assert told(of_gateway.find_jobs(exports, deletions, rounds)) == {
        "exports": (1, 0, 0),
        "deletions": (1, 5, 0),
        "invitations": (1, 5, 0),
    }


def test_letters_wait_by_channel_and_those_put_off_are_not_late(kept: Kept) -> None:
    now, limits = time.time(), counts(kept, per_person=1, per_day=100)
    mails = rows(
        kept, "mails", {"queue": "mail", "work_due": now - AGO},
        {"queue": "urgent-mail", "work_due": now}, {"queue": "mail", "work_due": None},
        {"queue": "sms", "work_due": now + 600},
    )  # fmt: skip
    limits.note_failed(MAIL)
    limits.count_messages([message("a"), message("b"), message("c")])
    found = waiting_mails.find_jobs(mails, limits, [MAIL, SMS])
    assert told(found) == {"mail": (2, 5, 1), "sms": (1, 0, 0)}
    assert [one.limited for one in found] == [0, 2]


def test_what_failed_and_was_limited_is_of_today(kept: Kept) -> None:
    today = counts(kept, per_person=1, per_day=100)
    today.note_failed(SMS)
    today.count_messages([message("a"), message("b")])
    assert (today.find_failed(SMS), today.find_limited()) == (1, 1)
    tomorrow = counts(kept, per_person=1, per_day=100, days=1)
    assert (tomorrow.find_failed(SMS), tomorrow.find_limited()) == (0, 0)


def test_no_more_are_counted_than_an_operator_needs(kept: Kept) -> None:
    many = kept.database("jobs")["many"]
    many.insert_many({"state": "w", "at": 5.0} for _ in range(MOST + 5))
    assert len(find_moments(many, {"state": "w"}, "at")) == MOST


def test_what_is_not_due_has_not_waited() -> None:
    assert to_status("x", []).seconds == 0
    assert to_status("x", [time.time() + 900]).seconds == 0


def test_of_a_folder_that_is_not_there_no_disk_is_told(tmp_path: Any) -> None:
    [room] = find_room("work", tmp_path)
    assert 0 < room.free <= room.total
    assert find_room("work", tmp_path / "gone") == []
