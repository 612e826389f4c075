"""Kinds of clock: when picture and sound begin and end, and what the file says."""

from pathlib import Path

from tests.media.making import BOTH, VP8, Kind, Ready, filtered, picture, sound

PLAIN = f"{picture()} {sound()} {BOTH}"
LATE_SOUND = f"{picture(seconds=3)} -itsoffset 1 {sound()} {BOTH}"
LATE_PICTURE = f"-itsoffset 1 {picture()} {sound(3)} {BOTH}"


def hole(seconds: int) -> str:
    """Picture and sound that both stop for so long after the first second."""
    jump = f"PTS+gte(T,1)*{seconds}/TB"
    return (
        f"{picture()} {sound()} -fps_mode passthrough {BOTH} "
        + filtered(f"setpts='{jump}'", f"asetnsamples=480,asetpts='{jump}'")
        + " {out}"
    )


# 2 slides, each for a second, then 30 pictures in a second, then 2 slides more.
BURST = f"{picture(rate='30', seconds=5)} {sound(5)} -fps_mode vfr " + filtered(
    "select='not(mod(n,30))+between(t,2,3)'"
)


def joined(place: Path) -> bytes:
    """one.ts and two.ts behind each other: the clock begins anew in the middle."""
    return (place / "one.ts").read_bytes() + (place / "two.ts").read_bytes()


class Patched:
    """Writes another value over an element of made.mkv, found by its id and size."""

    def __init__(self, element: bytes, value: bytes) -> None:
        self.element, self.value = element, value

    def __call__(self, place: Path) -> bytes:
        made = (place / "made.mkv").read_bytes()
        at = made.index(self.element) + len(self.element)
        return made[:at] + self.value + made[at + len(self.value) :]


