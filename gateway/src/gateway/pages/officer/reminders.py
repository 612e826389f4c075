"""Reminding people of a class: whoever may see them asks, each is told once a day.

A page that selects people posts here: `POST /classes/ID/reminders` with `person`, or
`enrolment` where it lists those, once for each of at most 500, and `once`, the id of
its form. The answer is a page.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.http.routing import Routes, post
from contracts.http.catalog import ClassOut
from contracts.http.reminders import RemindersIn, RemindersOut, UnfinishedIn
from flask import Response

from gateway.clients.reminders import ReminderSender
from gateway.forms.people import RemindersForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.officer.participants import LIST_SECONDS
from gateway.pages.officer.participants_read import find_people_of
from gateway.pages.officer.participants_view import can_remind
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.language import gettext

PAGE = "officer/reminders.html"


@dataclass(frozen=True)
class RemindersView:
    """What became of a request to remind, and where to go on; `person_id` if it was
    about one, `is_of_list` if they were picked in the list of the class."""

    class_id: str
    title: str
    lines: list[str]
    is_done: bool
    person_id: str
    is_of_list: bool


class ReminderPages(Routes):
    """The page that says who was reminded."""

    name = "reminder_pages"

    def __init__(self, sender: ReminderSender) -> None:
        self.sender = sender

    @post("/classes/<class_id>/reminders")
    @for_role(OFFICER, STAFF)
    def remind_people(self, class_id: str) -> Response:
        """Those are reminded whom the visitor sees and who have not finished."""
        services, form = page_services(LIST_SECONDS), RemindersForm.of_request()
        class_ = services.catalog.show_class(class_id)
        people = list(dict.fromkeys(form.person.data or []))
        picked = list(dict.fromkeys(form.enrolment.data or []))
        number = len(people) + len(picked)
        if not form.is_sent():
            return _render_reminders(class_, people, form, [], 422)
        if picked:
            people += find_people_of(services, class_id, picked)
        if not can_remind(class_):
            form.refuse(gettext(N_("这个班已经结束：不用再提醒")))
            return _render_reminders(class_, people, form, [], 409)
        asked = UnfinishedIn(person_ids=people)
        found = services.enrollment.find_unfinished(class_id, asked).person_ids
        told = RemindersOut(reminded=[], known=[])
        if found:
            told = self.sender.post_reminders(
                RemindersIn(
                    class_id=class_id, person_ids=found, ends_on=class_.ends_on
                ),
                _key_of(form, found),
            )
        return _render_reminders(class_, people, form, view_lines(told, number))


def _key_of(form: RemindersForm, person_ids: Sequence[str]) -> str:
    """The same form with the same people is one request. A list whose boxes were ticked
    otherwise, after going back to it, is another."""
    if not form.enrolment.data:
        return form.once_key
    digest = hashlib.sha256("\n".join(person_ids).encode()).hexdigest()
    return f"{form.once_key}-{digest}"


def view_lines(told: RemindersOut, asked: int) -> list[str]:
    """What became of so many people, in words; nothing of what there is none of."""
    reminded, known = len(told.reminded), len(told.known)
    counts = (
        (reminded, N_("已提醒 %(n)s 人")),
        (known, N_("%(n)s 人今天已经提醒过，一天只提醒一次")),
        (
            asked - reminded - known,
            N_("%(n)s 人没有提醒：在这个班没有席位、已经结业，或不在本单位之下"),
        ),
    )
    return [gettext(text) % {"n": count} for count, text in counts if count > 0]


def _render_reminders(
    class_: ClassOut,
    people: list[str],
    form: RemindersForm,
    lines: list[str],
    status: int = 200,
) -> Response:
    person = people[0] if len(people) == 1 else ""
    is_of_list = bool(form.enrolment.data)
    view = RemindersView(
        class_.id, class_.title, lines, status == 200, person, is_of_list
    )
    return render_page(PAGE, status, view=view, form=form)
