"""The tracks of a file as ffmpeg prints them when it opens one."""

import re

from media.domain.tracks import Track

# `  Stream #0:1[0x101](eng): Audio: aac (LC) (mp4a / 0x…), 44100 Hz, … (default)`;
# of a group of tracks (with their time codes) it stands deeper in
STREAM = re.compile(
    r" +Stream #0:(?P<number>\d+)(?:\[\w+\])?(?:\((?P<language>\w+)\))?: "
    r"(?P<kind>\w+): (?P<coding>[\w.]+)(?P<rest>.*)"
)
SIDES = re.compile(r", (\d+)x(\d+)")
MARKS = re.compile(r"(?: \([a-z -]+\))+$")
SILENT_LANGUAGES = {"und", "unk", "mis"}
# pictures that stand beside a film: covers, thumbnails, posters
BESIDE = ("attached pic", "timed thumbnails", "still image")


class Header:
    """Collects the tracks from the lines of complaint of one opening."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []

    def take_line(self, line: str) -> None:
        """Take a line of standard error."""
        match = STREAM.match(line)
        if match is None:
            return
        rest = match["rest"]
        marks = MARKS.search(rest)
        marked = marks.group() if marks else ""
        sides = SIDES.search(rest)
        language = match["language"] or ""
        self.tracks.append(
            Track(
                number=int(match["number"]),
                kind=match["kind"].lower(),
                coding="" if match["coding"] == "none" else match["coding"],
                language="" if language in SILENT_LANGUAGES else language,
                is_default="(default)" in marked,
                is_beside=any(f"({mark})" in marked for mark in BESIDE),
                pixels=int(sides[1]) * int(sides[2]) if sides else 0,
            )
        )
