"""A lecture is deleted, its bytes are cleared, and what can be played is found."""

from dataclasses import dataclass

import pytest
from media.domain.errors import LectureShown, NotReady, UnknownLecture
from media.domain.events import LectureFailed
from media.domain.lecture import DELETED, FAILED, READY, TRANSCODING, WAITING
from media.domain.upload import ACCEPTED, OPEN, REFUSED
from media.usecases.clear_bytes import ClearBytes
from media.usecases.delete_lecture import delete_lecture
from media.usecases.find_playable import find_playable

from tests.unit.media.fakes import (
    FakeEditions,
    FakeTracks,
    FakeUploads,
    an_edition,
    an_upload,
)

NOW = 7_000.0


@dataclass
class Showing:
    """The published courses that show the lecture."""

    courses: tuple[str, ...] = ()

    def find_courses_showing(self, lecture_id: str) -> list[str]:
        return list(self.courses)


def test_every_edition_is_deleted_and_told_once() -> None:
    editions = FakeEditions().put(an_edition(1), an_edition(2, TRANSCODING))
    for _ in range(2):
        delete_lecture(editions, FakeUploads(), Showing(), FakeTracks(), "v1", NOW)
    assert {edition.state for edition in editions.rows.values()} == {DELETED}
    assert editions.told == [LectureFailed("v1", n, "deleted") for n in (1, 2)]


def test_uploads_on_their_way_to_it_are_refused_and_others_are_not() -> None:
    uploads = FakeUploads()
    for upload in (
        an_upload("u1", OPEN),
        an_upload("u2"),
        an_upload("u3", ACCEPTED),
        an_upload("u4", lecture="v2"),
    ):
        uploads.create(upload)
    delete_lecture(FakeEditions(), uploads, Showing(), FakeTracks(), "v1", NOW)
    refused = [u.id for u in uploads.rows.values() if u.state == REFUSED]
    assert refused == ["u1", "u2"]
    assert uploads.rows["u1"].reason == "deleted"


def test_a_lecture_that_a_course_shows_is_kept_whole() -> None:
    uploads = FakeUploads({"u1": an_upload()})
    editions = FakeEditions().put(an_edition(1))
    with pytest.raises(LectureShown) as refused:
        delete_lecture(
            editions, uploads, Showing(("k1", "k2")), FakeTracks(), "v1", NOW
        )
    assert "k1" in str(refused.value)
    assert "k2" in str(refused.value)
    assert (editions.rows["v1.1"].state, editions.told) == (READY, [])
    assert uploads.rows["u1"] == an_upload()


def test_what_never_was_is_not_deleted() -> None:
    with pytest.raises(UnknownLecture):
        delete_lecture(
            FakeEditions(), FakeUploads(), Showing(), FakeTracks(), "v1", NOW
        )


def test_bytes_of_what_was_refused_or_deleted_go_once_and_of_nothing_else() -> None:
    uploads = FakeUploads({"u1": an_upload(state=REFUSED), "u2": an_upload("u2")})
    editions = FakeEditions().put(an_edition(1), an_edition(2, DELETED))
    clear = ClearBytes(uploads, editions)
    assert [clear() for _ in range(3)] == [True, True, False]
    assert (uploads.deleted, editions.deleted) == (["u1"], ["v1.2"])
    assert editions.rows["v1.2"].state == DELETED, "its number is never given again"


def test_bytes_that_could_not_be_cleared_are_cleared_the_next_time() -> None:
    class Away(FakeUploads):
        def delete_files(self, upload: object) -> None:
            raise ConnectionError

    away = Away({"u1": an_upload(state=REFUSED)})
    with pytest.raises(ConnectionError):
        ClearBytes(away, FakeEditions())()
    assert not away.rows["u1"].is_cleared
    assert ClearBytes(FakeUploads(away.rows), FakeEditions())()


def test_the_newest_edition_that_is_ready_is_played_while_a_newer_one_is_made() -> None:
    editions = FakeEditions().put(
        an_edition(1), an_edition(2), an_edition(3, TRANSCODING)
    )
    assert find_playable(editions, "v1").number == 2


@pytest.mark.parametrize("state", [WAITING, TRANSCODING, FAILED, DELETED])
def test_a_lecture_without_a_ready_edition_is_not_played(state: str) -> None:
    with pytest.raises(NotReady):
        find_playable(FakeEditions().put(an_edition(1, state)), "v1")


def test_a_lecture_that_nobody_uploaded_is_unknown() -> None:
    with pytest.raises(UnknownLecture):
        find_playable(FakeEditions().put(an_edition(1)), "v2")
