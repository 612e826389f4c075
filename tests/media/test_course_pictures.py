"""Pictures for courses: made upright, cut, bare of all data; bombs refused at once."""

import hashlib
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from media.clients.picture_maker import FfmpegPictures
from media.clients.program import find_ffmpeg
from media.clients.scratch import FolderScratch
from media.domain.errors import NoPicture
from media.domain.picture_file import read_picture_file
from media.domain.picture_sizes import SIZES
from media.objects.directory import DirectoryObjects
from media.store.pictures import StoredPictures
from media.usecases.add_picture import add_picture

from tests.media.making import Kind, Refused
from tests.media.photographs import (
    CLEAR,
    GOOD,
    REFUSED,
    SECRET,
    TURNED,
    UPRIGHT,
    make,
)

NEAR = 24
"""So far a colour may be from its own after JPEG and back."""
REFUSED_WITHIN = 2.0  # seconds
SEGMENTS_OF_PIXELS = {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


@pytest.fixture
def maker(tmp_path: Path) -> FfmpegPictures:
    work = tmp_path / "work"
    work.mkdir()
    return FfmpegPictures(find_ffmpeg(""), FolderScratch(work))


def made_of(maker: FfmpegPictures, content: bytes) -> Mapping[int, bytes]:
    return maker.make_sizes(content, read_picture_file(content))


def pixels(jpeg: bytes, width: int, height: int) -> bytes:
    """The picture as red, green and blue."""
    command = [find_ffmpeg(""), "-v", "error", "-f", "jpeg_pipe", "-i", "-"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, input=jpeg, check=True, capture_output=True).stdout
    assert len(raw) == 3 * width * height
    return raw


def colour_at(raw: bytes, width: int, x: int, y: int) -> tuple[int, ...]:
    at = 3 * (y * width + x)
    return tuple(raw[at : at + 3])


def is_near(found: tuple[int, ...], wanted: str) -> bool:
    colours = bytes.fromhex(wanted.removeprefix("0x"))
    return all(abs(a - b) <= NEAR for a, b in zip(found, colours, strict=True))


def segments(jpeg: bytes) -> set[int]:
    """The kinds of segments before the pixels."""
    found, at = {0xD8}, 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


@pytest.mark.parametrize("kind", TURNED, ids=lambda kind: kind.name)
def test_a_photograph_stands_upright_in_its_colours_and_says_no_place(
    kind: Kind, maker: FfmpegPictures, tmp_path: Path
) -> None:
    content = make(kind, tmp_path).read_bytes()
    assert SECRET in content
    for size in SIZES:
        jpeg = made_of(maker, content)[size.width]
        assert SECRET not in jpeg
        assert segments(jpeg) <= SEGMENTS_OF_PIXELS
        raw = pixels(jpeg, size.width, size.height)
        for (row, column), colour in UPRIGHT.items():
            x = size.width // 4 * (1 if column == "left" else 3)
            y = size.height // 4 * (1 if row == "top" else 3)
            assert is_near(colour_at(raw, size.width, x, y), colour), (row, column)


@pytest.mark.parametrize("kind", GOOD, ids=lambda kind: kind.name)
def test_every_shape_becomes_16_to_9_in_every_size(
    kind: Kind, maker: FfmpegPictures, tmp_path: Path
) -> None:
    made = made_of(maker, make(kind, tmp_path).read_bytes())
    for size in SIZES:
        found = read_picture_file(made[size.width])
        assert (found.width, found.height) == (size.width, size.height)


def test_behind_what_one_sees_through_is_white(
    maker: FfmpegPictures, tmp_path: Path
) -> None:
    made = made_of(maker, make(CLEAR, tmp_path).read_bytes())
    assert is_near(colour_at(pixels(made[640], 640, 360), 640, 320, 180), "0xFFFFFF")


@pytest.mark.parametrize("kind", REFUSED, ids=lambda kind: kind.name)
def test_what_is_no_picture_is_refused_with_its_code_at_once(
    kind: Kind, maker: FfmpegPictures, tmp_path: Path
) -> None:
    content = make(kind, tmp_path).read_bytes()
    began = time.monotonic()
    with pytest.raises(NoPicture) as refused:
        made_of(maker, content)
    assert isinstance(kind.comes, Refused)
    assert refused.value.code == kind.comes.code
    assert time.monotonic() - began < REFUSED_WITHIN


def test_a_picture_is_kept_under_what_it_looks_like(
    maker: FfmpegPictures, tmp_path: Path
) -> None:
    objects = DirectoryObjects(tmp_path / "objects")
    objects.prepare()
    pictures = StoredPictures(objects)
    content = make(GOOD[0], tmp_path).read_bytes()
    ids = {add_picture(pictures, maker, content) for _ in range(2)}
    (id_,) = ids
    largest = pictures.get(id_, 1280)
    assert largest is not None
    assert hashlib.sha256(largest).hexdigest().startswith(id_)
    assert len(list(objects.every_key())) == len(SIZES)
    for wrong, width in ((id_, 641), ("0" * 32, 640), ("../../x", 640), ("", 640)):
        assert pictures.get(wrong, width) is None
