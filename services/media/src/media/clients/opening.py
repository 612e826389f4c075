"""How an untrusted file is opened: the same way for looking and for encoding.

Both must see the same clock, or what is made does not have the length that was found.
"""

from pathlib import Path

FAMILIES = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,asf,flv"
"""Files with everything inside: no playlist, no list of other files."""
LONGEST_PAUSE_SECONDS = 120
"""A clock of a transport stream that jumps further was set anew; less is a pause of
the recording, kept as long as it was (the program's own default, 10 s, swallows it)."""


def opening_options(source: Path) -> list[str]:
    """The options that open a source, to come before those of what is made."""
    return [
        "-nostdin", "-hide_banner",
        "-dts_delta_threshold", str(LONGEST_PAUSE_SECONDS),
        "-protocol_whitelist", "file", "-format_whitelist", FAMILIES,
        "-i", f"file:{source}",
    ]  # fmt: skip