CLOCKS = (
    Kind(
        "late-sound.mp4",
        [f"{LATE_SOUND} {{out}}"],
        Ready(3.0, sound_starts=1.0),
        "hunt 31, media.md 11",
    ),
    Kind(
        "late-sound.mkv",
        [f"{LATE_SOUND} {{out}}"],
        Ready(3.0, sound_starts=1.0),
        "hunt 31",
    ),
    Kind(
        "late-sound.ts",
        [f"{LATE_SOUND} {{out}}"],
        Ready(3.0, sound_starts=1.0),
        "media.md 11",
    ),
    Kind(
        "late-picture.mp4", [f"{LATE_PICTURE} {{out}}"], Ready(3.0, picture_starts=1.0)
    ),
    Kind(
        "late-picture.mkv", [f"{LATE_PICTURE} {{out}}"], Ready(3.0, picture_starts=1.0)
    ),
    Kind(
        "sound-after-all.ts",  # later than what the program reads to know the tracks
        [f"{picture(seconds=8)} -itsoffset 6 {sound()} {BOTH} {{out}}"],
        Ready(8.0, sound_starts=6.0, within=0.1),
        "media.md 2: sound from 6th s",
    ),
    Kind(
        "ten-hours.mkv",
        [f"{PLAIN} -output_ts_offset 36000 {{out}}"],
        Ready(),
        "media.md 9",
    ),
    Kind(
        "ten-hours.ts",
        [f"{PLAIN} -output_ts_offset 36000 {{out}}"],
        Ready(),
        "media.md 9",
    ),
    Kind(
        "thousand-seconds.mp4",
        [f"{PLAIN} -output_ts_offset 1000 {{out}}"],
        Ready(),
        "media.md 9",
    ),
    # the clock of MPEG-TS has 33 bits of 1/90000 s: it ends at 95443.7 s
    Kind(
        "clock-wraps.ts",
        [f"{PLAIN} -output_ts_offset 95441.3 {{out}}"],
        Ready(),
        "issue 11: clocks that wrap",
    ),
    Kind(
        "clock-restarts.ts",
        [f"{PLAIN} -output_ts_offset 500 one.ts", f"{PLAIN} two.ts", joined],
        Ready(4.0, within=0.15),
        "issue 11: clocks that wrap",
    ),
    Kind(
        "before-zero.mkv",
        [f"{PLAIN} -output_ts_offset -0.5 -avoid_negative_ts disabled {{out}}"],
        Ready(within=0.6),
    ),
    Kind(
        "edit-list.mp4",
        [
            f"{picture(seconds=4)} {sound(4)} {BOTH} -g 250 whole.mp4",
            "-ss 1.5 -i whole.mp4 -c copy {out}",
        ],
        Ready(2.5, within=0.1),
    ),
    Kind(
        "edit-list-b-frames.mov",
        [
            f"{picture(seconds=4)} {sound(4)} {BOTH} -bf 3 -g 50 whole.mov",
            "-ss 2.2 -i whole.mov -c copy {out}",
        ],
        Ready(1.8, within=0.1),
    ),
    Kind(
        "open-gop.mp4",
        [f"{PLAIN} -bf 3 -x264-params open-gop=1:b-pyramid=strict -g 12 {{out}}"],
        Ready(),
    ),
    Kind("one-keyframe.ts", [f"{PLAIN} -g 9999 {{out}}"], Ready(), "hunt 28"),
    Kind("hole.mkv", [hole(30)], Ready(32.0, within=0.1), "media.md 10"),
    Kind("hole.mp4", [hole(30)], Ready(32.0, within=0.1), "media.md 10"),
    Kind("hole.ts", [hole(30)], Ready(32.0, within=0.1), "media.md 10"),
    Kind("long-hole.ts", [hole(200)], Ready(202.0, within=0.1), "media.md 10"),
    Kind(
        "last-slide-stands.mp4",
        [
            f"{picture()} {sound(5)} -fps_mode vfr {BOTH} "
            + filtered(
                "tpad=stop_mode=clone:stop_duration=3,select='lt(t,2)+gte(t,4.9)'"
            )
            + " {out}"
        ],
        Ready(5.0),
        "media.md 8",
    ),
    Kind(
        "lying-duration.mkv",  # 10 h in the header
        [
            f"{PLAIN} made.mkv",
            Patched(b"\x44\x89\x88", b"\x41\x81\x2a\x88\x00\x00\x00\x00"),
        ],
        Ready(),
        "media.md 9",
    ),
    Kind(
        "lying-rate.mkv",  # 1000 pictures a second in the header
        [f"{PLAIN} made.mkv", Patched(b"\x23\xe3\x83\x84", b"\x00\x0f\x42\x40")],
        Ready(),
        "media.md 8: header 1000 fps",
    ),
    Kind(
        "film.mp4",
        [f"{picture(rate='24000/1001')} {sound()} {BOTH} {{out}}"],
        Ready(rate=24000 / 1001),
        "media.md 17",
    ),
    Kind(
        "ntsc.mkv",
        [f"{picture(rate='30000/1001', seconds=4)} {sound(4)} {BOTH} {{out}}"],
        Ready(4.0, rate=30000 / 1001),
        "media.md 17",
    ),
    Kind(
        "fifteen.flv",
        [f"{picture(rate='15')} {sound(rate=44100)} {BOTH} {{out}}"],
        Ready(rate=15.0),
        "media.md 17",
    ),
    Kind(
        "twelve-and-a-half.mp4",
        [f"{picture(rate='25/2')} {sound()} {BOTH} {{out}}"],
        Ready(rate=12.5),
        "media.md 17",
    ),
    Kind(
        "sixty.ts",
        [f"{picture(rate='60')} {sound()} {BOTH} {{out}}"],
        Ready(rate=60.0),
        "media.md 17",
    ),
    Kind(
        "fifty.mkv",
        [f"{picture(rate='50')} {sound()} {BOTH} {{out}}"],
        Ready(rate=50.0),
        "media.md 17",
    ),
    Kind(
        "slow-motion-120.mp4",
        [f"{picture(rate='120')} {sound()} {BOTH} {{out}}"],
        Ready(rate=60.0),
        "media.md 17",
    ),
    Kind(
        "slow-motion-240.mp4",
        [f"{picture(rate='240')} {sound()} {BOTH} {{out}}"],
        Ready(rate=60.0),
        "media.md 2: phones record so",
    ),
    Kind(
        "slides.mp4",
        [f"{picture(rate='1', seconds=4)} {sound(4)} {BOTH} {{out}}"],
        Ready(4.0, rate=1.0),
        "media.md 17",
    ),
    Kind(
        "slides.mkv",
        [f"{picture(rate='1', seconds=4)} {sound(4)} {BOTH} {{out}}"],
        Ready(4.0, rate=1.0),
        "media.md 17",
    ),
    Kind(
        "slow-slides.mp4",
        [f"{picture(rate='1/4', seconds=12)} {sound(12)} {BOTH} {{out}}"],
        Ready(12.0, rate=1.0),
        "media.md 17",
    ),
    Kind(
        "one-picture.mp4",
        [f"{picture(rate='25', seconds=0.04)} {sound(4)} {BOTH} {{out}}"],
        Ready(4.0, rate=1.0),
        "hunt 22",
    ),
    Kind(
        "slides-and-burst.mp4",
        [f"{BURST} {BOTH} {{out}}"],
        Ready(5.0, rate=30.0, within=0.1),
        "media.md 2: Zoom-like",
    ),
    Kind(
        "slides-and-burst.webm",
        [f"{BURST} {VP8} -c:a libopus {{out}}"],
        Ready(5.0, rate=30.0, within=0.1),
        "media.md 2: Zoom-like",
    ),
    Kind(
        "slides-at-odd-times.mkv",  # at 0, 1.4, 3.1 and 4.3 s
        [
            f"{picture(rate='10', seconds=5)} {sound(5)} -fps_mode vfr {BOTH} "
            + filtered("select='eq(n,0)+eq(n,14)+eq(n,31)+eq(n,43)'")
            + " {out}"
        ],
        Ready(5.0, rate=10.0, within=0.1),
        "media.md 17",
    ),
    Kind(
        "shaken-times.webm",
        [
            f"{picture(seconds=4)} {sound(4)} {VP8} -c:a libopus "
            + filtered("settb=1/1000,setpts='PTS+0.004*random(1)/TB'")
            + " -fps_mode passthrough -enc_time_base 1/1000 {out}"
        ],
        Ready(4.0, within=0.1),
        "hunt 38",
    ),
    Kind(
        "some-dropped.mkv",
        [
            f"{picture(rate='30', seconds=4)} {sound(4)} -fps_mode vfr {BOTH} "
            + filtered("select='mod(n,17)'")
            + " {out}"
        ],
        Ready(4.0, rate=30.0, picture_starts=0.033, within=0.1),
        "media.md 17",
    ),
)
