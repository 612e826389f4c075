"""Notices to a class: staff write one, everybody in the class is told once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from chassis.http.body import FAULT, name_fault
from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.announcements import AnnouncementIn, AnnouncementOut
from flask import Response, request

from gateway.forms.base import apply_problem
from gateway.forms.notices import AnnouncementForm
from gateway.identity.account import STAFF
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.class_lines import PATH, path_of
from gateway.texts import N_
from gateway.texts.language import gettext

Names = Callable[[list[str]], Mapping[str, str]]
"""The names of accounts by their ids, as far as there are any."""


@dataclass(frozen=True)
class AnnouncementView:
    """An announcement as staff see it: who made it, and who was told and has read."""

    title: str
    text: str
    by: str
    at: datetime
    counts: str


class ClassNoticePages(Routes):
    """The page on which a class is told something."""

    name = "class_notices"

    def __init__(self, find_names: Names) -> None:
        self.find_names = find_names

    @route(f"{PATH}/<class_id>/notices", "GET", "POST")
    @for_role(STAFF)
    def send_notice(self, class_id: str) -> Response:
        """What is sent is told everybody who is in the class now."""
        services = page_services()
        class_ = services.catalog.show_class(class_id)
        form = AnnouncementForm(request.form if request.method == "POST" else None)
        status = 200 if request.method == "GET" else 422
        if form.is_sent():
            try:
                services.notify.post_announcement(
                    class_id, _read_form(form), form.once_key
                )
            except Problem as problem:
                if problem.status not in (404, 409, 422, 429, 503):
                    raise
                apply_problem(form, problem, problem.detail)
                status = problem.status
            else:
                return redirect_to(f"{path_of(class_id)}/notices?sent=1")
        made = services.notify.list_announcements(class_id)
        names = self.find_names(sorted({one.by for one in made}))
        return render_page(
            "staff/classes/notices.html",
            status,
            form=form,
            class_title=class_.title,
            class_path=path_of(class_id),
            announcements=view_announcements(made, names),
            is_sent=status == 200 and "sent" in request.args,
        )


def view_announcements(
    made: Sequence[AnnouncementOut], names: Mapping[str, str]
) -> list[AnnouncementView]:
    """What was announced, with counts in words."""
    return [
        AnnouncementView(
            one.title, one.text, names.get(one.by, ""), one.at, _view_counts(one)
        )
        for one in made
    ]


def _view_counts(made: AnnouncementOut) -> str:
    if not made.is_done:
        return gettext(N_("正在告诉大家"))
    return gettext(N_("已告诉 %(people)s 人，%(read)s 人看过")) % {
        "people": made.people,
        "read": made.read,
    }


def _read_form(form: AnnouncementForm) -> AnnouncementIn:
    """What was typed, as the service takes it. Raises Problem 422."""
    typed = {
        "title": form.title.data or "",
        "text": (form.text.data or "").replace("\r\n", "\n").strip(),
        "with_waiting": bool(form.with_waiting.data),
    }
    try:
        return msgspec.convert(typed, AnnouncementIn)
    except msgspec.ValidationError as error:
        raise Problem(422, FAULT, "", **name_fault(error)) from error
