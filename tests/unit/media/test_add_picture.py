"""A picture that cannot be made is the file's fault, or told as ours."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from media.domain.errors import NoPicture, PictureNotMade
from media.domain.exif import read_orientation
from media.domain.picture_file import PictureFile
from media.domain.picture_sizes import SIZES
from media.usecases.add_picture import add_picture
from media.usecases.ports import Interrupted

HEAD = b"\xff\xd8\xff\xc0\x00\x0b\x08\x02\xd0\x05\x00\x01\x01\x11\x00"
JPEG = HEAD + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9"
"""A head of 1280 by 720 and nothing in it."""


def with_sides(width: int, height: int) -> bytes:
    """The same with other sides."""
    return JPEG[:7] + struct.pack(">HH", height, width) + JPEG[11:]


@dataclass
class Maker:
    """Makes of every file the same, or breaks off."""

    cause: str = ""
    came: list[PictureFile] = field(default_factory=list)

    def make_sizes(self, content: bytes, file: PictureFile) -> Mapping[int, bytes]:
        self.came.append(file)
        if self.cause:
            raise Interrupted(self.cause)
        return {size.width: f"{size.width}".encode() for size in SIZES}


@dataclass
class Shelf:
    rows: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def put(self, id_: str, width: int, content: bytes) -> None:
        self.rows[id_, width] = content

    def get(self, id_: str, width: int) -> bytes | None:
        return self.rows.get((id_, width))


def test_a_picture_is_kept_in_every_size_under_one_id() -> None:
    shelf, maker = Shelf(), Maker()
    id_ = add_picture(shelf, maker, JPEG)
    assert set(shelf.rows) == {(id_, size.width) for size in SIZES}
    assert maker.came == [PictureFile("jpeg", 1280, 720)]
    assert add_picture(shelf, maker, JPEG) == id_


@pytest.mark.parametrize("cause", ["hung", "no-memory", "broken"])
def test_what_a_child_cannot_cope_with_is_refused(cause: str) -> None:
    shelf = Shelf()
    with pytest.raises(NoPicture) as refused:
        add_picture(shelf, Maker(cause), JPEG)
    assert refused.value.code == "unreadable"
    assert shelf.rows == {}


@pytest.mark.parametrize("cause", ["killed", "no-room"])
def test_what_is_no_fault_of_the_file_is_told_as_ours(cause: str) -> None:
    with pytest.raises(PictureNotMade):
        add_picture(Shelf(), Maker(cause), JPEG)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg/>", "not-picture"),
        (JPEG[:-1], "cut-short"),
        (with_sides(50_000, 50_000), "too-many-pixels"),
        (with_sides(16_385, 400), "too-many-pixels"),
        (with_sides(640, 359), "too-small"),
    ],
)
def test_nothing_of_a_file_is_decoded_whose_head_is_refused(
    content: bytes, code: str
) -> None:
    maker = Maker()
    with pytest.raises(NoPicture) as refused:
        add_picture(Shelf(), maker, content)
    assert (refused.value.code, maker.came) == (code, [])


@pytest.mark.parametrize(
    "tiff",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12\0\x03\0\0\0\x01\0\x09\0\0",
        b"II*\0\x08\0\0\0\x01\0" + b"\x12\x01\x04\0\x01\0\0\0\x06\0\0\0",
    ],
)
def test_exif_that_is_wrong_turns_nothing(tiff: bytes) -> None:
    assert read_orientation(tiff) == 1


def test_exif_is_read_in_both_orders_of_bytes() -> None:
    big = b"MM\0*\0\0\0\x08\0\x01" + b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
    little = b"II*\0\x08\0\0\0\x01\0" + b"\x12\x01\x03\0\x01\0\0\0\x08\0\0\0"
    assert [read_orientation(big), read_orientation(little)] == [6, 8]
