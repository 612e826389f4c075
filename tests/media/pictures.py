"""Kinds of picture: shape, turn, interlacing, colour."""

from pathlib import Path

from tests.media.making import AAC, BOTH, H264, VP9, Kind, Ready, picture, sound

PLAIN = f"{picture()} {sound()}"
TURN = "-display_rotation {} -i made.mp4 -c copy {{out}}"
# Every second line is of the next fiftieth of a second, as cameras wrote it.
LACED = f"{picture('360x288', rate='50')} {sound()} -vf interlace=scan={{}}"
HDR = (
    f"{PLAIN} -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -tag:v hvc1 "
    "-color_primaries bt2020 -colorspace bt2020nc -color_trc {0} -x265-params "
    "log-level=error:colorprim=bt2020:colormatrix=bt2020nc:transfer={0} "
    f"{AAC} {{{{out}}}}"
)


def sized(size: str) -> str:
    """A step: a picture of this size."""
    return f"{picture(size)} {sound()} {BOTH} {{out}}"


def pixels(format_: str, profile: str) -> str:
    """A step: H.264 of other pixels."""
    return (
        f"{PLAIN} -c:v libx264 -preset ultrafast -pix_fmt {format_} "
        f"-profile:v {profile} {AAC} {{out}}"
    )


def joined(place: Path) -> bytes:
    """one.ts and two.ts, which continues its clock, behind each other."""
    return (place / "one.ts").read_bytes() + (place / "two.ts").read_bytes()


PICTURES = (
    Kind(
        "turned-90.mp4",
        [f"{PLAIN} {BOTH} made.mp4", TURN.format(90)],
        Ready(size=(180, 320)),
    ),
    Kind("turned-180.mp4", [f"{PLAIN} {BOTH} made.mp4", TURN.format(180)], Ready()),
    Kind(
        "turned-270.mov",
        [f"{PLAIN} {BOTH} made.mp4", TURN.format(270)],
        Ready(size=(180, 320)),
    ),
    Kind(
        "odd-sides.mkv",
        [
            f"{picture('642x362')} {sound()} -vf format=yuv444p,scale=321:181 "
            f"-c:v libx264 -preset veryfast -pix_fmt yuv444p {AAC} {{out}}"
        ],
        Ready(size=(321, 181)),
    ),
    Kind("strip.mp4", [sized("16x400")], Ready(size=(16, 400)), "media.md 14"),
    Kind("long-strip.mp4", [sized("16x4000")], Ready(size=(16, 4000)), "media.md 14"),
    Kind("portrait.mp4", [sized("180x320")], Ready(size=(180, 320)), "media.md 14"),
    Kind("wide.mp4", [sized("640x270")], Ready(size=(640, 270)), "media.md 14"),
    Kind("tiny.mp4", [sized("32x18")], Ready(size=(32, 18))),
    Kind(
        "wide-pixels.mp4",
        [f"{picture('360x288')} {sound()} -vf setsar=64/45 {BOTH} {{out}}"],
        Ready(size=(512, 288)),
        "media.md 2: anamorphic",
    ),
    Kind(
        "narrow-pixels.mkv",
        [f"{picture('360x288')} {sound()} -vf setsar=8/9 {BOTH} {{out}}"],
        Ready(size=(320, 288)),
        "media.md 2: anamorphic",
    ),
    Kind(
        "wide-pixels-turned.mp4",
        [
            f"{picture('360x288')} {sound()} -vf setsar=64/45 {BOTH} made.mp4",
            TURN.format(90),
        ],
        Ready(size=(202, 360)),
        "media.md 2: anamorphic",
    ),
    Kind(
        "laced-top.ts",
        [
            f"{LACED.format('tff')} -c:v mpeg2video -flags +ildct+ilme -q:v 4 "
            "-c:a mp2 {out}"
        ],
        Ready(size=(360, 288), interlaced=True),
        "media.md 16",
    ),
    Kind(
        "laced-bottom.mpg",
        [
            f"{LACED.format('bff')} -c:v mpeg2video -flags +ildct+ilme -q:v 4 "
            "-c:a mp2 {out}"
        ],
        Ready(size=(360, 288), interlaced=True, within=0.12),
        "media.md 16",
    ),
    Kind(
        "laced-h264.mp4",
        [f"{LACED.format('tff')} {H264} -x264-params tff=1 {AAC} {{out}}"],
        Ready(size=(360, 288), interlaced=True),
        "media.md 16",
    ),
    Kind(
        "laced-h264-bottom.mkv",
        [f"{LACED.format('bff')} {H264} -x264-params bff=1 {AAC} {{out}}"],
        Ready(size=(360, 288), interlaced=True),
        "media.md 16",
    ),
    Kind(
        "laced-unsaid.mp4",  # combed, and marked progressive
        [f"{LACED.format('tff')},setfield=prog {H264} {AAC} {{out}}"],
        Ready(size=(360, 288), interlaced=True),
        "media.md 16",
    ),
    Kind(
        "laced-later.ts",  # the second half only
        [
            f"{picture('360x288')} {sound()} -c:v mpeg2video -q:v 4 -c:a mp2 one.ts",
            f"{LACED.format('tff')} -c:v mpeg2video -flags +ildct+ilme -q:v 4 "
            "-c:a mp2 -output_ts_offset 2 two.ts",
            joined,
        ],
        Ready(4.0, size=(360, 288), interlaced=True, within=0.15),
        "media.md 16",
    ),
    Kind("pq.mp4", [HDR.format("smpte2084")], Ready(transfer="pq"), "hunt 32"),
    Kind(
        "hlg.mp4",
        [HDR.format("arib-std-b67")],
        Ready(transfer="hlg"),
        "hunt 32",
    ),
    Kind("four-four-four.mp4", [pixels("yuv444p", "high444")], Ready()),
    Kind("ten-bits.mkv", [pixels("yuv420p10le", "high10")], Ready()),
    Kind("four-two-two.mov", [pixels("yuv422p", "high422")], Ready()),
    Kind("gray.mp4", [pixels("gray", "high")], Ready()),
    Kind("full-range.mp4", [pixels("yuvj420p", "high")], Ready()),
    Kind(
        "alpha.webm",
        [f"{PLAIN} {VP9} -pix_fmt yuva420p -c:a libopus {{out}}"],
        Ready(),
    ),
    Kind("png.mov", [f"{PLAIN} -c:v png -c:a pcm_s16le {{out}}"], Ready()),
    Kind(
        "size-changes.ts",
        [
            f"{PLAIN} {BOTH} one.ts",
            f"{picture('160x120')} {sound()} {BOTH} -output_ts_offset 2 two.ts",
            joined,
        ],
        Ready(4.0, within=0.15),
        "hunt 38, S18",
    ),
    Kind(
        "damaged.mp4",
        [
            f"{PLAIN} {BOTH} -g 12 made.mp4",
            lambda place: damaged((place / "made.mp4").read_bytes()),
        ],
        Ready(),
        "media.md 2: damaged in the middle",
    ),
)


def damaged(made: bytes) -> bytes:
    """The file with 400 bytes of its middle gone wrong."""
    middle = len(made) // 2
    return made[:middle] + b"\x55" * 400 + made[middle + 400 :]
