"""/people/P/…: a person's data in full: shown for a reason, handed out, deleted."""

from chassis.http.auth import (
    current_caller,
    current_scope,
    require_roles,
    require_services,
)
from chassis.http.routing import Routes, get, post
from chassis.people.personal_data import show_value
from contracts.http.enrollment import DeletionIn, UnmaskingIn
from contracts.http.holdings import Holding, HoldingsOut, UnmaskedOut

from enrollment.usecases.delete_person import DeletePerson
from enrollment.usecases.find_holdings import (
    StoredChunkRows,
    StoredKind,
    find_holdings,
)
from enrollment.usecases.ports import Enrolments, People
from enrollment.usecases.unmask_person import Looker, UnmaskPerson


class PersonalDataRoutes(Routes):
    """Routes for the data of one person."""

    name = "personal_data"

    def __init__(
        self,
        people: People,
        enrolments: Enrolments,
        records: StoredChunkRows,
        unmask: UnmaskPerson,
        delete: DeletePerson,
    ) -> None:
        self.people, self.enrolments, self.records = people, enrolments, records
        self.unmask, self.delete = unmask, delete

    @post("/people/<person_id>/unmasking")
    @require_roles("officer", "staff")
    def post_unmasking(self, person_id: str, asked: UnmaskingIn) -> UnmaskedOut:
        """A person's numbers in full, for a reason that the audit log keeps."""
        who = current_caller()
        by = Looker(who.account, who.roles, current_scope())
        person = self.unmask(by, person_id, asked.reason)
        return UnmaskedOut.of(person, person_id=person.id)

    @get("/people/<person_id>/holdings")
    @require_services("gateway")
    def list_holdings(self, person_id: str) -> HoldingsOut:
        """All that is stored here about a person."""
        found = find_holdings(self.people, self.enrolments, self.records, person_id)
        return HoldingsOut(
            holdings=[_show_kind(kind) for kind in found],
            is_forgotten=self.records.is_deleted(person_id),
        )

    @post("/people/<person_id>/deletion")
    @require_services("gateway")
    def post_deletion(self, person_id: str, asked: DeletionIn) -> HoldingsOut:
        """A person is deleted here, and all other services hear of it."""
        self.delete(person_id, asked.asked_by)
        return self.list_holdings(person_id)


def _show_kind(kind: StoredKind) -> Holding:
    rows = [{name: show_value(v) for name, v in row.items()} for row in kind.rows]
    return Holding(kind=kind.kind, rows=rows, stays=kind.stays)
