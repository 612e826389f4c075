"""Media's uploads and editions: rows on every engine, bytes in a directory."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from chassis.storage.aggregates import AlreadyExists
from media.domain.errors import NoLecture, WrongPart
from media.domain.job import Job
from media.domain.lecture import FAILED, READY, TRANSCODING, Edition
from media.domain.probed import Picture, Probed, Sound
from media.domain.upload import ACCEPTED, CHECKING, PART_SIZE, REFUSED, Upload
from media.events.to_events import to_event
from media.objects.directory import DirectoryObjects
from media.store import documents
from media.store.editions import EDITION_FORM, StoredEditions
from media.store.uploads import UPLOAD_FORM, StoredUploads

from tests.engines import Kept
from tests.stores.rows import let_lapse, outbox, overtaken, said, version

UPLOAD = Upload("u1", "v1", "触电急救", 5, begun=10.0)
PICTURE = Picture(0, 1280, 720, 25.0, 0.0, 61.5)
PROBED = Probed(61.5, PICTURE, Sound(1, 2, 0.0, 61.5, "zho"))
EDITION = Edition("v1", 1, "触电急救", "sources/v1/u1", 61.5, 2**33, PROBED)


class NotedObjects(DirectoryObjects):
    """A directory that remembers in which order files came."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.came: list[str] = []

    def put_file(self, key: str, path: Path) -> None:
        super().put_file(key, path)
        self.came.append(key)


@pytest.fixture
def objects(tmp_path: Path) -> NotedObjects:
    made = NotedObjects(tmp_path / "objects")
    made.prepare()
    return made


@pytest.fixture
def uploads(kept: Kept, objects: NotedObjects) -> StoredUploads:
    rows = kept.aggregates("media", documents.UploadDocument, UPLOAD_FORM, to_event)
    return StoredUploads(rows, objects)


@pytest.fixture
def editions(kept: Kept, objects: NotedObjects) -> StoredEditions:
    rows = kept.aggregates("media", documents.EditionDocument, EDITION_FORM, to_event)
    return StoredEditions(rows, objects)


def go_on() -> None:
    """Nobody wants the work to end."""


def to_check(upload: Upload) -> Upload:
    return replace(upload, state=CHECKING)


def to_check_at(moment: float) -> Callable[[Upload], Upload]:
    return lambda upload: replace(upload, state=CHECKING, job=upload.job.queue(moment))


def claimed(uploads: StoredUploads) -> str | None:
    hold = uploads.claim()
    return hold.id if hold else None


def begun(uploads: StoredUploads) -> Upload:
    return replace(UPLOAD, ticket=uploads.open_parts(UPLOAD.source))


def test_an_upload_comes_back_as_it_was_put(uploads: StoredUploads) -> None:
    uploads.create(UPLOAD)
    assert uploads.get("u1") == UPLOAD
    assert uploads.get("u2") is None


def test_an_upload_id_is_taken_once(uploads: StoredUploads) -> None:
    uploads.create(UPLOAD)
    with pytest.raises(AlreadyExists):
        uploads.create(replace(UPLOAD, bytes=9))
    assert uploads.get("u1") == UPLOAD


def test_the_upload_of_a_lecture_that_was_begun_last_is_found(
    uploads: StoredUploads,
) -> None:
    assert uploads.get_latest("v1") is None
    newer = replace(UPLOAD, id="u0", begun=11.0)
    for upload in (newer, UPLOAD, replace(UPLOAD, id="u9", lecture_id="v2", begun=99)):
        uploads.create(upload)
    assert uploads.get_latest("v1") == newer


def test_an_upload_that_moved_is_decided_on_again(uploads: StoredUploads) -> None:
    uploads.create(UPLOAD)

    def complete(upload: Upload) -> Upload | None:
        return upload.complete({1: 5}, 20.0)

    uploads.change("u1", overtaken(lambda: uploads.change("u1", complete), complete))
    assert uploads.get("u1") == UPLOAD.complete({1: 5}, 20.0)
    assert version(uploads.rows, "u1") == 2


def test_uploads_to_be_checked_are_claimed_in_their_order_by_one_worker(
    uploads: StoredUploads,
) -> None:
    for id_ in ("u1", "u2", "u3"):
        uploads.create(replace(UPLOAD, id=id_))
    assert uploads.claim() is None
    for moment, id_ in enumerate(("u2", "u1")):
        uploads.change(id_, to_check_at(float(moment)))
    assert [claimed(uploads) for _ in range(3)] == ["u2", "u1", None]


def test_an_upload_whose_checker_died_falls_due_again(uploads: StoredUploads) -> None:
    uploads.create(UPLOAD)
    uploads.change("u1", to_check)
    uploads.claim()
    let_lapse(uploads.rows, "u1")
    assert claimed(uploads) == "u1"


@pytest.mark.parametrize("state", [ACCEPTED, REFUSED])
def test_a_checked_upload_is_not_claimed(uploads: StoredUploads, state: str) -> None:
    uploads.create(replace(UPLOAD, state=CHECKING))
    uploads.change("u1", lambda held: replace(held, state=state))
    assert uploads.claim() is None


def test_open_uploads_begun_before_a_moment_are_stale_oldest_first(
    uploads: StoredUploads,
) -> None:
    for id_, moment in (("u1", 30.0), ("u2", 10.0), ("u3", 20.0), ("u4", 31.0)):
        uploads.create(replace(UPLOAD, id=id_, begun=moment))
    uploads.create(replace(UPLOAD, id="u5", begun=1.0, state=CHECKING))
    assert [one.id for one in uploads.find_stale(30.0, 10)] == ["u2", "u3", "u1"]
    assert [one.id for one in uploads.find_stale(30.0, 2)] == ["u2", "u3"]
    assert uploads.find_stale(9.0, 10) == []


