"""The audit logs of all services as one list, for operators."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chassis.audit.entry import AuditEntry, AuditQuery
from chassis.clock import COLLEGE_ZONE
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get
from chassis.operations.console import EventConsole
from chassis.operations.operations import each_of
from flask import Response, request

from gateway.clients.everywhere import Everywhere
from gateway.forms.audit import AuditForm
from gateway.identity.account import OPERATOR
from gateway.pages.components.paging import build_pages
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, render_page
from gateway.pages.role_guard import for_role
from gateway.texts.audit import AUDITED, DETAILS
from gateway.texts.language import gettext
from gateway.texts.services import SERVICES

PAGE_ENTRIES = 50
Names = Callable[[list[str]], Mapping[str, str]]
"""The names of accounts by their ids, as far as there are any."""


@dataclass(frozen=True)
class EntryView:
    """An entry as it is shown: its service and number name it."""

    service: str
    number: int
    at: datetime.datetime
    who: str
    who_name: str
    action: str
    subject: str
    reason: str
    details: list[tuple[str, str]]


class AuditPages(Routes):
    """Pages of the audit log."""

    name = "audit"

    def __init__(self, find_names: Names) -> None:
        self.find_names = find_names

    @get("/audit")
    @for_role(OPERATOR)
    def show_audit(self) -> Response:
        """What was done to people, accounts and rights, latest first."""
        form, operations = AuditForm.of_request(), Everywhere(page_services())
        form.offer_actions()
        asked = AuditQuery(
            who=form.who.data or "",
            subject=form.subject.data or "",
            action=form.action.data or "",
            since=_begin_of(form.first.data or ""),
            before=_find_end(form.last.data or "", request.args.get("after", "")),
            limit=PAGE_ENTRIES + 1,
        )
        rows = each_of(operations.ask_all(EventConsole.find_entries, asked))
        rows.sort(key=lambda row: row[1].at, reverse=True)
        shown = rows[:PAGE_ENTRIES]
        more = shown[-1][1].at if len(rows) > len(shown) else ""
        return render_page(
            f"operator/audit/{'found' if is_part() else 'list'}.html",
            form=form,
            entries=self._view_entries(shown),
            pages=build_pages("/audit", request.args, more),
            away=sorted(operations.away),
        )

    def _view_entries(self, rows: list[tuple[str, AuditEntry]]) -> list[EntryView]:
        names = self.find_names([entry.who for _, entry in rows])
        return [_view_entry(service, entry, names) for service, entry in rows]


def _view_entry(service: str, entry: AuditEntry, names: Mapping[str, str]) -> EntryView:
    details = [
        (gettext(DETAILS[name]) if name in DETAILS else name, value)
        for name, value in sorted(entry.details.items())
    ]
    action, acting = AUDITED.get(entry.action), SERVICES.get(entry.who)
    return EntryView(
        service,
        entry.number,
        datetime.datetime.fromisoformat(entry.at),
        entry.who,
        gettext(acting) if acting else names.get(entry.who, ""),
        gettext(action) if action else entry.action,
        entry.subject,
        entry.reason,
        details,
    )


def _find_end(last: str, cursor: str) -> str:
    """Before which moment: where the page before ended, or the last day. Raises
    Problem 422."""
    ends = [_begin_of(last, 1), cursor[:200]]
    return min((end for end in ends if end), default="")


def _begin_of(day: str, days: int = 0) -> str:
    """The moment when a day of the college begins, or one some `days` later, as entries
    have moments; empty for no day. Raises Problem 422."""
    if not day:
        return ""
    try:
        date = datetime.date.fromisoformat(day) + datetime.timedelta(days)
        begins = datetime.datetime.combine(date, datetime.time(), COLLEGE_ZONE)
        moment = begins.astimezone(datetime.UTC)
    except (ValueError, OverflowError) as error:
        raise Problem(422, "query-refused", "There is no such day.") from error
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
