"""Uploads become lectures or are refused; lectures are cancelled, remade, deleted."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from media.clients.scratch import FolderScratch
from media.domain.entitlement import ShownCourse
from media.domain.errors import (
    LectureShown,
    NoLecture,
    NoRoom,
    Refusal,
    SourceGone,
    TooManyUploads,
    UnknownLecture,
    UploadAccepted,
    UploadQuota,
    WrongPart,
)
from media.domain.lecture import DELETED, FAILED, READY, TRANSCODING, Edition
from media.domain.probed import Picture, Probed
from media.domain.upload import (
    ACCEPTED,
    CHECKING,
    OPEN,
    REFUSED,
    PlaceInUploads,
    Upload,
)
from media.events.to_events import to_event
from media.objects.directory import DirectoryObjects
from media.store import documents
from media.store.caption_tracks import TRACK_FORM, StoredCaptionTracks
from media.store.editions import EDITION_FORM, StoredEditions
from media.store.entitlements import StoredEntitlements
from media.store.shown_courses import StoredShownCourses
from media.store.uploads import UPLOAD_FORM, StoredUploads
from media.usecases.cancel_making import cancel_making
from media.usecases.check_upload import CheckUpload
from media.usecases.clear_bytes import ClearBytes
from media.usecases.delete_lecture import delete_lecture
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import Editions, Events, Interrupted, LeaseLost, Stopping
from media.usecases.receive_upload import KEPT_FREE, ReceiveUpload, UploadLimits
from media.usecases.retry_making import retry_making

from tests.engines import Kept
from tests.stores.rows import let_lapse, outbox

FILM = b"\x00\x00\x00\x20ftyp"
PROBED = Probed(61.5, Picture(0, 1280, 720, 25.0, 0.0, 61.5))
LIMITS = UploadLimits(uploads=3, bytes=100, bytes_of_all=150)


class Objects(DirectoryObjects):
    """A directory on a disk as large as a test wants it."""

    free: int | None = None

    def get_free_bytes(self) -> int | None:
        return self.free


@dataclass
class Shown:
    """The courses that show a lecture; what is done while they are looked for."""

    courses: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def find_courses_showing(self, lecture_id: str) -> list[str]:
        self.meanwhile()
        return self.courses


@dataclass
class Raced:
    """Editions; what others do just before all of a lecture are read."""

    editions: StoredEditions
    meanwhile: Callable[[], object]

    def get_latest(self, lecture_id: str) -> Edition | None:
        return self.editions.get_latest(lecture_id)

    def find_by_lecture(self, lecture_id: str) -> list[Edition]:
        self.meanwhile()
        return self.editions.find_by_lecture(lecture_id)

    def change(
        self, id_: str, decide: Callable[[Edition], tuple[Edition, Events] | None]
    ) -> Edition:
        return self.editions.change(id_, decide)


@dataclass
class Probe:
    """Every file is this, or this is raised; what is done while it looks."""

    found: Probed | Exception = PROBED
    meanwhile: Callable[[], None] = lambda: None

    def probe_file(self, path: Path, tick: Callable[[], None]) -> Probed:
        self.meanwhile()
        tick()
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


class Media:
    """Uploads and editions, and the use cases on them."""

    def __init__(self, kept: Kept, folder: Path) -> None:
        self.objects = Objects(folder / "objects")
        self.objects.prepare()
        self.work = folder / "work"
        self.work.mkdir()
        self.uploads = StoredUploads(
            kept.aggregates("media", documents.UploadDocument, UPLOAD_FORM, to_event),
            self.objects,
        )
        self.editions = StoredEditions(
            kept.aggregates("media", documents.EditionDocument, EDITION_FORM, to_event),
            self.objects,
        )
        self.tracks = StoredCaptionTracks(
            kept.aggregates(
                "media", documents.CaptionTrackDocument, TRACK_FORM, to_event
            )
        )
        self.take = ReceiveUpload(self.uploads, LIMITS, time.time)

    def begin(self, id_: str, size: int = 8, **more: Any) -> Upload:
        upload = Upload(id_, "v1", "触电急救", size, account="jiaowu")
        return self.take.begin_upload(replace(upload, **more))

    def send(self, id_: str, **more: Any) -> Upload:
        """A whole upload that waits for its check."""
        self.begin(id_, **more)
        self.fill(id_)
        return self.take.complete_upload(id_)

    def fill(self, id_: str) -> None:
        self.take.receive_part(id_, 1, BytesIO(FILM), len(FILM))

    def check(self, probe: Probe | None = None) -> bool:
        scratch = FolderScratch(self.work)
        return CheckUpload(
            self.uploads, self.editions, probe or Probe(), scratch, time.time
        )()

    def clear(self) -> None:
        clear = ClearBytes(self.uploads, self.editions)
        while clear():
            pass

    def delete(self, *courses: str) -> None:
        shown = Shown(list(courses))
        delete_lecture(
            self.editions, self.uploads, shown, self.tracks, "v1", time.time()
        )

    def cancel(self) -> None:
        cancel_making(self.editions, self.uploads, "v1", time.time())

    def ready(self) -> None:
        """A lecture that can be watched, with its files."""
        self.send("u1")
        self.check()
        self.editions.change("v1.1", lambda held: held.queue_making(time.time()))
        self.editions.change("v1.1", lambda held: held.begin_try(time.time()))
        self.editions.change("v1.1", lambda held: held.finish_try(1, ("360p",), 61.5))
        self.objects.put("lectures/v1/1/master.m3u8", b"#EXTM3U")

    def upload(self, id_: str = "u1") -> tuple[str, str]:
        """State and reason."""
        found = self.uploads.get(id_)
        assert found is not None
        return found.state, found.reason

    def numbers(self) -> list[tuple[int, str]]:
        """Every edition's number and state."""
        return [(one.number, one.state) for one in self.editions.find_by_lecture("v1")]

    def told(self, id_: str = "v1.1") -> list[tuple[str, Any]]:
        events = outbox(self.editions.rows, id_)
        return [(event["type"], event["data"].get("reason")) for event in events]

    def keys(self) -> list[str]:
        return list(self.objects.every_key())


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
