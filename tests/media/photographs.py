"""Pictures as people send them for a course, by recipes, and what comes of each."""

import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from media.domain.picture_file import LARGEST_FILE

from tests.media.making import Kind, Ready, Refused, Step, make

SECRET = b"31.2304N 121.4737E"
"""Where a photograph was taken: it may be in nothing that is made of it."""
RED, GREEN, BLUE, BLACK = "0xE00000", "0x00C000", "0x0000E0", "0x101010"
UPRIGHT: Mapping[tuple[str, str], str] = {
    ("top", "left"): RED,
    ("top", "right"): GREEN,
    ("bottom", "left"): BLUE,
    ("bottom", "right"): BLACK,
}
"""The quarters of a picture that stands as it should."""
FIRST_SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
"""By EXIF's orientation: which side of the picture the first row is, and the first
column."""
ROWS_FIRST = ("bottom", "top", "left", "right")
OTHER = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}
CODINGS = {
    "jpg": "-c:v mjpeg -q:v 2 -pix_fmt yuvj444p",
    "png": "-c:v png",
    "webp": "-c:v libwebp -lossless 1",
}


def quarters(orientation: int, width: int = 1600, height: int = 900) -> str:
    """An input of four colours as a camera stores it, that stands upright once it is
    turned as the orientation says."""
    row, column = FIRST_SIDES[orientation]
    if orientation > 4:
        width, height = height, width
    boxes = []
    for top, row_side in enumerate((row, OTHER[row])):
        for left, column_side in enumerate((column, OTHER[column])):
            seen = sorted((row_side, column_side), key=ROWS_FIRST.index)
            colour = UPRIGHT[(seen[0], seen[1])]
            boxes.append(
                f"drawbox=x={left * width // 2}:y={top * height // 2}:w={width // 2}"
                f":h={height // 2}:c={colour}:t=fill"
            )
    return f"-f lavfi -i color=s={width}x{height}:d=1,format=gbrp,{','.join(boxes)}"


def tiff(orientation: int) -> bytes:
    """EXIF's data: the orientation, and a text that names a place."""
    count, text_at = 2, 8 + 2 + 2 * 12 + 4
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    entries += struct.pack("<HHII", 0x010E, 2, len(SECRET), text_at)
    return b"II*\0" + struct.pack("<IH", 8, count) + entries + bytes(4) + SECRET


def add_to_jpeg(content: bytes, orientation: int) -> bytes:
    data = b"Exif\0\0" + tiff(orientation)
    comment = b"\xff\xfe" + struct.pack(">H", len(SECRET) + 2) + SECRET
    segment = b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data
    return content[:2] + segment + comment + content[2:]


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of PNG."""
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def add_to_png(content: bytes, orientation: int) -> bytes:
    behind_head = 8 + 25
    added = chunk(b"eXIf", tiff(orientation)) + chunk(b"tEXt", b"Place\0" + SECRET)
    return content[:behind_head] + added + content[behind_head:]


def add_to_webp(content: bytes, orientation: int) -> bytes:
    width, height = (900, 1600) if orientation > 4 else (1600, 900)
    sides = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    head = b"VP8X" + struct.pack("<I", 10) + bytes([8, 0, 0, 0]) + sides
    data = tiff(orientation)
    exif = b"EXIF" + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
    body = b"WEBP" + head + content[12:] + exif
    return b"RIFF" + struct.pack("<I", len(body)) + body


ADDING: Mapping[str, Callable[[bytes, int], bytes]] = {
    "jpg": add_to_jpeg,
    "png": add_to_png,
    "webp": add_to_webp,
}


def turned(kind: str, orientation: int) -> Kind:
    """A photograph that is to be turned, with the place where it was taken."""
    name = f"turned-{orientation}.{kind}"

    def add(folder: Path) -> bytes:
        return ADDING[kind]((folder / name).read_bytes(), orientation)

    steps: list[Step] = [
        f"{quarters(orientation)} -frames:v 1 {CODINGS[kind]} {{out}}",
        add,
    ]
    return Kind(name, steps, Ready())


TURNED = tuple(turned(kind, number) for kind in CODINGS for number in FIRST_SIDES)


def _one(name: str, source: str, options: str = "") -> Kind:
    return Kind(name, [f"-f lavfi -i {source} -frames:v 1 {options} {{out}}"], Ready())


GOOD = (
    _one("smallest.png", "testsrc2=s=640x360:d=1", "-c:v png"),
    _one("tall.jpg", "testsrc2=s=700x3000:d=1", "-c:v mjpeg"),
    _one("wide.png", "testsrc2=s=4000x400:d=1", "-c:v png"),
    _one("grey.jpg", "testsrc2=s=1280x720:d=1", "-pix_fmt gray -c:v mjpeg"),
    _one("deep.png", "testsrc2=s=1280x720:d=1", "-pix_fmt rgb48be -c:v png"),
    _one("lossy.webp", "testsrc2=s=1281x721:d=1", "-c:v libwebp"),
    Kind(
        "large.jpg",
        ["-f lavfi -i testsrc2=s=8064x6048:d=1 -frames:v 1 -q:v 9 -c:v mjpeg {out}"],
        Ready(),
        "a phone's 48 megapixels",
    ),
)
CLEAR = _one(
    "clear.png", "color=red@0:s=1280x720:d=1,format=rgba", "-pix_fmt rgba -c:v png"
)
"""One sees through all of it: nothing but the ground is left."""


def head_of_png(width: int, height: int) -> bytes:
    """A whole PNG file of one colour, with sides that its few bytes belie."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(1 + (width + 7) // 8) * min(height, 4000), 9)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def head_of_jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8\xff\xc0" + frame + b"\xff\xda\0\x08\1\1\0\0\x3f\0\0\xff\xd9"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SMALL = "-f lavfi -i testsrc2=s=800x600:d=1 -frames:v 1 {out}"


