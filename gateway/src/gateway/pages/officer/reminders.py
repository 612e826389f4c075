"""Reminding people of a class: whoever may see them asks, each is told once a day.

A page that selects people posts here: `POST /classes/ID/reminders` with `person`, once
for each of at most 500, and `once`, the id of its form. The answer is a page.
"""

from dataclasses import dataclass

from chassis.http.routing import Routes, post
from contracts.http.catalog import ClassOut
from contracts.http.reminders import RemindersIn, RemindersOut, UnfinishedIn
from flask import Response

from gateway.clients.reminders import ReminderSender
from gateway.forms.people import RemindersForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.language import gettext

PAGE = "officer/reminders.html"
OVER = "over"


@dataclass(frozen=True)
class RemindersView:
    """What became of a request to remind, and where to go on; `person_id` if it was
    about one."""

    class_id: str
    title: str
    lines: list[str]
    is_done: bool
    person_id: str


class ReminderPages(Routes):
    """The page that says who was reminded."""

    name = "reminder_pages"

    def __init__(self, sender: ReminderSender) -> None:
        self.sender = sender

    @post("/classes/<class_id>/reminders")
    @for_role(OFFICER, STAFF)
    def remind_people(self, class_id: str) -> Response:
        """Those are reminded whom the visitor sees and who have not finished."""
        services, form = page_services(), RemindersForm.of_request()
        class_ = services.catalog.show_class(class_id)
        people = list(dict.fromkeys(form.person.data or []))
        if not form.is_sent():
            return _render_reminders(class_, people, form, [], 422)
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
                form.once_key,
            )
        return _render_reminders(class_, people, form, view_lines(told, len(people)))


def can_remind(class_: ClassOut) -> bool:
    """Whether it makes sense to remind people of this class."""
    return class_.state != OVER


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
    view = RemindersView(class_.id, class_.title, lines, status == 200, person)
    return render_page(PAGE, status, view=view, form=form)
