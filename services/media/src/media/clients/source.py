"""Options by which ffmpeg opens an untrusted file: in judging and in making.

Its clock begins with the earliest of the tracks that are read. So whoever wants one of
them on the lecture's clock reads the other beside it.
"""

from pathlib import Path

from media.domain.lecture import LONGEST_SECONDS

# The families that people have, each by the name of its demuxer. None of them leads to
# another file or to an address, as playlists do. mpegvideo and the like are left out:
# streams without a clock.
CONTAINERS = "mov,matroska,mpegts,avi,asf,flv,mpeg"
# A track whose sound begins late is known only when it comes: read so far for it.
LOOK_SECONDS, LOOK_BYTES = 30, 64 << 20

# The clock of a stream that jumps forward is believed up to here, as that of any other
# container: the program's own 10 s leave the hole out of the sound, and not out of the
# pictures. One that goes back was set anew, and looks as if it had jumped by the 26.5 h
# after which such clocks begin again: there the program goes on from where it was.
LONGEST_JUMP_SECONDS = int(LONGEST_SECONDS)


def read_source(path: Path, at: float = 0.0) -> list[str]:
    """Arguments that make the file the next input, from the second `at` of its clock.

    It is read from the nearest key picture before that second.
    """
    trust = f"-protocol_whitelist file -format_whitelist {CONTAINERS}"
    look = f"-analyzeduration {LOOK_SECONDS * 1_000_000} -probesize {LOOK_BYTES}"
    clock = f"-dts_delta_threshold {LONGEST_JUMP_SECONDS}"
    place = f"-noaccurate_seek -ss {at:.3f}" if at > 0 else ""
    options = f"{clock} {trust} {look} {place}"
    return [*options.split(), "-i", f"file:{path}"]


def read_beside(track: int) -> list[str]:
    """An output that nobody keeps: the track is read for the clock, and not decoded."""
    return ["-map", f"0:{track}", "-c", "copy", "-f", "null", "-"]
