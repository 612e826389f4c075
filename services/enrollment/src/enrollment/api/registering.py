"""/branches/{branch}/people: people are registered who need no class."""

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.routing import Routes, put
from chassis.ids import new_id
from contracts.http.registering import PeopleIn, PersonOutcomeOut, RegisteredPeopleOut

from enrollment.domain.errors import RowsRefused
from enrollment.domain.roster import Row
from enrollment.domain.roster_message import read_rows
from enrollment.usecases.create_branch import require_within
from enrollment.usecases.ports import Branches
from enrollment.usecases.register_people import RegisterPeople


class RegisteringRoutes(Routes):
    """Routes for registering people."""

    name = "registering"

    def __init__(self, branches: Branches, register: RegisterPeople) -> None:
        self.branches, self.register = branches, register

    @put("/branches/<branch>/people")
    @require_roles("officer", "staff")
    def put_people(self, branch: str, asked: PeopleIn) -> RegisteredPeopleOut:
        """People of a branch, or below it, are registered; again changes nothing."""
        require_within(self.branches, branch, current_scope())
        rows = read_rows(asked.rows)
        _require_no_class(rows)
        who = current_caller()
        outcomes = self.register(
            branch, rows, new_id(), who.account or who.branch, dry_run=asked.dry_run
        )
        return RegisteredPeopleOut(
            dry_run=asked.dry_run,
            rows=[PersonOutcomeOut.of(outcome) for outcome in outcomes],
        )


def _require_no_class(rows: tuple[Row, ...]) -> None:
    """Raises RowsRefused: who names a class would wait for a seat in vain."""
    for place, row in enumerate(rows):
        if row.class_id:
            raise RowsRefused(f"rows/{place}/class_id", "row-field-unknown")