def keep_part(
    uploads: StoredUploads, upload: Upload, part: int, content: bytes
) -> None:
    uploads.store_part(upload, part, BytesIO(content), len(content))


def test_parts_are_kept_by_their_number_the_last_word_counting(
    uploads: StoredUploads,
) -> None:
    upload = begun(uploads)
    for part, content in ((2, b"tail"), (1, b"old"), (1, b"first")):
        keep_part(uploads, upload, part, content)
    assert uploads.find_stored_parts(upload) == {1: 5, 2: 4}
    assert uploads.find_stored_parts(begun(uploads)) == {}


def test_a_part_that_does_not_all_come_is_not_kept(uploads: StoredUploads) -> None:
    upload = begun(uploads)
    with pytest.raises(WrongPart):
        uploads.store_part(upload, 1, BytesIO(b"only"), 5)
    assert uploads.find_stored_parts(upload) == {}


def test_parts_of_a_directory_come_through_the_service(uploads: StoredUploads) -> None:
    assert uploads.part_address(begun(uploads), 1) is None


def test_joined_parts_are_the_source_however_often_it_is_asked(
    uploads: StoredUploads, tmp_path: Path
) -> None:
    upload = begun(uploads)
    keep_part(uploads, upload, 2, b"tail")
    keep_part(uploads, upload, 1, bytes(PART_SIZE))
    for name in ("once", "again"):
        uploads.assemble_parts(upload, tmp_path / name, go_on)
        assert (tmp_path / name).read_bytes() == bytes(PART_SIZE) + b"tail"


def test_joined_parts_are_kept_no_more_and_none_may_follow(
    uploads: StoredUploads, tmp_path: Path
) -> None:
    upload = begun(uploads)
    keep_part(uploads, upload, 1, b"whole")
    uploads.assemble_parts(upload, tmp_path / "whole", go_on)
    assert uploads.find_stored_parts(upload) == {}
    with pytest.raises(WrongPart):
        keep_part(uploads, upload, 1, b"late")


@pytest.mark.parametrize("joined", [True, False])
def test_of_a_forgotten_upload_nothing_is_left(
    uploads: StoredUploads, tmp_path: Path, joined: bool
) -> None:
    upload = begun(uploads)
    keep_part(uploads, upload, 1, b"whole")
    if joined:
        uploads.assemble_parts(upload, tmp_path / "whole", go_on)
    for _ in range(2):
        uploads.delete_files(upload)
    assert uploads.find_stored_parts(upload) == {}
    with pytest.raises(NoLecture):
        uploads.assemble_parts(upload, tmp_path / "gone", go_on)


def test_a_new_edition_is_told_in_the_same_write(editions: StoredEditions) -> None:
    assert editions.create(EDITION, EDITION.creation_events())
    assert editions.get("v1.1") == EDITION
    assert editions.get("v1.2") is None
    [event] = outbox(editions.rows, "v1.1")
    assert (event["id"], event["data"]["bytes"]) == ("v1.1.1.0", 2**33)


def test_a_number_is_taken_once(editions: StoredEditions) -> None:
    assert editions.create(EDITION, EDITION.creation_events())
    assert not editions.create(
        replace(EDITION, seconds=99.0), EDITION.creation_events()
    )
    assert editions.get("v1.1") == EDITION
    assert said(editions.rows, "v1.1") == ["v1.1.1.0"]


def test_the_newest_edition_is_latest_and_the_newest_ready_one_is_watched(
    editions: StoredEditions,
) -> None:
    for number, state in ((10, FAILED), (2, READY), (9, READY), (1, READY)):
        editions.create(replace(EDITION, number=number, state=state), ())
    editions.create(replace(EDITION, lecture_id="v2", number=99), ())
    latest, ready = editions.get_latest("v1"), editions.get_latest_ready("v1")
    assert latest is not None
    assert ready is not None
    assert (latest.number, ready.number) == (10, 9)
    assert editions.get_latest_ready("v2") is None
    assert editions.get_latest("v3") is None


def test_an_edition_that_moved_is_decided_on_again(editions: StoredEditions) -> None:
    editions.create(EDITION, EDITION.creation_events())

    def start(edition: Edition) -> tuple[Edition, list[object]] | None:
        return edition.queue_making(5.0)

    editions.change("v1.1", overtaken(lambda: editions.change("v1.1", start), start))
    waits = replace(EDITION, state=TRANSCODING, job=Job(again_at=5.0, since=5.0))
    assert editions.get("v1.1") == waits
    assert said(editions.rows, "v1.1") == ["v1.1.1.0", "v1.1.2.0"]


def test_a_source_is_copied_to_a_file(
    editions: StoredEditions, objects: NotedObjects, tmp_path: Path
) -> None:
    objects.put(EDITION.source, b"film")
    editions.fetch_source(EDITION.source, tmp_path / "film", go_on)
    assert (tmp_path / "film").read_bytes() == b"film"


def test_of_what_is_made_playlists_are_kept_last(
    editions: StoredEditions, objects: NotedObjects, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    names = ("a.m3u8", "b.m4s", "c.m3u8", "d.mp4", "e.m4s", "f.m3u8")
    for name in names:
        (made / name).write_text(name)
    editions.store_output(EDITION, made, go_on)
    assert [key.endswith(".m3u8") for key in objects.came] == [False] * 3 + [True] * 3
    assert list(objects.every_key()) == [f"lectures/v1/1/{name}" for name in names]
    assert objects.get("lectures/v1/1/b.m4s") == b"b.m4s"
