"""/hours/E and /people/P/hours: why hours stand, and staff who correct them."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post
from contracts.http.learning import (
    ExplanationOut,
    HoursAdditionIn,
    HoursCorrectionIn,
    HoursEntryOut,
    HoursOut,
    HoursQuery,
)

from learning.api.hours_shown import show_entry, show_explanation, show_year
from learning.domain.corrections import Change
from learning.domain.hours import ZONE
from learning.usecases.correct_hours import CorrectHours
from learning.usecases.explain_hours import explain_hours


class HoursRoutes(Routes):
    """Routes for hours: why they stand, and staff who correct them."""

    name = "hours"

    def __init__(self, correct: CorrectHours) -> None:
        self.correct = correct

    @get("/hours/<entry_id>")
    @require_roles("trainee")
    def explain_own(self, entry_id: str) -> ExplanationOut:
        """Why an hours entry of the person who asks stands."""
        own = self.correct.groups.find_group(current_caller().person)
        found = explain_hours(
            self.correct.ledger, self.correct.projections, own, entry_id
        )
        return show_explanation(found)

    @get("/people/<person_id>/hours")
    @require_roles("staff")
    def show_hours_of(self, person_id: str, asked: HoursQuery) -> HoursOut:
        """The hours of a person in a year; of who is not known there are none."""
        year = asked.year or self.correct.now().astimezone(ZONE).year
        group = self.correct.groups.find_group(person_id)
        return show_year(self.correct.ledger, group, year, is_for_staff=True)

    @get("/people/<person_id>/hours/<entry_id>")
    @require_roles("staff")
    def explain_of(self, person_id: str, entry_id: str) -> ExplanationOut:
        """Why an hours entry of a person stands."""
        group = self.correct.groups.find_group(person_id)
        found = explain_hours(
            self.correct.ledger, self.correct.projections, group, entry_id
        )
        return show_explanation(found, is_for_staff=True)

    @post("/people/<person_id>/hours", status=201)
    @require_roles("staff")
    @idempotent
    def post_addition(self, person_id: str, asked: HoursAdditionIn) -> HoursEntryOut:
        """Add hours that were earned elsewhere; the person is told."""
        change = Change(asked.quarters, asked.reason, _who_asks(), asked.seen)
        added = self.correct.add_hours(person_id, asked.title, asked.year, change)
        return show_entry(added, is_for_staff=True)

    @post("/people/<person_id>/hours/<entry_id>/corrections", status=201)
    @require_roles("staff")
    @idempotent
    def post_correction(
        self, person_id: str, entry_id: str, asked: HoursCorrectionIn
    ) -> HoursEntryOut:
        """Add to an entry or take away from it, by an entry behind it; the person is
        told. With `undoes` an earlier correction is taken back the same way."""
        change = Change(asked.quarters, asked.reason, _who_asks(), asked.seen)
        if asked.undoes:
            added = self.correct.undo_correction(person_id, asked.undoes, change)
        else:
            added = self.correct.correct_entry(person_id, entry_id, change)
        return show_entry(added, is_for_staff=True)


def _who_asks() -> str:
    """The account that an entry names."""
    return current_caller().account
