"""Workbooks to fetch: an empty roster, and a roster with its outcomes."""

from collections.abc import Iterator
from urllib.parse import quote

from chassis.http.routing import Routes, get
from contracts.http.rosters import RosterRowOut, RowsQuery
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.identity.account import OFFICER
from gateway.pages.officer.roster_view import view_row
from gateway.pages.page_client import page_services
from gateway.pages.role_guard import for_role
from gateway.roster_files.roster_workbooks import (
    WORKBOOK_TYPE,
    ResultRow,
    write_result,
    write_template,
)
from gateway.texts.language import gettext, page_language

ROWS_SECONDS = 60.0
"""The largest roster is 25 pages of rows."""
ROWS_AT_ONCE = 2000
"""As many as enrollment answers: some MB in hand while they are written down."""
SENT_FIELDS = ("name", "member_no", "phone", "class_id", "email", "branch_id")


class RosterResultPages(Routes):
    """Workbooks of rosters."""

    name = "roster_results"

    @get("/rosters/template.xlsx")
    @for_role(OFFICER)
    def download_template(self) -> Response:
        content = write_template(page_language() == "zh", gettext)
        return _answer_workbook(content, "roster")

    @get("/rosters/<branch>/<roster>/result.xlsx")
    @for_role(OFFICER)
    def download_result(self, branch: str, roster: str) -> Response:
        """All rows, or those alone that need something; it can be sent again."""
        services = page_services(ROWS_SECONDS)
        about = services.enrollment.show_roster(branch, roster)
        needing = "needing" in request.args
        rows = _find_rows(services, branch, roster, needing)
        content = write_result(
            (_result_of(row, about.dry_run) for row in rows),
            page_language() == "zh",
            gettext,
        )
        return _answer_workbook(content, about.name or roster)


def _find_rows(
    services: PageServices, branch: str, roster: str, needing: bool
) -> Iterator[RosterRowOut]:
    after = ""
    while True:
        asked = RowsQuery(after=after, limit=ROWS_AT_ONCE, needing=needing)
        page = services.enrollment.list_rows(branch, roster, asked)
        yield from page.items
        after = page.next
        if not after:
            return


def _result_of(row: RosterRowOut, is_trial: bool) -> ResultRow:
    view = view_row(row, is_trial)
    fields = {name: getattr(row, name) for name in SENT_FIELDS}
    return ResultRow(row.row, fields, view.text, view.detail)


def _answer_workbook(content: bytes, name: str) -> Response:
    answered = Response(content, content_type=WORKBOOK_TYPE)
    named = f"filename=\"roster.xlsx\"; filename*=UTF-8''{quote(name, safe='')}.xlsx"
    answered.headers["Content-Disposition"] = f"attachment; {named}"
    return answered
