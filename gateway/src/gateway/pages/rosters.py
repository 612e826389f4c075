"""Rosters: send a file, watch every row's outcome arrive, fetch the result."""

import csv
import heapq
import io
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from chassis.http.bodies import LARGE, takes
from chassis.http.problem import Problem
from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from gateway.api.visitors import visitor
from gateway.clients.services import Asking, Question
from gateway.forms.roster_faults import RosterUnreadable
from gateway.forms.roster_file import (
    HEADS,
    NAMED_SUMS,
    Notes,
    RosterFile,
    guarded,
    read_roster,
)
from gateway.identity.account import OFFICER
from gateway.pages.frame import asking, for_role, gettext, is_part, language, page, see
from gateway.pages.home import listed
from gateway.pages.words import OUTCOMES, REASONS, REFUSALS, ROW_NOTES, TRIAL_OUTCOMES
from gateway.texts import N_

SHOWN_ROWS, SENT_BEFORE_SECONDS = 500, 5.0
ROWS_SECONDS = 20.0
"""The rows of the largest roster are some 12 MB; whether enrollment answers at all is
known before they are asked for."""
NAMED_HEADS, LONGEST_HEAD = 12, 30
NO_ADDRESS = "email-invalid"


def blueprint() -> Blueprint:
    """Pages for rosters."""
    bp = Blueprint("rosters", __name__)

    @bp.get("/rosters")
    @for_role(OFFICER)
    def rosters() -> Response:
        return page("rosters/list.html", **_choices(asking()))

    @bp.post("/rosters")
    @for_role(OFFICER)
    @takes(LARGE)
    def send() -> Response:
        ask = asking()
        branch = request.form.get("branch") or _own_branch()
        try:
            sent = request.files.get("file")
            if sent is None or not sent.filename:
                raise RosterUnreadable("file-missing")
            roster = read_roster(sent.read(), request.form.get("class_id", ""))
        except RosterUnreadable as fault:
            return page(
                "rosters/list.html", 422, fault=fault.text(gettext), **_choices(ask)
            )
        dry_run = "dry_run" in request.form
        is_anew = dry_run or "anew" in request.form
        named = roster.anew(dry_run) if is_anew else roster
        try:
            is_before = _send(ask, branch, named, dry_run)
        except Problem as problem:
            if problem.status != 503:
                raise
            why = REFUSALS["roster-interrupted"]
            words = _choices(asking())
            return page("rosters/list.html", 503, fault=gettext(why), **words)
        said = _said(roster.notes) | ({"before": "1"} if is_before else {})
        query = f"?{urlencode(said, doseq=True)}" if said else ""
        return see(f"/rosters/{branch}/{named.id}{query}")

    @bp.get("/rosters/template.csv")
    @for_role(OFFICER)
    def template() -> Response:
        is_chinese = language() == "zh"
        heads = ",".join(h[0] if is_chinese else name for name, h in HEADS.items())
        return _download(f"{heads}\r\n", "roster.csv")

    @bp.get("/rosters/<branch>/<roster>")
    @for_role(OFFICER)
    def show(branch: str, roster: str) -> Response:
        words = _roster(asking(), branch, roster)
        if is_part():
            return page("rosters/outcomes.html", **words)
        words |= {"before": "before" in request.args, "notes": _heard(request.args)}
        return page("rosters/show.html", **words)

    @bp.get("/rosters/<branch>/<roster>/result.csv")
    @for_role(OFFICER)
    def result(branch: str, roster: str) -> Response:
        rows = list(_rows(asking(ROWS_SECONDS), branch, roster))
        if not rows:
            raise _unknown_roster()
        out = io.StringIO(newline="")
        table = csv.writer(out)
        table.writerow(
            gettext(head) for head in ("行", "姓名", "会员号", "结果", "怎么办")
        )
        for row in rows:
            cells = [row["name"], row["member_no"], row["text"], row["detail"]]
            table.writerow([row["row"], *(guarded(cell) for cell in cells)])
        return _download(out.getvalue(), f"roster-{roster}.csv")

    return bp


def _send(ask: Asking, branch: str, roster: RosterFile, dry_run: bool) -> bool:
    """Send all chunks; whether the roster was sent before. Raises Problem."""
    is_before = False
    for key, rows in roster.chunks():
        chunk = {"roster_id": roster.id, "rows": rows, "dry_run": dry_run}
        path = ("branches", branch, "chunks", key)
        kept = ask.ask("enrollment", "PUT", path, dict[str, Any], body=chunk)
        is_before |= kept["received"] < time.time() - SENT_BEFORE_SECONDS
    return is_before


