"""Uploads on every engine: taken in, checked, given up, lapsed."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest
from media.domain.errors import (
    NoLecture,
    NoRoom,
    Refusal,
    TooManyUploads,
    UploadAccepted,
    UploadQuota,
    WrongPart,
)
from media.domain.lecture import DELETED, FAILED, READY, Edition
from media.domain.upload import (
    ACCEPTED,
    CHECKING,
    OPEN,
    REFUSED,
    PlaceInUploads,
    Upload,
)
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import Interrupted, LeaseLost, Stopping
from media.usecases.receive_upload import KEPT_FREE, ReceiveUpload

from tests.engines import Kept
from tests.stores.media_scene import LIMITS, PROBED, Media, Probe
from tests.stores.rows import let_lapse


@pytest.fixture
def media(kept: Kept, tmp_path: Path) -> Media:
    return Media(kept, tmp_path)


def test_an_upload_becomes_the_first_edition(media: Media) -> None:
    media.send("u1")
    assert media.check()
    assert media.upload() == (ACCEPTED, "")
    assert media.told() == [("media.lecture.uploaded.v1", None)]
    assert not media.check()
    assert list(media.work.iterdir()) == []


def test_a_refused_upload_is_told_as_a_lecture_that_failed(media: Media) -> None:
    media.send("u1")
    media.check(Probe(NoLecture("no-picture")))
    assert media.upload() == (REFUSED, "no-picture")
    assert media.told() == [("media.lecture.failed.v1", "no-picture")]
    followed = follow_lecture(media.editions, media.uploads, "v1")
    assert (followed.state, followed.reason) == (REFUSED, "no-picture")
    media.clear()
    assert media.keys() == []


def test_the_file_that_follows_a_refused_one_has_a_number_of_its_own(
    media: Media,
) -> None:
    media.send("u1")
    media.check(Probe(NoLecture("no-picture")))
    media.send("u2")
    media.check()
    assert media.numbers() == [(1, FAILED), (2, "waiting")]
    assert follow_lecture(media.editions, media.uploads, "v1").state == "waiting"


def test_a_refused_file_takes_nothing_from_a_lecture_that_stands(media: Media) -> None:
    media.ready()
    media.send("u2")
    media.check(Probe(NoLecture("no-picture")))
    assert media.upload("u2") == (REFUSED, "no-picture")
    assert media.numbers() == [(1, READY)]
    assert follow_lecture(media.editions, media.uploads, "v1").state == READY


@pytest.mark.parametrize("cause", ["killed", "hung", "no-memory", "no-room", "broken"])
def test_a_check_that_broke_off_comes_again_with_its_cause(
    media: Media, cause: str
) -> None:
    media.send("u1")
    media.check(Probe(Interrupted(cause)))
    upload = media.uploads.get("u1")
    assert upload is not None
    assert (upload.state, upload.job.tries, upload.job.cause) == (CHECKING, 1, cause)
    assert not media.check()
    let_lapse(media.uploads.rows, "u1")
    assert media.check()
    assert media.upload() == (ACCEPTED, "")


def test_a_check_that_was_told_to_stop_is_given_back_at_once(media: Media) -> None:
    media.send("u1")
    media.check(Probe(Stopping()))
    assert media.check()
    upload = media.uploads.get("u1")
    assert upload is not None
    assert (upload.state, upload.job.tries) == (ACCEPTED, 0)


def test_a_check_that_was_taken_over_leaves_all_to_the_other(media: Media) -> None:
    media.send("u1")
    media.check(Probe(LeaseLost("u1")))
    assert media.upload() == (CHECKING, "")


def test_two_uploads_to_one_lecture_checked_at_once_get_a_number_each(
    media: Media,
) -> None:
    for number in range(3):
        media.send(f"u{number}")
    with ThreadPoolExecutor(3) as workers:
        list(workers.map(lambda _: media.check(), range(3)))
    assert [number for number, _ in media.numbers()] == [1, 2, 3]
    sources = {edition.source for edition in media.editions.find_by_lecture("v1")}
    assert sources == {f"sources/v1/u{number}" for number in range(3)}


def test_an_upload_that_is_checked_again_after_a_crash_is_one_edition(
    media: Media,
) -> None:
    upload = media.send("u1")
    media.editions.create(
        Edition("v1", 1, "触电急救", upload.source, 61.5, 8, PROBED), ()
    )
    media.check()
    assert [number for number, _ in media.numbers()] == [1]
    assert media.upload() == (ACCEPTED, "")


def test_an_upload_that_is_given_up_leaves_nothing(media: Media) -> None:
    media.begin("u1")
    media.fill("u1")
    for _ in range(2):
        assert media.take.give_up("u1").reason == "given-up"
    media.clear()
    assert list((media.objects.folder / ".uploads").iterdir()) == []
    with pytest.raises(WrongPart):
        media.fill("u1")


def test_a_lecture_is_not_given_up_but_deleted(media: Media) -> None:
    media.ready()
    with pytest.raises(UploadAccepted):
        media.take.give_up("u1")


@pytest.mark.parametrize("end", [ReceiveUpload.give_up, None])
def test_what_ends_while_it_is_checked_never_becomes_a_lecture(
    media: Media, end: Callable[[ReceiveUpload, str], Upload] | None
) -> None:
    media.send("u1")
    ends = (lambda: end(media.take, "u1")) if end else media.cancel

    def meanwhile() -> None:
        ends()

    media.check(Probe(meanwhile=meanwhile))
    media.clear()
    assert media.upload()[0] == REFUSED
    assert {state for _, state in media.numbers()} <= {FAILED, DELETED}
    assert media.keys() == []


def test_an_account_has_only_so_many_uploads_open(media: Media) -> None:
    for number in range(3):
        media.begin(f"u{number}")
    with pytest.raises(TooManyUploads):
        media.begin("u3")
    media.begin("other", account="other")
    media.take.give_up("u0")
    assert media.begin("u4").state == OPEN


@pytest.mark.parametrize(
    ("before", "new"),
    [
        ([("jiaowu", 60)], ("jiaowu", 41)),
        ([("jiaowu", 90), ("other", 20)], ("third", 41)),
    ],
)
def test_bytes_on_their_way_in_have_limits(
    media: Media, before: list[tuple[str, int]], new: tuple[str, int]
) -> None:
    for place, (account, size) in enumerate(before):
        media.begin(f"u{place}", size, account=account)
    with pytest.raises(UploadQuota):
        media.begin("new", new[1], account=new[0])
    assert media.begin("fits", new[1] - 1, account=new[0]).state == OPEN


def test_what_the_objects_have_no_room_for_is_refused_before_a_byte_is_sent(
    media: Media,
) -> None:
    media.objects.free = KEPT_FREE + 33
    media.begin("u1", 8)
    with pytest.raises(NoRoom):
        media.begin("u2", 13)
    media.fill("u1")
    assert media.begin("u3", 13).state == OPEN


@pytest.mark.parametrize(("free", "fits"), [(15, False), (16, True)])
def test_a_file_is_refused_where_it_does_not_fit_once_more_to_be_worked_on(
    media: Media, free: int, fits: bool
) -> None:
    media.objects.free = KEPT_FREE + free
    with nullcontext() if fits else pytest.raises(NoRoom):
        media.begin("u1", 8)
    assert len(media.uploads.find_unfinished()) == fits


def test_a_small_file_takes_no_room_from_the_copy_of_a_large_one_that_is_checked(
    media: Media,
) -> None:
    media.objects.free = KEPT_FREE + 16
    media.send("u1")
    media.objects.free = KEPT_FREE + 8
    with pytest.raises(NoRoom):
        media.begin("u2", 1)
    media.objects.free += 1
    assert media.begin("u2", 1).state == OPEN


def test_of_many_begun_at_once_only_as_many_as_may_be_stay_open(media: Media) -> None:
    def begin(number: int) -> bool:
        try:
            media.begin(f"u{number}")
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(8) as clients:
        begun = list(clients.map(begin, range(24)))
    assert sum(begun) <= LIMITS.uploads
    assert len(media.uploads.find_unfinished()) == sum(begun)


def test_uploads_are_listed_own_or_all_the_newest_first(media: Media) -> None:
    for place, account in enumerate(("jiaowu", "other", "jiaowu")):
        media.begin(f"u{place}", account=account)
    assert [one.id for one in media.take.find_newest("jiaowu", 9)] == ["u2", "u0"]
    assert [one.id for one in media.take.find_newest(None, 9)] == ["u2", "u1", "u0"]


def test_uploads_behind_a_place_follow_it_also_those_of_the_same_moment(
    media: Media,
) -> None:
    for number, begun in enumerate((1.5, 2.5, 2.5, 2.5)):
        media.uploads.create(Upload(f"u{number}", "v1", "讲", 4, begun=begun))
    found = media.uploads.find_newest(None, 2)
    assert [one.id for one in found] == ["u3", "u2"]
    behind = PlaceInUploads(found[-1].begun, found[-1].id)
    found = media.uploads.find_newest(None, 2, behind)
    assert [one.id for one in found] == ["u1", "u0"]


def test_an_upload_of_last_week_lapses_and_leaves_nothing(media: Media) -> None:
    media.begin("u1")
    later = ReceiveUpload(media.uploads, LIMITS, lambda: time.time() + 8 * 86_400)
    assert later.close_stale()
    assert not later.close_stale()
    assert media.upload() == (REFUSED, "lapsed")
