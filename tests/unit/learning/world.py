"""One learning service in memory."""

import datetime
from dataclasses import dataclass, field, replace

from learning.domain.course import Course, Seat, TrainingClass
from learning.domain.make_up import WAIT_SECONDS
from learning.usecases.complete_lecture import Certify, CompleteLecture, Completion
from learning.usecases.follow_courses import follow_courses
from learning.usecases.follow_seats import follow_seats
from learning.usecases.make_up_courses import make_up_courses

from tests.doubles.aliases import groups_of
from tests.doubles.audit import MemoryAudit
from tests.unit.learning.fakes import (
    FakeBranchNames,
    FakeCertificates,
    FakeClock,
    FakeLedger,
    FakeMakeUps,
    FakeNames,
    FakeProjections,
    FakeRecords,
    FakeSeal,
    a_course,
)

SEAT = Seat("c1.p.1", "p", "c1", "k1", True)
LEFT = replace(SEAT, seated=False)
SECOND = Seat("c2.p.1", "p", "c2", "k2", True)
SECRET = b"of learning alone"
HOUR = datetime.timedelta(hours=1)
LEAVING = FakeClock().moment + 2 * HOUR
LEFT_THEN = replace(LEFT, seated_until=LEAVING)


@dataclass
class World:
    """One learning service in memory, with a course of two lectures and its class."""

    projections: FakeProjections = field(default_factory=FakeProjections)
    records: FakeRecords = field(default_factory=FakeRecords)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    certificates: FakeCertificates = field(default_factory=FakeCertificates)
    make_ups: FakeMakeUps = field(default_factory=FakeMakeUps)
    names: FakeNames = field(default_factory=lambda: FakeNames({"p": "张三"}))
    branch_names: FakeBranchNames = field(default_factory=FakeBranchNames)
    clock: FakeClock = field(default_factory=FakeClock)
    leads: dict[str, str] = field(default_factory=dict)
    audit: MemoryAudit = field(default_factory=MemoryAudit)

    def __post_init__(self) -> None:
        self.groups = groups_of(self.leads)
        self.certify = Certify(
            self.projections,
            self.ledger,
            self.certificates,
            FakeSeal(),
            self.names,
            self.branch_names,
            self.clock.now,
            "学院",
            SECRET,
        )
        self.complete = CompleteLecture(
            self.projections, self.records, self.ledger, self.certify, self.groups
        )
        self.projections.put_courses([("k1", 1, a_course("a", "b"))])
        self.projections.put_classes([("c1", 1, TrainingClass("c1", "k1", "财务班"))])

    def watch(self, *lectures: str, seconds: float = 1800, edition: int = 1) -> None:
        for lecture in lectures:
            self.hear("p", lecture, seconds=seconds, edition=edition)

    def hear(
        self,
        person: str,
        lecture: str,
        *,
        seconds: float = 1800,
        edition: int = 1,
        at: datetime.datetime | None = None,
    ) -> None:
        """That a lecture was watched to its end, now or at another moment."""
        moment = at or self.clock.moment
        self.complete(Completion(person, lecture, edition, seconds, moment))

    def follow(self, seat: Seat, version: int = 1) -> None:
        seats = [(seat.id, version, seat)]
        follow_seats(self.projections, self.records, self.complete, seats)

    def publish(self, course: Course) -> None:
        """And make up for it what can be made up now."""
        told = [(course.id, course.edition, course)]
        follow_courses(self.projections, self.make_ups, told)
        self.make_up()

    def make_up(self) -> None:
        while make_up_courses(self.projections, self.make_ups, self.complete):
            pass

    def make_up_later(self) -> None:
        """When those come again whose certificate had to wait."""
        self.make_ups.now += WAIT_SECONDS
        self.make_up()