def _said(notes: Notes) -> dict[str, list[str]]:
    """What was passed over in reading, as the query of the page that says so."""
    heads = [head[:LONGEST_HEAD] for head in notes.ignored[:NAMED_HEADS]]
    said = {
        "ignored": heads,
        "sum": [str(row) for row in notes.sums],
        "empty": [str(notes.empty)] if notes.empty else [],
    }
    return {name: values for name, values in said.items() if values}


def _heard(query: MultiDict[str, str]) -> dict[str, list[str]]:
    """What was passed over, from the query of the page."""
    rows = [row for row in query.getlist("sum") if row.isdecimal()]
    empty = [count for count in query.getlist("empty") if count.isdecimal()]
    heads = [head[:LONGEST_HEAD] for head in query.getlist("ignored")[:NAMED_HEADS]]
    return {"ignored": heads, "sums": rows[:NAMED_SUMS], "empty": empty[:1]}


def _own_branch() -> str:
    account = visitor().account
    return account.branch_id if account else ""


def _choices(ask: Asking) -> dict[str, Any]:
    parts = ask.parts(
        branches=Question.of("enrollment", "branches"),
        rosters=Question.of("enrollment", "rosters", limit="20"),
        classes=Question.of("catalog", "classes", limit="100"),
    )
    return parts | {
        "classes": listed(parts["classes"]),
        "own_branch": _own_branch(),
    }


def _unknown_roster() -> Problem:
    return Problem(404, "not-found", "没有这份名册：请从名册页重新打开")


def _roster(ask: Asking, branch: str, roster: str) -> dict[str, Any]:
    """How far a roster is, and its first rows, those that need something before all.

    A large one shows its rows once all have their outcomes: an open page asks again
    and again.
    """
    chunks = ask.many("enrollment", *_path(branch, roster), progress="true")
    if not chunks:
        raise _unknown_roster()
    counts = Counter(dict.fromkeys(OUTCOMES, 0))
    for chunk in chunks:
        counts.update(chunk["outcomes"])
    total, decided = sum(chunk["count"] for chunk in chunks), counts.total()
    is_done = decided == total
    shows_rows = is_done or total <= SHOWN_ROWS
    rows = _rows(asking(ROWS_SECONDS), branch, roster) if shows_rows else ()
    return {
        "branch": branch,
        "roster": roster,
        "dry_run": chunks[0]["dry_run"],
        "rows": heapq.nsmallest(SHOWN_ROWS, rows, key=_urgency),
        "shows_rows": shows_rows,
        "uninvited": sum(chunk["notes"].get(NO_ADDRESS, 0) for chunk in chunks),
        "counts": counts,
        "total": total,
        "decided": decided,
        "percent": 100 * decided // max(1, total),
        "is_done": is_done,
    }


def _path(branch: str, roster: str) -> tuple[str, ...]:
    return ("branches", branch, "rosters", roster)


def _urgency(row: dict[str, Any]) -> tuple[bool, bool, int]:
    return row["outcome"] != "rejected", not row["detail"], row["row"]


def _rows(ask: Asking, branch: str, roster: str) -> Iterator[dict[str, Any]]:
    """All rows of a roster with their outcomes."""
    for chunk in ask.many("enrollment", *_path(branch, roster)):
        yield from _rows_of(chunk)


def _rows_of(chunk: dict[str, Any]) -> Iterator[dict[str, Any]]:
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
            "detail": _detail(outcome),
        }
        yield row | outcome | about


def _detail(outcome: dict[str, Any]) -> str:
    """Why a row was not taken and what to do, or what to know of one that was."""
    reason = outcome.get("reason", "")
    said = [
        gettext(REASONS[reason]) if reason in REASONS else outcome.get("detail", "")
    ]
    said += [gettext(ROW_NOTES[n]) for n in outcome.get("notes", ()) if n in ROW_NOTES]
    return gettext(N_("；")).join(text for text in said if text)


def _download(text: str, name: str) -> Response:
    content = b"\xef\xbb\xbf" + text.encode()
    answered = Response(content, content_type="text/csv; charset=utf-8")
    answered.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answered
