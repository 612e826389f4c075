"""Domain events of media, past tense, frozen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LectureUploaded:
    """A file arrived whole and is a lecture."""

    lecture_id: str
    edition: int
    seconds: float
    bytes: int


@dataclass(frozen=True)
class TranscodeProgressed:
    """An edition is transcoded so far."""

    lecture_id: str
    edition: int
    percent: int


@dataclass(frozen=True)
class LectureReady:
    """A lecture's edition can be watched."""

    lecture_id: str
    edition: int
    seconds: float
    renditions: tuple[str, ...]


@dataclass(frozen=True)
class LectureFailed:
    """A lecture's edition cannot be watched, and why."""

    lecture_id: str
    edition: int
    reason: str


@dataclass(frozen=True)
class WatchProgressed:
    """A person has watched a further quarter."""

    person_id: str
    lecture_id: str
    edition: int
    percent: int


@dataclass(frozen=True)
class WatchCompleted:
    """A person has watched the lecture."""

    person_id: str
    lecture_id: str
    edition: int
    seconds: float