def bent(name: str, step: str, change: Callable[[bytes], bytes], code: str) -> Kind:
    """A file that is made well and then spoilt."""

    def spoil(folder: Path) -> bytes:
        return change((folder / name).read_bytes())

    return Kind(name, [step, spoil], Refused(code))


def written(name: str, content: bytes, code: str) -> Kind:
    return Kind(name, [lambda _: content], Refused(code))


REFUSED = (
    written("empty.jpg", b"", "not-picture"),
    written("text.png", "不是图片".encode(), "not-picture"),
    written("drawing.svg", SVG, "not-picture"),
    written("page.jpg", b"\xff\xd8\xff" + SVG, "not-picture"),
    written("playlist.jpg", b"#EXTM3U\nfile:///etc/passwd\n", "not-picture"),
    written("bomb.png", head_of_png(50_000, 50_000), "too-many-pixels"),
    written("strip.png", head_of_png(60_000, 400), "too-many-pixels"),
    written("bomb.jpg", head_of_jpeg(50_000, 50_000), "too-many-pixels"),
    written("large.png", b"\x89PNG\r\n\x1a\n" + bytes(LARGEST_FILE), "too-large"),
    written("head.png", head_of_png(800, 600)[:30], "cut-short"),
    Kind(
        "moves.gif",
        ["-f lavfi -i testsrc2=s=800x600:d=1:r=5 {out}"],
        Refused("not-picture"),
    ),
    Kind(
        "moves.png",
        ["-f lavfi -i testsrc2=s=800x600:d=1:r=5 -f apng -plays 0 {out}"],
        Refused("animated"),
    ),
    Kind(
        "moves.webp",
        ["-f lavfi -i testsrc2=s=800x600:d=1:r=5 -c:v libwebp_anim {out}"],
        Refused("animated"),
    ),
    Kind("small.jpg", [SMALL.replace("800", "639")], Refused("too-small")),
    *(
        bent(f"cut.{kind}", SMALL, lambda whole: whole[: len(whole) // 2], "cut-short")
        for kind in CODINGS
    ),
    bent(
        "holed.png",
        SMALL,
        lambda whole: whole[:5000] + bytes(3000) + whole[8000:],
        "unreadable",
    ),
)

__all__ = ["CLEAR", "GOOD", "REFUSED", "SECRET", "TURNED", "UPRIGHT", "Kind", "make"]
