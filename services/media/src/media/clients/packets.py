"""When the packets of a file's tracks come, from ffmpeg's `-f framecrc`."""

from collections.abc import Sequence
from fractions import Fraction

from media.domain.errors import NoLecture
from media.domain.timing import MOST_PACKETS, Times
from media.domain.tracks import PICTURE, Track

NO_TIME = -(1 << 63)  # AV_NOPTS_VALUE
KEY, DISCARDED = 1, 4  # of AVPacket; without `F=` a packet is a key packet
CLOCK = "#tb "


class Packets:
    """Collects the times of each mapped track, in the order in which it was mapped."""

    def __init__(self, tracks: Sequence[Track]) -> None:
        self.tracks = tracks
        self.ordered = [Times(is_kept=track.kind == PICTURE) for track in tracks]
        self.left = MOST_PACKETS

    def times_by_track(self) -> dict[int, Times]:
        """The times by track number, of tracks that have anything to show."""
        pairs = zip(self.tracks, self.ordered, strict=True)
        return {track.number: times for track, times in pairs if times.count}

    def take_line(self, line: str) -> None:
        """Take a line of standard output. Raises NoLecture."""
        if line.startswith("#"):
            self._take_clock(line)
            return
        fields = line.split(",")
        if len(fields) < 6:
            return
        self.left -= 1
        if not self.left:
            raise NoLecture("too-many-frames")
        flags = KEY
        if len(fields) > 6 and fields[6].startswith(" F="):
            flags = int(fields[6][3:], 16)
        dts, pts = int(fields[1]), int(fields[2])
        self.ordered[int(fields[0])].add_packet(
            dts if pts == NO_TIME else pts,
            int(fields[3]),
            is_key=bool(flags & KEY),
            is_shown=not flags & DISCARDED,
        )

    def _take_clock(self, line: str) -> None:
        if line.startswith(CLOCK):
            place, _, clock = line.removeprefix(CLOCK).partition(": ")
            self.ordered[int(place)].tick = Fraction(clock)
