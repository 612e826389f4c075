"""Fragments of MP4 that were made: boxes read in plain Python.

Only what the packager of ours writes is understood: one track, one `moof` a segment.
Everything else is a BrokenFragment.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# flags of the boxes trun and tfhd (ISO/IEC 14496-12)
HAS_OFFSET, HAS_FIRST_FLAGS = 0x1, 0x4
HAS_DURATION, HAS_SIZE, HAS_FLAGS, HAS_SHIFT = 0x100, 0x200, 0x400, 0x800
TFHD_BASE, TFHD_DESCRIPTION = 0x1, 0x2
TFHD_DURATION, TFHD_SIZE, TFHD_FLAGS = 0x8, 0x10, 0x20
NOT_A_KEY = 0x10000  # sample_is_non_sync_sample
IDR, SLICES = 5, {1, 2, 3, 4, 5}  # kinds of NAL units
HEAD = 64 * 1024  # the parameters before a first slice are far less
LARGEST_HEADER = 64 << 20  # a box of metadata that is larger is none of ours


class BrokenFragment(Exception):
    """A file is no init or segment as we make them; says why."""


@dataclass(frozen=True)
class Init:
    """How a track is described: ticks a second, codec, size; whether it has edits."""

    scale: int
    codec: str
    width: int
    height: int
    has_edits: bool


@dataclass(frozen=True)
class Fragment:
    """A segment's samples in ticks: begin and end of what is shown or heard of it, how
    many, the times of key samples; whether the first stands for itself."""

    starts: int
    ends: int
    count: int
    keys: tuple[int, ...]
    begins_whole: bool


def read_init(path: Path) -> Init:
    """The description of a track. Raises BrokenFragment."""
    try:
        data = path.read_bytes()
        track = _find_box(data, "moov", "trak")
        media = _find_box(track, "mdia")
        entry = _find_box(media, "minf", "stbl", "stsd")[8:]
        header = _find_box(media, "mdhd")
        scale = struct.unpack_from(">I", header, 20 if header[0] else 12)[0]
        has_edits = any(kind == "edts" for kind, _ in _read_boxes(track))
        kind, body = next(_read_boxes(entry))
        if kind == "mp4a":
            return Init(scale, "mp4a.40.2", 0, 0, has_edits)
        width, height = struct.unpack_from(">HH", body, 24)
        profile = _find_box(body[78:], "avcC")[1:4].hex()
        return Init(scale, f"{kind}.{profile}", width, height, has_edits)
    except (OSError, struct.error, StopIteration, IndexError) as error:
        raise BrokenFragment(f"{path.name}: {error!r}") from error


def read_fragment(path: Path, is_picture: bool) -> Fragment:
    """The samples of a segment, by its metadata alone. Raises BrokenFragment."""
    try:
        with path.open("rb") as file:
            moof, head = _read_heads(file)
        part = _find_box(moof, "traf")
        samples = list(_read_samples(part))
        base = _decode_time(_find_box(part, "tfdt"))
    except (OSError, struct.error, StopIteration, IndexError) as error:
        raise BrokenFragment(f"{path.name}: {error!r}") from error
    return _to_fragment(samples, base, not is_picture or _is_idr(head))


@dataclass(frozen=True)
class _Sample:
    duration: int
    shift: int
    is_key: bool


def _to_fragment(samples: list[_Sample], base: int, begins_whole: bool) -> Fragment:
    if not samples:
        return Fragment(base, base, 0, (), False)
    shown: list[tuple[int, int, bool]] = []
    at = base
    for sample in samples:
        shown.append((at + sample.shift, sample.duration, sample.is_key))
        at += sample.duration
    ends = max(time + duration for time, duration, _ in shown)
    return Fragment(
        min(time for time, _, _ in shown),
        ends,
        len(samples),
        tuple(time for time, _, is_key in shown if is_key),
        begins_whole and samples[0].is_key and shown[0][0] == min(shown)[0],
    )


def _read_samples(part: bytes) -> Iterator[_Sample]:
    duration, flags = _read_defaults(_find_box(part, "tfhd"))
    for kind, run in _read_boxes(part):
        if kind == "trun":
            yield from _samples_of(run, duration, flags)


def _samples_of(run: bytes, duration: int, flags: int) -> Iterator[_Sample]:
    which = int.from_bytes(run[1:4], "big")
    count, at = struct.unpack_from(">I", run, 4)[0], 8
    at += 4 if which & HAS_OFFSET else 0
    first = flags
    if which & HAS_FIRST_FLAGS:
        first, at = struct.unpack_from(">I", run, at)[0], at + 4
    fields = [
        bit for bit in (HAS_DURATION, HAS_SIZE, HAS_FLAGS, HAS_SHIFT) if which & bit
    ]
    row = ">" + "".join("i" if bit == HAS_SHIFT and run[0] else "I" for bit in fields)
    step = struct.calcsize(row)
    for number in range(count):
        values = dict(zip(fields, struct.unpack_from(row, run, at), strict=True))
        at += step
        flags_of_it = values.get(HAS_FLAGS, flags if number else first)
        yield _Sample(
            values.get(HAS_DURATION, duration),
            values.get(HAS_SHIFT, 0),
            not flags_of_it & NOT_A_KEY,
        )


def _read_defaults(header: bytes) -> tuple[int, int]:
    """Duration and flags of samples that have none of their own."""
    which, at = int.from_bytes(header[1:4], "big"), 8
    at += (8 if which & TFHD_BASE else 0) + (4 if which & TFHD_DESCRIPTION else 0)
    values = {}
    for bit in (TFHD_DURATION, TFHD_SIZE, TFHD_FLAGS):
        if which & bit:
            values[bit], at = struct.unpack_from(">I", header, at)[0], at + 4
    return values.get(TFHD_DURATION, 0), values.get(TFHD_FLAGS, 0)


def _decode_time(box: bytes) -> int:
    return int.from_bytes(box[4:12] if box[0] else box[4:8], "big")


def _is_idr(head: bytes) -> bool:
    """Whether the first slice of a sample is of a picture that needs no other."""
    at = 0
    while at + 5 <= len(head):
        size, kind = int.from_bytes(head[at : at + 4], "big"), head[at + 4] & 31
        if kind in SLICES:
            return kind == IDR
        at += 4 + size
    return False


def _read_heads(file: BinaryIO) -> tuple[bytes, bytes]:
    """The inside of `moof`, and the beginning of `mdat`."""
    moof = b""
    while header := file.read(8):
        size, kind = struct.unpack(">I4s", header)
        if kind == b"mdat":
            return moof, file.read(HEAD)
        if not 8 <= size <= LARGEST_HEADER:
            raise struct.error(f"box of {size}")
        body = file.read(size - 8)
        moof = body if kind == b"moof" else moof
    raise struct.error("no mdat")


def _read_boxes(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8:
            raise struct.error(f"box of {size}")
        yield kind.decode("latin-1"), data[at + 8 : at + size]
        at += size


def _find_box(data: bytes, *path: str) -> bytes:
    """The inside of the first box on a path. Raises StopIteration."""
    for name in path:
        data = next(body for kind, body in _read_boxes(data) if kind == name)
    return data
