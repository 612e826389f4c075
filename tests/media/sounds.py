"""Kinds of sound, and of tracks beside picture and sound."""

from pathlib import Path

from tests.media.making import AAC, BOTH, H264, Kind, Ready, picture, sound

PICTURE = f"{picture()} {H264}"
TWO = f"{picture()} {sound()} {sound()} -map 0 -map 1 -map 2 {BOTH}"
SUBTITLES = (
    "1\n00:00:00,500 --> 00:00:01,000\n一\n\n2\n00:00:50,000 --> 00:01:00,000\n二\n"
)


def subtitles(place: Path) -> bytes:
    """Leave a file of subtitles that end at 60 s; the kind's own file comes later."""
    (place / "words.srt").write_text(SUBTITLES, "utf-8")
    return b""


class Replaced:
    """Writes made.mkv with some bytes in place of others of the same length."""

    def __init__(self, old: bytes, new: bytes) -> None:
        assert len(old) == len(new)
        self.old, self.new = old, new

    def __call__(self, place: Path) -> bytes:
        made = (place / "made.mkv").read_bytes()
        assert self.old in made
        return made.replace(self.old, self.new)


SOUNDS = (
    Kind("no-sound.mp4", [f"{PICTURE} {{out}}"], Ready(sound=None)),
    Kind(
        "mulaw.mov",
        [f"{picture()} {sound(rate=8000)} {H264} -c:a pcm_mulaw {{out}}"],
        Ready(),
    ),
    Kind(
        "five-one.mp4",
        [f"{picture()} {sound(channels=6)} {BOTH} -channel_layout 5.1 {{out}}"],
        Ready(channels=6),
    ),
    Kind(
        "quad.mkv",
        [f"{picture()} {sound(channels=4)} {H264} -c:a flac {{out}}"],
        Ready(channels=4),
    ),
    Kind(
        "sound-first.mp4",
        [f"{picture()} {sound()} -map 1 -map 0 {BOTH} {{out}}"],
        Ready(track=1, sound=0),
    ),
    Kind(
        "chinese-second.mkv",
        [
            f"{TWO} -metadata:s:a:0 language=eng -metadata:s:a:1 language=chi "
            "-disposition:a:0 default {out}"
        ],
        Ready(sound=2, language="chi"),
        "media.md 18",
    ),
    Kind(
        "cantonese-second.mp4",
        [f"{TWO} -metadata:s:a:0 language=eng -metadata:s:a:1 language=yue {{out}}"],
        Ready(sound=2, language="yue"),
        "media.md 18",
    ),
    Kind(
        "two-chinese-default-second.mkv",
        [
            f"{TWO} -metadata:s:a:0 language=chi -metadata:s:a:1 language=zho "
            "-disposition:a:0 0 -disposition:a:1 default {out}"
        ],
        Ready(sound=2, language="zho"),
        "media.md 18",
    ),
    Kind(
        "default-second.mkv",
        [
            f"{TWO} -metadata:s:a:0 language=eng -metadata:s:a:1 language=fre "
            "-disposition:a:0 0 -disposition:a:1 default {out}"
        ],
        Ready(sound=2, language="fre"),
        "media.md 18",
    ),
    Kind(
        "two-strange-sounds.ts",
        [f"{TWO} -metadata:s:a:0 language=eng -metadata:s:a:1 language=ger {{out}}"],
        Ready(sound=1, language="eng"),
    ),
    Kind(
        "empty-sound.mkv",
        [
            f"{PICTURE} made.mp4",
            f"-i made.mp4 {sound()} -c:v copy {AAC} -bsf:a noise=drop=1 {{out}}",
        ],
        Ready(sound=None),
        "hunt 29",
    ),
    Kind(
        "empty-sound-first.mkv",
        [
            f"{PICTURE} made.mp4",
            f"-i made.mp4 {sound()} {sound()} -map 0 -map 1 -map 2 -c:v copy {AAC} "
            "-bsf:a:0 noise=drop=1 {out}",
        ],
        Ready(sound=2),
        "hunt 29",
    ),
    Kind(
        "unknown-sound.mkv",
        [f"{picture()} {sound()} {BOTH} made.mkv", Replaced(b"A_AAC", b"A_XYZ")],
        Ready(sound=None),
        "issue 11: unknown tracks",
    ),
    Kind(
        "unknown-sound-first.mkv",
        [
            f"{picture()} {sound()} {sound()} -map 0 -map 1 -map 2 {H264} "
            "-c:a:0 aac -c:a:1 libopus made.mkv",
            Replaced(b"A_AAC", b"A_XYZ"),
        ],
        Ready(sound=2),
        "issue 11: unknown tracks",
    ),
    Kind(
        "noise-for-sound.mkv",
        [
            f"{picture()} {sound()} {H264} -c:a libmp3lame clean.mkv",
            "-i clean.mkv -c copy -bsf:a noise=amount=1 {out}",
        ],
        Ready(sound=None, within=0.12),
        "hunt 29",
    ),
    Kind(
        "sound-longer.mp4",
        [f"{picture(seconds=1.5)} {sound(4)} {BOTH} {{out}}"],
        Ready(4.0),
        "hunt 22",
    ),
    Kind(
        "sound-longer.mkv",
        [f"{picture(seconds=1.5)} {sound(4)} {BOTH} {{out}}"],
        Ready(4.0),
        "hunt 22",
    ),
    Kind(
        "sound-shorter.mp4",
        [f"{picture(seconds=4)} {sound(1.5)} {BOTH} {{out}}"],
        Ready(4.0),
        "hunt 22",
    ),
    Kind(
        "subtitle-outlives.mkv",
        [subtitles, f"{picture()} {sound()} -i words.srt {BOTH} -c:s srt {{out}}"],
        Ready(),
        "hunt 24",
    ),
    Kind(
        "subtitle-outlives.mp4",
        [subtitles, f"{picture()} {sound()} -i words.srt {BOTH} -c:s mov_text {{out}}"],
        Ready(),
        "hunt 24",
    ),
    Kind(
        "timecode.mov",
        [f"{picture()} {sound()} {BOTH} -timecode 01:00:00:00 {{out}}"],
        Ready(),
        "issue 11: data tracks",
    ),
    Kind(
        "cover-last.mp4",
        [
            "-f lavfi -i color=red:s=64x64 -frames:v 1 cover.png",
            f"{picture()} {sound()} -i cover.png -map 0 -map 1 -map 2 {BOTH} "
            "-c:v:1 png -disposition:v:1 attached_pic {out}",
        ],
        Ready(),
        "hunt 26",
    ),
    Kind(
        "cover-first.mp4",
        [
            "-f lavfi -i color=red:s=640x640 -frames:v 1 cover.png",
            f"{picture()} {sound()} -i cover.png -map 2 -map 0 -map 1 {BOTH} "
            "-c:v:0 png -disposition:v:0 attached_pic {out}",
        ],
        Ready(track=0, sound=1),
        "hunt 26",
    ),
    Kind(
        "cover-attached.mkv",
        [
            "-f lavfi -i color=red:s=64x64 -frames:v 1 cover.png",
            f"{picture()} {sound()} {BOTH} -attach cover.png "
            "-metadata:s:t mimetype=image/png {out}",
        ],
        Ready(),
        "hunt 26",
    ),
    Kind(
        "two-pictures-default-second.mkv",
        [
            f"{picture('640x360')} {picture()} {sound()} -map 0 -map 1 -map 2 {BOTH} "
            "-disposition:v:0 0 -disposition:v:1 default {out}"
        ],
        Ready(track=1, sound=2),
        "media.md 8: auxiliary tracks first",
    ),
    Kind(
        "two-pictures-small-first.ts",
        [
            f"{picture('160x90')} {picture()} {sound()} -map 0 -map 1 -map 2 {BOTH} "
            "{out}"
        ],
        Ready(track=1, sound=2),
        "media.md 8: auxiliary tracks first",
    ),
    Kind(
        "unknown-picture-first.mkv",
        [
            f"{picture()} {picture()} {sound()} -map 0 -map 1 -map 2 "
            f"-c:v:0 libvpx -deadline realtime -c:v:1 libx264 {AAC} made.mkv",
            Replaced(b"V_VP8", b"V_XY8"),
        ],
        Ready(track=1, sound=2),
        "issue 11: unknown tracks",
    ),
)
