"""Pictures as files: what the head of one says, read before anything decodes it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from media.domain.errors import NoPicture
from media.domain.exif import UPRIGHT, read_orientation
from media.domain.picture_sizes import SMALLEST

LARGEST_FILE = 8 * 1024 * 1024
"""Bytes: what a phone's camera or a drawing program writes, as mails carry it."""
MOST_PIXELS = 8192 * 8192
"""Of a camera of 64 megapixels; decoded they take 200 MB and about a second."""
LONGEST_SIDE = 16_384  # longer ones are panoramas, of which the middle says nothing
JPEG, PNG, WEBP = "jpeg", "png", "webp"
JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
PNG_START, RIFF = b"\x89PNG\r\n\x1a\n", b"RIFF"
# markers of JPEG (ITU-T T.81): frames are C0 to CF without tables; APP1 has EXIF
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
FIRST_MARKER = 0xC0  # of those that have a length
ALONE = {0x01, *range(0xD0, 0xD9)}
APP1, SCAN, EXIF = 0xE1, 0xDA, b"Exif\0\0"
ANIMATED = 0x02  # of the flags of WebP's VP8X


@dataclass(frozen=True)
class PictureFile:
    """Kind, sides as they are stored, and how they are to be turned (EXIF, 1 to 8)."""

    kind: str
    width: int
    height: int
    orientation: int = UPRIGHT


def read_picture_file(content: bytes) -> PictureFile:
    """What a file is, if a picture of ours can be made of it. Raises NoPicture."""
    if len(content) > LARGEST_FILE:
        raise NoPicture("too-large")
    try:
        file = _read_head(content)
    except (struct.error, IndexError) as error:
        raise NoPicture("cut-short") from error
    _require_sides(file)
    return file


def _read_head(content: bytes) -> PictureFile:
    if content.startswith(JPEG_START):
        return _read_jpeg(content)
    if content.startswith(PNG_START):
        return _read_png(content)
    if content.startswith(RIFF) and content[8:12] == b"WEBP":
        return _read_webp(content)
    raise NoPicture("not-picture")


def _require_sides(file: PictureFile) -> None:
    long, short = max(file.width, file.height), min(file.width, file.height)
    if long > LONGEST_SIDE or long * short > MOST_PIXELS:
        raise NoPicture("too-many-pixels")
    is_turned = file.orientation > 4  # 5 to 8 lie on their side
    sides = (file.height, file.width) if is_turned else (file.width, file.height)
    if sides[0] < SMALLEST.width or sides[1] < SMALLEST.height:
        raise NoPicture("too-small")


def _read_jpeg(content: bytes) -> PictureFile:
    sides, orientation = (0, 0), UPRIGHT
    for marker, start, end in _jpeg_segments(content):
        if marker in FRAMES and sides == (0, 0):
            height, width = struct.unpack_from(">HH", content, start + 1)
            sides = (width, height)
        elif marker == APP1 and content[start : start + len(EXIF)] == EXIF:
            orientation = read_orientation(content[start + len(EXIF) : end])
        elif marker == SCAN:
            # no byte of a scan is taken for its end: 255 is written with a 0 behind
            if JPEG_END not in content[start:]:
                raise NoPicture("cut-short")
            return PictureFile(JPEG, *sides, orientation)
    raise NoPicture("cut-short")


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, first byte and past-last of each. Raises IndexError at the end."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise NoPicture("not-picture")
        while content[at] == 0xFF:
            at += 1
        marker, at = content[at], at + 1
        if marker in ALONE:
            continue
        if marker < FIRST_MARKER:
            raise NoPicture("not-picture")
        (length,) = struct.unpack_from(">H", content, at)
        yield marker, at + 2, at + length
        at += max(2, length)


def _read_png(content: bytes) -> PictureFile:
    sides, orientation, at = (0, 0), UPRIGHT, len(PNG_START)
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        at += 8
        if kind == b"IHDR":
            sides = struct.unpack_from(">II", content, at)
        elif kind == b"acTL":
            raise NoPicture("animated")
        elif kind == b"eXIf":
            orientation = read_orientation(content[at : at + length])
        elif kind == b"IEND":
            return PictureFile(PNG, *sides, orientation)
        at += length + 4  # the sum for the check


def _read_webp(content: bytes) -> PictureFile:
    (length,) = struct.unpack_from("<I", content, 4)
    if len(content) < length + 8:
        raise NoPicture("cut-short")
    width, height, orientation, at = 0, 0, UPRIGHT, 12
    while at + 8 <= length + 8:
        kind, size = struct.unpack_from("<4sI", content, at)
        at += 8
        found = _webp_sides(kind, content[at : at + min(size, 10)])
        width, height = max(width, found[0]), max(height, found[1])
        if kind == b"EXIF":
            orientation = read_orientation(content[at : at + size].removeprefix(EXIF))
        at += size + size % 2
    if not width:
        raise NoPicture("not-picture")
    return PictureFile(WEBP, width, height, orientation)


def _webp_sides(kind: bytes, head: bytes) -> tuple[int, int]:
    """The sides that a chunk says, or none. Raises NoPicture for an animation."""
    if kind == b"VP8X":
        if head[0] & ANIMATED:
            raise NoPicture("animated")
        width, height = head[4:7] + b"\0", head[7:10] + b"\0"
        return struct.unpack("<I", width)[0] + 1, struct.unpack("<I", height)[0] + 1
    if kind in (b"ANIM", b"ANMF"):
        raise NoPicture("animated")
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 6)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0
