"""Rosters: send a file, watch every row's outcome arrive, fetch the result."""

import csv
import heapq
import io
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from chassis.http.body_limits import LARGE, limit_body
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, route
from contracts.http.enrollment import BranchesQuery
from flask import Response, request
from werkzeug.datastructures import MultiDict

from gateway.api.request_visitor import current_visitor
from gateway.clients.parts import Unavailable
from gateway.clients.services import PageClient, Question
from gateway.forms.rosters import RosterForm
from gateway.identity.account import OFFICER
from gateway.pages.course_system import classes_of_page, rosters_of_page
from gateway.pages.page_client import page_client, page_services
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import (
    NAMED_SUMS,
    ReadingNotes,
    RosterFile,
    guard_formula,
    read_roster,
)
from gateway.roster_files.roster_workbooks import WORKBOOK_TYPE, write_template
from gateway.texts import N_
from gateway.texts.language import gettext, page_language, translate_refusal
from gateway.texts.rosters import OUTCOMES, REASONS, ROW_NOTES, TRIAL_OUTCOMES

SHOWN_ROWS = 500
"""Beyond this a browser is slow to show a table that nobody reads to its end."""
SENT_BEFORE_SECONDS = 5.0
"""A chunk received earlier than this before its receipt was there already."""
ROWS_SECONDS = 20.0
"""The rows of the largest roster are some 12 MB; whether enrollment answers at all is
known before they are asked for."""
NAMED_HEADS, LONGEST_HEAD = 12, 30
"""Of ignored columns: they travel in the address of a page, which must stay short."""
MOST_BRANCHES = 500
"""A list to pick from; a larger one wants a search."""
NO_ADDRESS = "email-invalid"


class RosterPages(Routes):
    """Pages for rosters."""

    name = "rosters"

    @route("/rosters", "GET", "POST")
    @for_role(OFFICER)
    @limit_body(LARGE)
    def send_roster(self) -> Response:
        """The form; a roster that can be read is sent on, and its page follows."""
        form = RosterForm.of_request()
        if not form.is_sent():
            return _render_form(form)
        branch = form.branch.data or _own_branch()
        try:
            roster = read_roster(_read_file(form), form.class_id.data or "")
        except RosterUnreadable as fault:
            form.refuse(fault.translated_text(gettext), "file")
            return _render_form(form, 422)
        dry_run = bool(form.dry_run.data)
        is_anew = dry_run or bool(form.anew.data)
        named = roster.with_fresh_id(dry_run) if is_anew else roster
        try:
            is_before = _send_chunks(page_client(), branch, named, dry_run)
        except Problem as problem:
            if problem.status != 503:
                raise
            form.refuse(translate_refusal("roster-interrupted", ""))
            return _render_form(form, 503)
        notes = _notes_to_query(roster.notes) | ({"before": "1"} if is_before else {})
        query = f"?{urlencode(notes, doseq=True)}" if notes else ""
        return redirect_to(f"/rosters/{branch}/{named.id}{query}")

    @get("/rosters/template.xlsx")
    @for_role(OFFICER)
    def download_template(self) -> Response:
        content = write_template(page_language() == "zh", gettext)
        answered = Response(content, content_type=WORKBOOK_TYPE)
        answered.headers["Content-Disposition"] = 'attachment; filename="roster.xlsx"'
        return answered

    @get("/rosters/<branch>/<roster>")
    @for_role(OFFICER)
    def show_roster(self, branch: str, roster: str) -> Response:
        context = _read_roster(page_client(), branch, roster)
        if is_part():
            return render_page("officer/rosters/outcomes.html", **context)
        context |= {
            "before": "before" in request.args,
            "notes": _notes_of_query(request.args),
        }
        return render_page("officer/rosters/show.html", **context)

    @get("/rosters/<branch>/<roster>/result.csv")
    @for_role(OFFICER)
    def download_result(self, branch: str, roster: str) -> Response:
        rows = list(_find_rows(page_client(ROWS_SECONDS), branch, roster))
        if not rows:
            raise _unknown_roster()
        out = io.StringIO(newline="")
        table = csv.writer(out)
        table.writerow(
            gettext(head) for head in ("行", "姓名", "会员号", "结果", "怎么办")
        )
        for row in rows:
            cells = [row["name"], row["member_no"], row["text"], row["detail"]]
            table.writerow([row["row"], *(guard_formula(cell) for cell in cells)])
        return _csv_response(out.getvalue(), f"roster-{roster}.csv")


def _send_chunks(
    client: PageClient, branch: str, roster: RosterFile, dry_run: bool
) -> bool:
    """All chunks are sent; whether the roster was sent before. Raises Problem."""
    is_before = False
    for key, rows in roster.split_into_chunks():
        chunk = {"roster_id": roster.id, "rows": rows, "dry_run": dry_run}
        path = ("branches", branch, "chunks", key)
        receipt = client.call_service(
            "enrollment", "PUT", path, dict[str, Any], body=chunk
        )
        is_before |= receipt["received"] < time.time() - SENT_BEFORE_SECONDS
    return is_before


def _notes_to_query(notes: ReadingNotes) -> dict[str, list[str]]:
    """The reading notes as the query of the page that shows them."""
    heads = [head[:LONGEST_HEAD] for head in notes.ignored[:NAMED_HEADS]]
    others = [name[:LONGEST_HEAD] for name in notes.others[:NAMED_HEADS]]
    query = {
        "sheet": [notes.sheet] if others else [],
        "other": others,
        "hidden": [str(row) for row in notes.hidden],
        "ignored": heads,
        "sum": [str(row) for row in notes.sums],
        "empty": [str(notes.empty)] if notes.empty else [],
    }
    return {name: values for name, values in query.items() if values}


