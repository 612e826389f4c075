"""An upload in parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media.domain.errors import NoLecture, PartsMissing, WrongPart
from media.domain.upload import (
    ACCEPTED,
    CHECKING,
    LARGEST,
    PART_SIZE,
    REFUSED,
    Upload,
    check_first_bytes,
)


def an_upload(size: int = 2 * PART_SIZE + 5) -> Upload:
    return Upload("u", "l", "第一讲", size)


def kept(upload: Upload, *without: int) -> dict[int, int]:
    """The parts as the object store has them, but for some."""
    parts = set(range(1, upload.count + 1)) - set(without)
    return {part: upload.size_of(part) for part in parts}


def checking() -> Upload:
    upload = an_upload()
    return upload.complete(kept(upload), 1.0) or upload


@given(st.integers(1, LARGEST))
def test_the_parts_together_are_exactly_the_file(size: int) -> None:
    upload = an_upload(size)
    last = upload.size_of(upload.count)
    assert 0 < last <= PART_SIZE
    assert PART_SIZE * (upload.count - 1) + last == size


@pytest.mark.parametrize("part", [-1, 0, 4, 10**9])
def test_a_part_beyond_the_file_is_refused(part: int) -> None:
    with pytest.raises(WrongPart):
        an_upload().size_of(part)


def test_completing_names_the_parts_that_are_missing() -> None:
    upload = an_upload()
    with pytest.raises(PartsMissing, match=r"1, 3"):
        upload.complete(kept(upload, 1, 3), 1.0)


def test_a_part_that_was_cut_short_on_its_way_is_missing() -> None:
    upload = an_upload()
    with pytest.raises(PartsMissing, match="2"):
        upload.complete(kept(upload) | {2: PART_SIZE - 1}, 1.0)


def test_a_whole_upload_is_checked_once() -> None:
    assert checking().state == CHECKING
    assert checking().complete({}, 1.0) is None


@pytest.mark.parametrize(
    ("end", "state"),
    [(Upload.accept, ACCEPTED), (lambda u: u.refuse("坏了", 1.0), REFUSED)],
)
def test_no_part_is_taken_once_the_upload_has_ended(end, state) -> None:  # type: ignore[no-untyped-def]
    ended = end(checking())
    assert ended.state == state
    assert ended.accept() is ended.refuse("x", 1.0) is ended.lapse(1.0) is None
    with pytest.raises(WrongPart):
        ended.require_open()
    assert ended.complete({}, 1.0) is None


@pytest.mark.parametrize(
    "head",
    [
        b"\x00\x00\x00\x20ftypisom",
        b"\x00\x00\x00\x14ftypqt  ",
        b"\x1aE\xdf\xa3\x01\x00",
        b"\x00\x00\x00\x08wide\x00\x01",
        b"\x00\x01\x00\x00mdat",
        b"\x00\x01\x00\x00moovmvhd",
        b"\x00\x00\x00\x14pnot",
        b"RIFF\x00\x10\x00\x00AVI LIST",
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
        b"FLV\x01\x05",
        b"\x00\x00\x01\xba\x44",
        (b"\x47" + b"\x00" * 187) * 6,
        b"\x00" * 100 + (b"\x47" + b"\x00" * 187) * 6,
        (b"\x00\x00\x00\x00\x47" + b"\x00" * 187) * 6,
    ],
)
def test_files_that_begin_like_a_video_pass_the_door(head: bytes) -> None:
    check_first_bytes(head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x00" * 512,
        b"%PDF-1.7",
        b"PK\x03\x04 a presentation",
        b"\x89PNG\r\n\x1a\n",
        b"MZ\x90\x00",
        b"<html>ftyp</html>",
        b"GIF89a" + b"\x00" * 300,
        "学习资料".encode(),
        b"Guten Tag, hier kommt ein Text",
        b"#EXTM3U\n#EXTINF:6,\nhttp://elsewhere/1.ts\n",
        b"RIFF\x00\x10\x00\x00WAVEfmt ",
        b"RIFF\x00\x10\x00\x00WEBPVP8 ",
        b"ID3\x04" + b"\x00" * 400,
        b"\x47" + b"\x00" * 187 + b"\x47" + b"\x00" * 836,
    ],
)
def test_what_is_plainly_no_video_is_refused_at_the_door(head: bytes) -> None:
    with pytest.raises(NoLecture):
        check_first_bytes(head)


def test_an_upload_that_somebody_completed_does_not_lapse() -> None:
    assert checking().lapse(9.0) is None
    lapsed = an_upload().lapse(9.0)
    assert lapsed is not None
    assert (lapsed.state, lapsed.reason) == (REFUSED, "lapsed")
    assert an_upload().refuse("坏了", 9.0) is None
