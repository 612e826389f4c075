"""Kinds of container and of coding."""

from pathlib import Path

from tests.media.making import (
    AAC,
    BOTH,
    H264,
    VP8,
    VP9,
    Kind,
    Ready,
    picture,
    sound,
)

PLAIN = f"{picture()} {sound()} {BOTH}"
SMALL = picture("176x144")


def renamed_atom(name: bytes) -> "Atom":
    """A step: the first atom of the MOV bears this name, as before there was ftyp."""
    return Atom(name)


class Atom:
    """Writes `name` over the type of the first atom of made.mov."""

    def __init__(self, name: bytes) -> None:
        self.name = name

    def __call__(self, place: Path) -> bytes:
        made = (place / "made.mov").read_bytes()
        return made[:4] + self.name + made[8:]


CONTAINERS = (
    Kind("plain.mp4", [f"{PLAIN} {{out}}"], Ready()),
    Kind("index-first.mp4", [f"{PLAIN} -movflags +faststart {{out}}"], Ready()),
    Kind(
        "fragmented.mp4",
        [f"{PLAIN} -movflags +frag_keyframe+empty_moov {{out}}"],
        # an index written before any picture cannot say that they are two late
        Ready(2.08, picture_starts=0.08),
    ),
    Kind("plain.mkv", [f"{PLAIN} {{out}}"], Ready()),
    Kind("讲座😀.mp4", [f"{PLAIN} {{out}}"], Ready()),
    Kind("wrong-name.avi", [f"{PLAIN} -f mp4 {{out}}"], Ready()),
    Kind(
        "live.webm",
        [f"{picture()} {sound()} {VP8} -c:a libopus -live 1 {{out}}"],
        Ready(),
        "hunt 27",
    ),
    Kind(
        "piped.mkv",
        [f"{PLAIN} -f matroska -live 1 {{out}}"],
        Ready(),
        "hunt 27",
    ),
    Kind(
        "vp9.webm",
        [f"{picture()} {sound()} {VP9} -c:a libopus {{out}}"],
        Ready(),
    ),
    Kind(
        "hevc.mp4",
        [
            f"{picture()} {sound()} -c:v libx265 -preset ultrafast "
            f"-x265-params log-level=error -tag:v hvc1 {AAC} {{out}}"
        ],
        Ready(),
    ),
    Kind(
        "av1.mp4",
        [
            f"{picture()} {sound()} -c:v libsvtav1 -preset 12 -pix_fmt yuv420p "
            f"{AAC} {{out}}"
        ],
        Ready(),
    ),
    Kind(
        "prores.mov",
        [f"{picture()} {sound()} -c:v prores_ks -profile:v 2 -c:a pcm_s16le {{out}}"],
        Ready(),
    ),
    Kind(
        "animation.mov",
        [f"{picture()} {sound()} -c:v qtrle -c:a pcm_s16be {{out}}"],
        Ready(),
    ),
    Kind(
        "wide-first.mov",
        [f"{PLAIN} made.mov", renamed_atom(b"wide")],
        Ready(),
        "hunt 34",
    ),
    Kind(
        "skip-first.mov",
        [f"{PLAIN} made.mov", renamed_atom(b"skip")],
        Ready(),
        "hunt 34",
    ),
    Kind(
        "free-first.mov",
        [f"{PLAIN} made.mov", renamed_atom(b"free")],
        Ready(),
        "hunt 34",
    ),
    Kind(
        "mdat-first.mov",
        [f"{PLAIN} made.mov", renamed_atom(b"mdat")],
        Ready(),
        "hunt 34",
    ),
    Kind("plain.ts", [f"{PLAIN} {{out}}"], Ready()),
    Kind(
        "camcorder.m2ts",
        [
            f"{picture()} {sound()} {H264} -c:a ac3 -mpegts_m2ts_mode 1 "
            "-f mpegts {out}"
        ],
        Ready(),
        "issue 11: camcorder streams",
    ),
    Kind(
        "cut-within-packet.ts",  # a recorder began in mid-stream: no sync byte first
        [
            f"{PLAIN} -f mpegts made.ts",
            lambda place: (place / "made.ts").read_bytes()[100:],
        ],
        Ready(),
        "issue 11: camcorder streams",
    ),
    Kind(
        "mjpeg.avi",
        [f"{picture()} {sound()} -c:v mjpeg -q:v 8 -c:a pcm_s16le {{out}}"],
        Ready(),
        "media.md 2: AVI",
    ),
    Kind(
        "xvid.avi",
        [
            f"{picture()} {sound()} -c:v mpeg4 -vtag xvid -q:v 5 -bf 2 "
            "-c:a libmp3lame {out}"
        ],
        Ready(),
        "media.md 2: AVI",
    ),
    Kind(
        "h264.avi",
        [f"{picture()} {sound()} {H264} -c:a libmp3lame {{out}}"],
        Ready(),
        "media.md 2: AVI",
    ),
    Kind(
        "plain.wmv",
        [f"{picture()} {sound(rate=44100)} -c:v wmv2 -q:v 5 -c:a wmav2 {{out}}"],
        Ready(within=0.12),
        "media.md 2: WMV",
    ),
    Kind(
        "old.flv",
        [f"{picture()} {sound(rate=44100)} -c:v flv -q:v 5 -c:a libmp3lame {{out}}"],
        Ready(track=1, sound=0),
        "media.md 2: FLV",
    ),
    Kind("h264.flv", [f"{PLAIN} {{out}}"], Ready(), "media.md 2: FLV"),
    Kind(
        "mpeg1.mpg",
        [f"{SMALL} {sound()} -c:v mpeg1video -q:v 5 -c:a mp2 {{out}}"],
        Ready(size=(176, 144), within=0.12),
        "media.md 2: MPG",
    ),
    Kind(
        "dvd.mpg",
        [
            f"{picture('360x288')} {sound()} -c:v mpeg2video -q:v 5 -bf 2 -c:a ac3 "
            "-f vob {out}"
        ],
        Ready(size=(360, 288), within=0.12),
        "media.md 2: PS",
    ),
    Kind(
        "phone.3gp",
        [
            f"{SMALL} {sound(rate=8000)} -c:v h263 -q:v 6 "
            "-c:a libopencore_amrnb -ar 8000 -b:a 12.2k {out}"
        ],
        Ready(size=(176, 144)),
    ),
    Kind(
        "tape.avi",
        [
            f"{picture('720x576')} {sound()} -c:v dvvideo -pix_fmt yuv420p "
            "-aspect 4:3 -c:a pcm_s16le {out}"
        ],
        Ready(size=(768, 576), interlaced=True),
        "media.md 16",
    ),
)
