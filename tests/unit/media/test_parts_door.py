"""The door that parts of an upload come through: what is kept, and what is not."""

from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from chassis.http import body_limits, problem
from chassis.http.auth import Caller
from chassis.http.body_limits import LARGE
from flask import Flask, g
from media.api.uploads import UploadRoutes
from media.domain.errors import Refusal
from media.domain.upload import CHECKING, PART_SIZE, Upload
from media.objects.directory import DirectoryObjects
from media.store.uploads import StoredUploads
from media.usecases.receive_upload import ReceiveUpload
from media.wiring import STATUSES

FILM = b"\0\0\0\x20ftypisom" + bytes(288)
UPLOAD = Upload("u1", "v1", "触电急救", len(FILM))
TWO_PARTS = Upload("u2", "v1", "触电急救", PART_SIZE + 3)


class Arriving(BytesIO):
    """A body of which is known how much was read of it at once."""

    most = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.most = max(self.most, len(piece))
        return piece


class OneWay(Arriving):
    """A body as servers have it that keep nothing: it cannot go back."""

    def seekable(self) -> bool:
        return False

    def seek(self, place: int, whence: int = 0) -> int:
        raise OSError(f"to {place} from {whence}")


class Rows:
    """Uploads that stand as they are."""

    def __init__(self) -> None:
        self.kept: dict[str, Upload] = {}

    def get(self, id_: str) -> Upload:
        return self.kept[id_]

    def add(self, id_: str, upload: Upload) -> None:
        self.kept[id_] = upload


class Door:
    """The door of media, asked by staff."""

    def __init__(self, folder: Path) -> None:
        objects = DirectoryObjects(folder)
        objects.prepare()
        self.rows, nothing = Rows(), cast(Any, None)
        self.uploads = StoredUploads(cast(Any, self.rows), objects)
        take = ReceiveUpload(self.uploads, nothing, nothing)
        self.app = Flask("tried")
        self.app.before_request(self._speak)
        body_limits.install_body_limits(self.app)
        problem.install_problems(self.app)
        problem.install_refusals(self.app, Refusal, STATUSES)
        self.app.register_blueprint(UploadRoutes(take).blueprint())

    def _speak(self) -> None:
        g.caller = Caller("gateway", roles=frozenset({"staff"}))

    def begin(self, upload: Upload) -> Upload:
        """An upload whose parts may come."""
        opened = Upload(**vars(upload) | {"ticket": self.uploads.open_parts("sources")})
        self.uploads.create(opened)
        return opened

    def send(
        self, upload: Upload, part: int, body: BytesIO, size: int
    ) -> tuple[int, Any]:
        """Status and answer."""
        answer = self.app.test_client().put(
            f"/uploads/{upload.id}/parts/{part}",
            headers={"Authorization": "Bearer shown"},
            environ_overrides={
                "wsgi.input": body,
                "wsgi.input_terminated": True,  # as our server says
                "CONTENT_LENGTH": str(size),
            },
        )
        return answer.status_code, answer.get_json()

    def kept(self, upload: Upload) -> dict[int, int]:
        """The size of every part that is kept."""
        return dict(self.uploads.find_stored_parts(upload))


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path / "objects")


def slug(said: dict[str, Any]) -> str:
    return str(said["type"]).rpartition("/")[2]


@pytest.mark.parametrize("kind", [Arriving, OneWay])
def test_a_part_is_kept_and_read_in_pieces(door: Door, kind: type[Arriving]) -> None:
    upload = door.begin(TWO_PARTS)
    body = kind(FILM + bytes(PART_SIZE - len(FILM)))
    status, said = door.send(upload, 1, body, PART_SIZE)
    assert (status, said["parts"]) == (200, [1])
    assert body.most <= 1024 * 1024
    assert door.kept(upload) == {1: PART_SIZE}


def test_the_first_bytes_that_were_looked_at_are_kept_too(door: Door) -> None:
    upload = door.begin(UPLOAD)
    door.send(upload, 1, BytesIO(FILM), len(FILM))
    path = Path(door.uploads.objects.folder, "whole")  # type: ignore[attr-defined]
    door.uploads.objects.complete_upload("whole", upload.ticket)
    assert path.read_bytes() == FILM


def test_what_is_no_film_is_refused_by_its_first_bytes_and_not_kept(door: Door) -> None:
    upload = door.begin(UPLOAD)
    text = b"#!/bin/sh\n" * 30
    status, said = door.send(upload, 1, BytesIO(text), len(FILM))
    assert (status, slug(said)) == (422, "no-lecture")
    assert door.kept(upload) == {}


@pytest.mark.parametrize("size", [0, len(FILM) - 1, len(FILM) + 1, LARGE])
def test_a_part_of_another_size_is_refused_with_both_sizes(
    door: Door, size: int
) -> None:
    upload = door.begin(UPLOAD)
    status, said = door.send(upload, 1, BytesIO(FILM + bytes(LARGE)), size)
    assert (status, slug(said)) == (422, "wrong-part")
    assert str(len(FILM)) in said["detail"]
    assert str(size) in said["detail"]
    assert door.kept(upload) == {}


def test_a_part_larger_than_any_is_refused_before_it_is_read(door: Door) -> None:
    upload, body = door.begin(UPLOAD), Arriving(bytes(LARGE + 1))
    assert door.send(upload, 1, body, LARGE + 1)[0] == 413
    assert body.most == 0


def test_a_part_that_does_not_all_come_is_refused_and_not_kept(door: Door) -> None:
    upload = door.begin(TWO_PARTS)
    status, said = door.send(upload, 2, BytesIO(b"en"), 3)
    assert (status, slug(said)) == (422, "wrong-part")
    assert door.kept(upload) == {}
    assert door.send(upload, 2, BytesIO(b"end"), 3)[0] == 200
    assert door.kept(upload) == {2: 3}


def test_a_part_after_the_upload_was_completed_is_refused(door: Door) -> None:
    upload = door.begin(UPLOAD)
    door.rows.add("u1", Upload(**vars(upload) | {"state": CHECKING}))
    status, said = door.send(upload, 1, BytesIO(FILM), len(FILM))
    assert (status, slug(said)) == (422, "wrong-part")
