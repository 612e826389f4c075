"""/person: what is known of the person who asks, and how their name is written."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.editing import Edit
from chassis.http.routing import Routes, get, patch
from chassis.ids import new_id
from contracts.http.enrollment import PersonOut
from contracts.http.people import OwnNameIn

from enrollment.api.people_shown import show_person
from enrollment.usecases.correct_person import Corrector, CorrectPerson, NoScope
from enrollment.usecases.find_people import require_own
from enrollment.usecases.ports import People


class OwnPersonRoutes(Routes):
    """Routes for the person who asks."""

    name = "own_person"

    def __init__(self, people: People, correct: CorrectPerson) -> None:
        self.people, self.correct = people, correct

    def _show_own(self, person_id: str) -> PersonOut:
        person = require_own(self.people, person_id)
        return show_person(person, self.people.find_memberships_of([person.id]))

    @get("/person")
    @require_roles("trainee")
    def show_own(self) -> PersonOut:
        """The person who asks, as their branches know them."""
        return self._show_own(current_caller().person)

    @patch("/person")
    @require_roles("trainee")
    def patch_own(self, asked: OwnNameIn, edit: Edit | None) -> PersonOut:
        """The writing of the own name is corrected; another name is for staff."""
        who = current_caller()
        own = Corrector(who.account, False, NoScope(), new_id(), who.person)
        revision = edit.version if edit else None
        self.correct(own, who.person, {"name": asked.name}, revision)
        return self._show_own(who.person)
