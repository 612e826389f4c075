"""Seats that staff change, on the fakes of enrollment, and a rule written apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from enrollment.domain.seat_book import SeatBook
from enrollment.domain.seat_plan import SeatPlan
from enrollment.usecases.change_seats import ChangeSeats

from tests.unit.enrollment.changes_world import FakePlaces
from tests.unit.enrollment.world import World

STAFF = "account-of-staff"


def a_plan(capacity: int, quotas: Mapping[str, int] | None = None) -> SeatPlan:
    """A plan of these seats."""
    return SeatPlan(capacity, tuple((quotas or {}).items()))


class SeatsWorld(World):
    """One enrollment in memory whose staff change the seats of class c1."""

    def __init__(
        self,
        *books: SeatBook,
        seed: int = 0,
        dying: float = 0.0,
        switching: float = 0.0,
    ) -> None:
        super().__init__(*books, seed=seed, dying=dying, switching=switching)
        self.places = FakePlaces(self.books, self.enrolments, self.people)
        self.change_seats = ChangeSeats(
            self.books,
            self.places,
            self.branches,
            self.catalog,
            self.seats,
            self.audit,
        )

    def change(
        self,
        capacity: int,
        quotas: Mapping[str, int] | None = None,
        seen: int | None = None,
    ) -> SeatBook:
        """Staff change the seats."""
        return self.change_seats(STAFF, "c1", a_plan(capacity, quotas), seen)


@dataclass
class NaiveSeats:
    """The rules of seats as one would tell them: every question counts all people anew.

    People are in the order of asking, each with a branch path and whether seated.
    """

    capacity: int
    quotas: dict[str, int]
    people: dict[str, tuple[Sequence[str], bool]] = field(default_factory=dict)

    def count_seated(self, branch: str = "") -> int:
        """How many have seats: all, or those of a branch and below it."""
        return sum(
            seated and (not branch or branch in line)
            for line, seated in self.people.values()
        )

    def may_sit(self, line: Sequence[str]) -> bool:
        """Whether there is a seat for somebody of this branch path."""
        full = [
            branch
            for branch, cap in self.quotas.items()
            if branch in line and self.count_seated(branch) >= cap
        ]
        return self.count_seated() < self.capacity and not full

    def ask(self, person: str, line: Sequence[str]) -> None:
        """Somebody comes last."""
        self.people[person] = (line, self.may_sit(line))

    def leave(self, person: str) -> None:
        """Somebody goes, and others move up."""
        del self.people[person]
        self.move_up()

    def plan(self, capacity: int, quotas: dict[str, int]) -> bool:
        """Other seats; False where they are fewer than people sit on."""
        if capacity < self.count_seated():
            return False
        if any(cap < self.count_seated(branch) for branch, cap in quotas.items()):
            return False
        self.capacity, self.quotas = capacity, quotas
        self.move_up()
        return True

    def move_up(self) -> None:
        """Who came first and may sit, sits."""
        for person, (line, seated) in self.people.items():
            if not seated and self.may_sit(line):
                self.people[person] = (line, True)
