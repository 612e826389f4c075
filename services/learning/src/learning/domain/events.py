"""Domain events of the record, past tense, frozen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LessonCompleted:
    """A person has done a lesson."""

    person_id: str
    course_id: str
    lesson_id: str
    edition: int


@dataclass(frozen=True)
class CourseCompleted:
    """A person has done every lesson of a course."""

    person_id: str
    course_id: str
    title: str
    edition: int
    imported: bool = False


@dataclass(frozen=True)
class HoursCredited:
    """Learning hours, in quarters, were credited."""

    entry_id: str
    person_id: str
    quarters: int
    year: int
    reason: str
    title: str
    imported: bool = False


@dataclass(frozen=True)
class HoursCorrected:
    """Staff added or took away learning hours: of an entry, or as one of their own."""

    entry_id: str
    person_id: str
    quarters: int
    year: int
    corrects: str
    title: str


@dataclass(frozen=True)
class CertificateIssued:
    """A certificate was issued."""

    number: str
    person_id: str
    class_id: str
    title: str
    imported: bool = False


@dataclass(frozen=True)
class CertificateRevoked:
    """A certificate was made void."""

    number: str
    person_id: str
    class_id: str
    title: str
