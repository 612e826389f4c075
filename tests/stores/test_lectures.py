"""Lectures on every engine: cancelled, tried again, deleted, shown."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from media.domain.entitlement import ShownCourse
from media.domain.errors import (
    LectureShown,
    NoLecture,
    SourceGone,
    UnknownLecture,
)
from media.domain.lecture import DELETED, FAILED, READY, TRANSCODING
from media.domain.upload import (
    ACCEPTED,
    REFUSED,
)
from media.store import documents
from media.store.entitlements import StoredEntitlements
from media.store.shown_courses import StoredShownCourses
from media.usecases.cancel_making import cancel_making
from media.usecases.delete_lecture import delete_lecture
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import Editions
from media.usecases.retry_making import retry_making

from tests.engines import Kept
from tests.stores.media_scene import FILM, Media, Probe, Raced, Shown


@pytest.fixture
def media(kept: Kept, tmp_path: Path) -> Media:
    return Media(kept, tmp_path)


def test_a_lecture_that_waits_is_cancelled_once_and_told_as_failed(
    media: Media,
) -> None:
    media.send("u1")
    media.check()
    media.editions.change("v1.1", lambda held: held.queue_making(time.time()))
    for _ in range(2):
        media.cancel()
    assert media.numbers() == [(1, FAILED)]
    assert media.told()[-1] == ("media.lecture.failed.v1", "cancelled")
    assert len(media.told()) == 3


def test_what_is_ready_is_not_cancelled(media: Media) -> None:
    media.ready()
    media.cancel()
    assert media.numbers() == [(1, READY)]


def test_a_cancelled_lecture_is_made_when_it_is_tried_again(media: Media) -> None:
    media.send("u1")
    media.check()
    media.cancel()
    for _ in range(2):
        retry_making(media.editions, media.uploads, "v1", time.time())
    assert media.numbers() == [(1, TRANSCODING)]
    assert media.editions.claim(None) is not None


def test_without_its_file_a_lecture_is_not_tried_again(media: Media) -> None:
    media.send("u1")
    media.check(Probe(NoLecture("no-picture")))
    media.clear()
    with pytest.raises(SourceGone):
        retry_making(media.editions, media.uploads, "v1", time.time())


def test_a_cancelled_upload_says_that_it_is_gone_and_is_never_tried_again(
    media: Media,
) -> None:
    media.send("u1")
    media.cancel()
    assert media.upload() == (REFUSED, "check-cancelled")
    assert media.told() == [("media.lecture.failed.v1", "check-cancelled")]
    assert media.keys() == []
    media.objects.put("sources/v1/u1", FILM)  # not cleared away yet
    with pytest.raises(SourceGone):
        retry_making(media.editions, media.uploads, "v1", time.time())
    assert media.numbers() == [(1, FAILED)]


def test_an_upload_that_is_accepted_while_its_lecture_is_deleted_leaves_no_edition(
    media: Media,
) -> None:
    media.send("u1")
    shown = Shown(meanwhile=media.check)
    delete_lecture(
        media.editions, media.uploads, shown, media.tracks, "v1", time.time()
    )
    assert media.upload() == (ACCEPTED, "")
    assert media.numbers() == [(1, DELETED)]


def test_an_upload_that_is_accepted_while_it_is_cancelled_is_not_made(
    media: Media,
) -> None:
    media.send("u1")
    raced = cast(Editions, Raced(media.editions, media.check))
    cancel_making(raced, media.uploads, "v1", time.time())
    assert media.upload() == (ACCEPTED, "")
    assert media.numbers() == [(1, FAILED)]
    assert media.told()[-1] == ("media.lecture.failed.v1", "cancelled")


def test_a_lecture_that_a_published_course_shows_is_not_deleted(media: Media) -> None:
    media.ready()
    with pytest.raises(LectureShown, match="k1"):
        media.delete("k1")
    assert media.numbers() == [(1, READY)]


def test_of_a_deleted_lecture_no_byte_is_left_and_its_number_is_not_given_again(
    media: Media,
) -> None:
    media.ready()
    media.begin("u2")
    for _ in range(2):
        media.delete()
    media.clear()
    assert media.keys() == []
    assert media.upload("u2") == (REFUSED, "deleted")
    assert media.told()[-1] == ("media.lecture.failed.v1", "deleted")
    with pytest.raises(UnknownLecture):
        follow_lecture(media.editions, media.uploads, "v1")
    media.send("u3")
    media.check()
    assert media.numbers() == [(1, DELETED), (2, "waiting")]


@pytest.mark.parametrize("act", [Media.delete, Media.cancel])
def test_what_never_was_is_no_lecture(
    media: Media, act: Callable[[Media], None]
) -> None:
    with pytest.raises(UnknownLecture):
        act(media)


def test_a_course_shows_a_lecture_until_it_is_published_without_it(kept: Kept) -> None:
    kept.declare("media", documents.CourseDocument)
    entitlements = StoredEntitlements()
    showings = StoredShownCourses(entitlements.courses)
    entitlements.put_courses([("k1", 1, ShownCourse("k1", 1, ("v1", "v2")))])
    assert showings.find_courses_showing("v2") == ["k1"]
    entitlements.put_courses([("k1", 2, ShownCourse("k1", 2, ("v1",)))])
    assert showings.find_courses_showing("v2") == []
