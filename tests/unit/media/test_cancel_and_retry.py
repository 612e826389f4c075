"""The making of a lecture is cancelled, and begun anew."""

from dataclasses import replace

import pytest
from media.domain.errors import SourceGone, UnknownLecture
from media.domain.events import LectureFailed, TranscodeProgressed
from media.domain.job import Job
from media.domain.lecture import DELETED, FAILED, READY, TRANSCODING, WAITING
from media.domain.upload import ACCEPTED, REFUSED
from media.usecases.cancel_making import cancel_making
from media.usecases.retry_making import retry_making

from tests.unit.media.fakes import FakeEditions, FakeUploads, an_edition, an_upload

NOW = 7_000.0


@pytest.mark.parametrize("state", [WAITING, TRANSCODING])
def test_what_waits_or_is_made_fails_as_cancelled_once(state: str) -> None:
    editions = FakeEditions().put(an_edition(1, state))
    for _ in range(2):
        cancel_making(editions, FakeUploads(), "v1", NOW)
    assert editions.rows["v1.1"].state == FAILED
    assert editions.told == [LectureFailed("v1", 1, "cancelled")]


@pytest.mark.parametrize("state", [READY, FAILED, DELETED])
def test_what_has_ended_is_not_cancelled(state: str) -> None:
    editions = FakeEditions().put(an_edition(1, state))
    cancel_making(editions, FakeUploads(), "v1", NOW)
    assert (editions.rows["v1.1"].state, editions.told) == (state, [])


def test_an_upload_that_is_checked_is_refused_and_its_bytes_may_go() -> None:
    uploads, editions = FakeUploads({"u1": an_upload()}), FakeEditions()
    cancel_making(editions, uploads, "v1", NOW)
    upload = uploads.rows["u1"]
    assert (upload.state, upload.reason) == (REFUSED, "check-cancelled")
    assert uploads.claim_refused() is not None
    assert editions.told == [LectureFailed("v1", 1, "check-cancelled")]


def test_another_lecture_is_not_touched_and_an_unknown_one_not_cancelled() -> None:
    other = an_upload("u2", lecture="v2")
    uploads, editions = FakeUploads({"u2": other}), FakeEditions()
    with pytest.raises(UnknownLecture):
        cancel_making(editions, uploads, "v1", NOW)
    assert uploads.rows == {"u2": other}


def test_what_failed_goes_into_the_line_anew_and_is_told() -> None:
    failed = an_edition(1, FAILED, reason="not-made", job=Job(tries=3, broken=3))
    editions = FakeEditions().put(failed)
    retry_making(editions, FakeUploads(), "v1", NOW)
    edition = editions.rows["v1.1"]
    assert (edition.state, edition.reason) == (TRANSCODING, "")
    assert (edition.job.tries, edition.job.again_at) == (0, NOW)
    assert editions.told == [TranscodeProgressed("v1", 1, 0)]


def test_what_was_put_off_is_due_at_once() -> None:
    making = an_edition(1, TRANSCODING)
    put_off = replace(making, job=making.job.interrupt("hung", NOW))
    editions = FakeEditions().put(put_off)
    retry_making(editions, FakeUploads(), "v1", NOW)
    assert editions.rows["v1.1"].job.again_at == NOW


@pytest.mark.parametrize("state", [READY, WAITING])
def test_what_is_ready_or_waits_stays_as_it_is(state: str) -> None:
    before = an_edition(1, state)
    editions = FakeEditions().put(before)
    retry_making(editions, FakeUploads(), "v1", NOW)
    assert (editions.rows["v1.1"], editions.told) == (before, [])


def test_what_is_being_made_stays_as_it_is() -> None:
    making = an_edition(1, TRANSCODING)
    before = replace(making, job=making.job.begin_try(NOW))
    editions = FakeEditions().put(before)
    retry_making(editions, FakeUploads(), "v1", NOW)
    assert editions.rows["v1.1"] == before


def test_nothing_is_made_without_its_file() -> None:
    before = an_edition(1, FAILED)
    editions = FakeEditions(lacks_source=True).put(before)
    with pytest.raises(SourceGone):
        retry_making(editions, FakeUploads(), "v1", NOW)
    assert editions.rows["v1.1"] == before


def test_the_file_of_a_refused_upload_goes_any_moment_and_is_not_made() -> None:
    editions = FakeEditions().put(an_edition(1, FAILED))
    refused = FakeUploads({"u1": an_upload(state=REFUSED)})
    with pytest.raises(SourceGone):
        retry_making(editions, refused, "v1", NOW)
    retry_making(editions, FakeUploads({"u1": an_upload(state=ACCEPTED)}), "v1", NOW)
    assert editions.rows["v1.1"].state == TRANSCODING


def test_a_lecture_that_never_was_or_is_deleted_is_not_made() -> None:
    for editions in (FakeEditions(), FakeEditions().put(an_edition(1, DELETED))):
        with pytest.raises(UnknownLecture):
            retry_making(editions, FakeUploads(), "v1", NOW)
        assert editions.told == []
