"""A rendition as it was made, by its own data."""

from dataclasses import dataclass

LONGEST_SEGMENT = 6.5  # a player plans by the target of 6 s, rounded
TICK = 0.0005  # what rounding to clocks of 1/1000 s and finer can differ by


@dataclass(frozen=True)
class Segment:
    """A segment: what the playlist says of it and what is in it.

    `stated` is the playlist's duration, `starts` and `ends` are the times of its
    pictures or sound, `keys` those of its key pictures; `begins_whole` says whether
    the first thing in it needs nothing before it.
    """

    file: str
    stated: float
    starts: float
    ends: float
    frames: int
    bytes: int
    keys: tuple[float, ...] = ()
    begins_whole: bool = True

    @property
    def rate(self) -> float:
        """Bits per second."""
        return self.bytes * 8 / (self.ends - self.starts)


@dataclass(frozen=True)
class Rendition:
    """A rendition; `frame` is how long one frame of it stands."""

    name: str
    codec: str
    frame: float
    segments: tuple[Segment, ...]
    width: int = 0
    height: int = 0

    @property
    def frame_count(self) -> int:
        """The frames in all segments."""
        return sum(segment.frames for segment in self.segments)

    @property
    def key_times(self) -> list[float]:
        """The times of all key pictures."""
        return [key for segment in self.segments for key in segment.keys]

    @property
    def ends_at(self) -> float:
        """Where the last segment ends."""
        return self.segments[-1].ends if self.segments else 0.0

    @property
    def peak_rate(self) -> int:
        """Bits per second of the dearest segment; a last scrap does not count."""
        whole = [
            segment
            for segment in self.segments
            if segment.ends - segment.starts > SCRAP_SECONDS
        ]
        rates = [segment.rate for segment in whole or self.segments]
        return int(max(rates, default=0.0)) + 1

    @property
    def average_rate(self) -> int:
        """Bits per second of all."""
        bits = sum(segment.bytes for segment in self.segments) * 8
        return int(bits / self.ends_at) + 1 if self.ends_at else 1


SCRAP_SECONDS = 0.5
"""Its header alone would be a rate that no other segment has."""


def faults_in(
    pictures: list[Rendition], sound: Rendition | None, seconds: float, every: int
) -> list[str]:
    """What is wrong with renditions of so many seconds, cut every so many: or []."""
    faults = []
    for rendition in [*pictures, *([sound] if sound else [])]:
        faults += [
            f"{rendition.name}: {fault}"
            for fault in _faults_of(rendition, seconds, every)
        ]
    first = pictures[0]
    for rendition in pictures[1:]:
        frames = rendition.frame_count
        if frames != first.frame_count:
            faults.append(f"{rendition.name}: {frames} frames, not {first.frame_count}")
        if not _is_same(rendition.key_times, first.key_times):
            faults.append(f"{rendition.name}: keys at other times than {first.name}")
    return faults


def _faults_of(rendition: Rendition, seconds: float, every: int) -> list[str]:
    if not rendition.segments:
        return ["no segments"]
    faults = []
    at = 0.0
    for number, segment in enumerate(rendition.segments):
        faults += [
            f"{segment.file}: {fault}" for fault in _faults_at(segment, at, rendition)
        ]
        if abs(segment.starts - every * number) > rendition.frame + TICK:
            faults.append(f"{segment.file}: begins at {segment.starts:.3f}")
        at = segment.ends
    frames, ends_at = rendition.frame_count, rendition.ends_at
    if abs(frames * rendition.frame - ends_at) > rendition.frame:
        faults.append(f"{frames} frames in {ends_at:.3f}")
    if abs(ends_at - seconds) > rendition.frame + TICK:
        faults.append(f"ends at {ends_at:.3f}, not {seconds:.3f}")
    return faults


def _faults_at(segment: Segment, at: float, rendition: Rendition) -> list[str]:
    """The faults of a segment that must begin at a time."""
    took = segment.ends - segment.starts
    checks = (
        (segment.frames == 0, "nothing in it"),
        (
            abs(segment.starts - at) > TICK,
            f"begins at {segment.starts:.4f}, not {at:.4f}",
        ),
        (not segment.begins_whole, "begins with no key picture"),
        (took > LONGEST_SEGMENT, f"{took:.3f} s long"),
        (abs(took - segment.stated) > rendition.frame, f"{segment.stated} s stated"),
    )
    return [fault for wrong, fault in checks if wrong]


def _is_same(times: list[float], others: list[float]) -> bool:
    return len(times) == len(others) and all(
        abs(time - other) <= TICK for time, other in zip(times, others, strict=True)
    )
