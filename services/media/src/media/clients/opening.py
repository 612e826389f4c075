"""How an untrusted file is opened: the same way for looking and for encoding.

Both must see the same clock, or what is made does not have the length that was found.
"""

from pathlib import Path

from media.domain.lecture import LONGEST_SECONDS

FAMILIES = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,asf,flv"
"""Files with everything inside: no playlist, no list of other files."""
LOOK_SECONDS, LOOK_BYTES = 30, 64 << 20
"""How far is read to know all tracks: the sound of a stream may begin later."""
LONGEST_PAUSE_SECONDS = int(LONGEST_SECONDS)
"""The clock of a stream that jumps forward is believed up to here, as that of any other
container: where it is not (the program's own limit is 10 s) the pause is left out of
the sound, and not out of pictures that are not in the order of their packets. One that
goes back was set anew, and looks as if it had jumped by nearly the 26.5 h after which
such clocks begin again: there the program goes on from where it was."""


def opening_options(source: Path, at: float = 0.0) -> list[str]:
    """The options that open a source, to come before those of what is made.

    From the second `at` of its clock, or rather from the key picture before it.
    """
    place = ["-noaccurate_seek", "-ss", f"{at:.3f}"] if at > 0 else []
    return [
        "-nostdin", "-hide_banner",
        "-dts_delta_threshold", str(LONGEST_PAUSE_SECONDS),
        "-protocol_whitelist", "file", "-format_whitelist", FAMILIES,
        "-analyzeduration", str(LOOK_SECONDS * 1_000_000),
        "-probesize", str(LOOK_BYTES), *place, "-i", f"file:{source}",
    ]  # fmt: skip
