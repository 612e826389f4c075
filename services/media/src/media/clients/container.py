"""Containers and what they promise: read from their own structure, no more.

A file that was cut says more bytes than it has. MPEG streams say nothing, nor do
files whose writer could not go back to fill the number in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

ATOM_NAMES = (
    b"ftyp moov mdat free skip wide pnot moof uuid sidx styp mfra meta udta prft emsg"
)
ATOMS = frozenset(ATOM_NAMES.split())
MOST_ATOMS = 200_000  # a fragment a second for 12 h has 86 400
LARGEST_INDEX = 64 << 20  # the index of 12 h has about 20 MB
SEGMENT = b"\x18\x53\x80\x67"
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
ASF_BROADCAST = 1  # a flag of the file properties: its sizes mean nothing


@dataclass(frozen=True)
class Promise:
    """The bytes that a container says there are, and what it hides.

    `bytes` is 0 where it says nothing. `lacks_index`: its data are there, and the
    index without which nobody can read them is not.
    """

    bytes: int = 0
    lacks_index: bool = False
    is_encrypted: bool = False


def read_promise(path: Path) -> Promise:
    """The promise of a file, whatever it is."""
    with path.open("rb") as file:
        head = file.read(16)
        if head[4:8] in ATOMS:
            return _of_atoms(file, path.stat().st_size)
        if head[:4] == b"\x1aE\xdf\xa3":
            return Promise(_end_of_segment(file))
        if head[:4] == b"RIFF" and head[4:8] not in (b"\0\0\0\0", b"\xff" * 4):
            return Promise(8 + int.from_bytes(head[4:8], "little"))
        if head == ASF:
            return Promise(_end_of_asf(file))
        return Promise()


def _read_atoms(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, beginning and end of each atom at the top."""
    at = 0
    for _ in range(MOST_ATOMS):
        file.seek(at)
        head = file.read(16)
        length, name = int.from_bytes(head[:4], "big"), head[4:8]
        if name not in ATOMS:
            return
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        end = at + length if length else size  # 0: to the end of the file
        if end < at + 8:
            return
        yield name, at, end
        at = end


def _of_atoms(file: BinaryIO, size: int) -> Promise:
    names, promised, is_encrypted = set(), 0, False
    for name, begin, end in _read_atoms(file, size):
        names.add(name)
        promised = end
        if name == b"moov" and end - begin <= LARGEST_INDEX:
            file.seek(begin)
            is_encrypted = b"encv" in file.read(end - begin)
    lacks = b"mdat" in names and b"moov" not in names and promised > size
    return Promise(promised, lacks, is_encrypted)


def _end_of_segment(file: BinaryIO) -> int:
    """Where the one segment of a Matroska file ends, 0 if it does not say."""
    file.seek(0)
    head = file.read(4096)
    at = head.find(SEGMENT)
    if at < 0 or at + 12 > len(head):
        return 0
    first = head[at + 4]
    length = 9 - first.bit_length()  # of the number: leading zeros tell it
    if not 1 <= length <= 8:
        return 0
    value = int.from_bytes(head[at + 4 : at + 4 + length], "big")
    mask = (1 << 7 * length) - 1
    if value & mask == mask:  # unknown, as of a live recording
        return 0
    return at + 4 + length + (value & mask)


def _end_of_asf(file: BinaryIO) -> int:
    """How long the properties of an ASF file say it is, 0 if it was a broadcast."""
    file.seek(0)
    head = file.read(64 * 1024)
    at = head.find(ASF_FILE)
    if at < 0 or at + 92 > len(head):
        return 0
    flags = int.from_bytes(head[at + 88 : at + 92], "little")
    if flags & ASF_BROADCAST:
        return 0
    return int.from_bytes(head[at + 40 : at + 48], "little")


def missing_share(promise: Promise, path: Path) -> float:
    """Which part of what was promised is not there: 0 to 1."""
    size = path.stat().st_size
    return max(0.0, 1 - size / promise.bytes) if promise.bytes else 0.0
