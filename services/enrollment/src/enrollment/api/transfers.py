"""/people/{person}/transfers: leaving a branch, joining another, returning."""

from chassis.http.auth import current_scope, require_roles
from chassis.http.routing import Routes, post
from contracts.http.enrollment import PersonOut
from contracts.http.people import TransferIn

from enrollment.api.people import current_corrector
from enrollment.api.people_shown import show_person
from enrollment.usecases.find_people import list_within
from enrollment.usecases.ports import Branches, People
from enrollment.usecases.transfer_member import Transfer, TransferMember


class TransferRoutes(Routes):
    """Routes for who moves between branches."""

    name = "transfers"

    def __init__(
        self, branches: Branches, people: People, transfer: TransferMember
    ) -> None:
        self.branches, self.people, self.transfer = branches, people, transfer

    @post("/people/<person_id>/transfers")
    @require_roles("officer", "staff")
    def post_transfer(self, person_id: str, asked: TransferIn) -> PersonOut:
        """From a day on another branch holds the person, or none; without memberships
        where the caller no longer sees any."""
        wanted = Transfer(asked.leaves, asked.joins, asked.member_no, asked.day)
        self.transfer(current_corrector(), person_id, wanted)
        seen = list_within(self.branches, self.people, current_scope(), [person_id])
        if seen:
            return show_person(*seen[0])
        person = self.people.find_by_ids([person_id])[person_id]
        return show_person(person, [])