def _notes_of_query(query: MultiDict[str, str]) -> dict[str, list[str]]:
    """The reading notes in the query of the page."""
    rows = [row for row in query.getlist("sum") if row.isdecimal()]
    empty = [count for count in query.getlist("empty") if count.isdecimal()]
    heads = [head[:LONGEST_HEAD] for head in query.getlist("ignored")[:NAMED_HEADS]]
    hidden = [row for row in query.getlist("hidden") if row.isdecimal()]
    return {
        "ignored": heads,
        "sums": rows[:NAMED_SUMS],
        "empty": empty[:1],
        "sheet": [name[:LONGEST_HEAD] for name in query.getlist("sheet")[:1]],
        "others": [name[:LONGEST_HEAD] for name in query.getlist("other")],
        "hidden": hidden[:NAMED_SUMS],
    }


def _own_branch() -> str:
    account = current_visitor().account
    return account.branch_id if account else ""


def _read_file(form: RosterForm) -> bytes:
    """The bytes of the file. Raises RosterUnreadable where none was picked."""
    sent = form.file.data
    if sent is None or not sent.filename:
        raise RosterUnreadable("file-missing")
    content: bytes = sent.read()
    return content


def _render_form(form: RosterForm, status: int = 200) -> Response:
    """The form with what there is to choose, and the rosters sent before."""
    services = page_services()
    asked = services.ask_part(
        services.enrollment.list_branches, BranchesQuery(limit=MOST_BRANCHES)
    )
    parts = page_client().ask_parts(
        rosters=Question.of("enrollment", "rosters", limit="20"),
        classes=Question.of("catalog", "classes", limit="100"),
    )
    classes = classes_of_page(parts["classes"])
    found = asked.get_answer()
    branches = [] if isinstance(found, Unavailable) else found.items
    form.offer_choices(classes, branches, _own_branch())
    context = {
        "form": form,
        "classes": classes,
        "rosters": rosters_of_page(parts["rosters"]),
    }
    return render_page("officer/rosters/list.html", status, **context)


def _unknown_roster() -> Problem:
    return Problem(404, "not-found", "没有这份名册：请从名册页重新打开")


def _read_roster(client: PageClient, branch: str, roster: str) -> dict[str, Any]:
    """A roster's progress and first rows, those before all that need something.

    A large one shows its rows once all have their outcomes: an open page asks again
    and again.
    """
    chunks = client.read_list(
        "enrollment", *_roster_path(branch, roster), progress="true"
    )
    if not chunks:
        raise _unknown_roster()
    counts = Counter(dict.fromkeys(OUTCOMES, 0))
    for chunk in chunks:
        counts.update(chunk["outcomes"])
    total, decided = sum(chunk["count"] for chunk in chunks), counts.total()
    is_done = decided == total
    shows_rows = is_done or total <= SHOWN_ROWS
    rows = _find_rows(page_client(ROWS_SECONDS), branch, roster) if shows_rows else ()
    return {
        "branch": branch,
        "roster": roster,
        "dry_run": chunks[0]["dry_run"],
        "rows": heapq.nsmallest(SHOWN_ROWS, rows, key=_row_urgency),
        "shows_rows": shows_rows,
        "uninvited": sum(chunk["notes"].get(NO_ADDRESS, 0) for chunk in chunks),
        "counts": counts,
        "total": total,
        "decided": decided,
        "percent": 100 * decided // max(1, total),
        "is_done": is_done,
    }


def _roster_path(branch: str, roster: str) -> tuple[str, ...]:
    return ("branches", branch, "rosters", roster, "chunks")


def _row_urgency(row: dict[str, Any]) -> tuple[bool, bool, int]:
    return row["outcome"] != "rejected", not row["detail"], row["row"]


def _find_rows(
    client: PageClient, branch: str, roster: str
) -> Iterator[dict[str, Any]]:
    """All rows of a roster with their outcomes."""
    for chunk in client.read_list("enrollment", *_roster_path(branch, roster)):
        yield from _rows_of_chunk(chunk)


def _rows_of_chunk(chunk: dict[str, Any]) -> Iterator[dict[str, Any]]:
    outcomes = {outcome["row"]: outcome for outcome in chunk["outcomes"]}
    written = {row["row"]: row for row in chunk["rows"]}
    texts = TRIAL_OUTCOMES if chunk["dry_run"] else OUTCOMES
    for number in sorted(written or outcomes):
        outcome = outcomes.get(number, {"outcome": ""})
        row = written.get(number, {"name": "", "member_no": "", "class_id": ""})
        text, tone = texts[outcome["outcome"]]
        about = {
            "row": number,
            "text": gettext(text),
            "tone": tone,
            "detail": _row_detail(outcome),
        }
        yield row | outcome | about


def _row_detail(outcome: dict[str, Any]) -> str:
    """The reason why a row was rejected and what to do, or notes on a taken row."""
    reason = outcome.get("reason", "")
    texts = [
        gettext(REASONS[reason]) if reason in REASONS else outcome.get("detail", "")
    ]
    texts += [gettext(ROW_NOTES[n]) for n in outcome.get("notes", ()) if n in ROW_NOTES]
    return gettext(N_("；")).join(text for text in texts if text)


def _csv_response(text: str, name: str) -> Response:
    content = b"\xef\xbb\xbf" + text.encode()
    answered = Response(content, content_type="text/csv; charset=utf-8")
    answered.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answered
