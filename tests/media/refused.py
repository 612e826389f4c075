"""Kinds of file that cannot become a lecture, each with its true reason."""

import struct
from collections.abc import Callable
from pathlib import Path

from tests.media.making import AAC, BOTH, VP8, Kind, Refused, picture, sound

PLAIN = f"{picture()} {sound()} {BOTH}"
PIXELS = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"


class CutAt:
    """Writes the beginning of made.SUFFIX: this share of it."""

    def __init__(self, suffix: str, share: float = 0.6) -> None:
        self.suffix, self.share = suffix, share

    def __call__(self, place: Path) -> bytes:
        made = (place / f"made.{self.suffix}").read_bytes()
        return made[: int(len(made) * self.share)]


def cut(name: str, options: str = "") -> Kind:
    """A file cut at 60 %."""
    suffix = name.rpartition(".")[2]
    steps = [
        f"{picture(seconds=4)} {sound(4, 44100)} {BOTH} {options} made.{suffix}",
        CutAt(suffix),
    ]
    return Kind(name, steps, Refused("cut-short"), "media.md 2: cut at 60 %")


def bytes_of(content: bytes) -> Callable[[Path], bytes]:
    """A step: a file of these bytes."""
    return lambda _: content


def atom(name: bytes, content: bytes) -> bytes:
    """One atom of an MP4."""
    return struct.pack(">I", 8 + len(content)) + name + content


def door(name: str, content: bytes) -> Kind:
    """A file that is turned away by its first bytes."""
    return Kind(name, [bytes_of(content)], Refused("not-video", at_door=True))


FTYP = atom(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
NOISE = bytes((i * i * 31 + i * 7) % 251 for i in range(40_000))
MANY = " ".join(["-map 0"] + ["-map 1"] * 17)
KEY = "-encryption_scheme cenc-aes-ctr -encryption_key " + "ab" * 16
KEY += " -encryption_kid " + "cd" * 16

REFUSED = (
    door("text.mp4", "这不是视频。\n".encode() * 500),
    door("page.mp4", b"<!DOCTYPE html><html><body>404</body></html>" * 20),
    door("document.pdf", b"%PDF-1.7\n" + NOISE),
    door("archive.zip", b"PK\x03\x04" + NOISE),
    door("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF" + NOISE),
    door("photo.png", b"\x89PNG\r\n\x1a\n" + NOISE),
    door("playlist.ts", b"#EXTM3U\n#EXTINF:5,\n/etc/passwd\n#EXT-X-ENDLIST\n"),
    door("concat.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"),
    door("wave.wav", b"RIFF\0\1\0\0WAVEfmt " + NOISE),
    door("zeros.mp4", bytes(4096)),
    door("g-text.ts", b"G" + b"ood morning. " * 400),
    door("one-byte.mp4", b"\0"),
    Kind("noise.mp4", [bytes_of(FTYP + NOISE)], Refused("not-video")),
    Kind("noise.mkv", [bytes_of(b"\x1aE\xdf\xa3" + NOISE)], Refused("not-video")),
    Kind("noise.ts", [bytes_of((b"\x47" + NOISE[:187]) * 500)], Refused("not-video")),
    Kind("noise.mpg", [bytes_of(b"\0\0\1\xba" + NOISE)], Refused("not-video")),
    Kind(
        "empty-index.mp4",
        [bytes_of(FTYP + atom(b"moov", b"") + atom(b"mdat", NOISE))],
        Refused("not-video"),
    ),
    Kind("sound-only.m4a", [f"{sound()} {AAC} {{out}}"], Refused("no-picture")),
    Kind("sound-only.mkv", [f"{sound()} {AAC} {{out}}"], Refused("no-picture")),
    Kind(
        "sound-only.wma",
        [f"{sound(rate=44100)} -c:a wmav2 {{out}}"],
        Refused("no-picture"),
    ),
    Kind(
        "sound-with-cover.m4a",
        [
            "-f lavfi -i color=red:s=64x64 -frames:v 1 cover.png",
            f"{sound()} -i cover.png {AAC} -c:v png -disposition:v:0 attached_pic "
            "-f mp4 {out}",
        ],
        Refused("no-picture"),
        "hunt 26",
    ),
    Kind(
        "unknown-picture.mkv",
        [
            f"{picture()} {sound()} {VP8} {AAC} made.mkv",
            lambda place: (place / "made.mkv").read_bytes().replace(b"V_VP8", b"V_XY8"),
        ],
        Refused("unknown-coding"),
        "issue 11: unknown tracks",
    ),
    Kind(
        "noise-for-picture.mkv",
        [
            f"{picture()} {sound()} {BOTH} clean.mkv",
            "-i clean.mkv -c copy -bsf:v noise=amount=1 {out}",
        ],
        Refused("broken-picture"),
    ),
    Kind(
        "encrypted.mp4",
        [f"{PLAIN} {KEY} {{out}}"],
        Refused("encrypted"),
    ),
    cut("cut.mp4"),
    cut("cut-index-first.mp4", "-movflags +faststart"),
    cut("cut-fragmented.mp4", "-g 25 -movflags +frag_keyframe+empty_moov"),
    cut("cut.mov"),
    cut("cut.mkv"),
    cut("cut.avi", "-c:v mpeg4 -c:a libmp3lame"),
    cut("cut.wmv", "-c:v wmv2 -c:a wmav2"),
    Kind(
        "short.mp4",
        [f"{picture(seconds=0.4)} {sound(0.5)} {BOTH} {{out}}"],
        Refused("too-short"),
    ),
    Kind(
        "long.mkv",  # a slide every minute for 13 h
        [f"-f lavfi -i color=s=64x64:r=1/60:d=46800 {PIXELS} {{out}}"],
        Refused("too-long"),
    ),
    Kind(
        "nothing-for-long.mkv",  # two pictures, an hour between them
        [f"-f lavfi -i color=s=64x64:r=1/3600:d=7200 {PIXELS} {{out}}"],
        Refused("too-still"),
        "S18",
    ),
    Kind(
        "many-tracks.mkv",
        [f"{picture()} {sound(rate=8000)} {MANY} {PIXELS} -c:a pcm_s16le {{out}}"],
        Refused("too-many-tracks"),
    ),
    Kind(
        "sliver.mkv",
        [f"-f lavfi -i color=s=8x400:r=25:d=2 {PIXELS} {{out}}"],
        Refused("picture-size"),
        "media.md 14",
    ),
    Kind(
        "huge.mp4",  # 8192x4320: small as a file, not as a picture
        [f"-f lavfi -i color=s=8192x4320:r=2:d=1 {PIXELS} -g 1 {{out}}"],
        Refused("too-many-pixels"),
        "S18",
    ),
    Kind(
        "fast.mp4",
        [f"-f lavfi -i color=s=32x32:r=1000:d=1 {PIXELS} {{out}}"],
        Refused("too-many-frames"),
        "S18",
    ),
    Kind(
        "restless.ts",  # another size with every picture
        [
            *(
                f"-f lavfi -i color=s={32 + 2 * i}x32:r=25:d=0.08 {PIXELS} "
                f"-output_ts_offset {i * 0.08} {i:02d}.ts"
                for i in range(30)
            ),
            lambda place: b"".join(
                (place / f"{i:02d}.ts").read_bytes() for i in range(30)
            ),
        ],
        Refused("size-changes"),
        "S18",
    ),
)
