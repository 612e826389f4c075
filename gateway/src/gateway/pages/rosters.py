"""Rosters: send a file, watch every row's outcome arrive, fetch the result."""

import csv
import io
import time
from typing import Any

from chassis.http.problem import Problem
from flask import Blueprint, Response, request

from gateway.api.visitors import visitor
from gateway.clients.services import Asking, Question
from gateway.forms.roster_faults import RosterUnreadable
from gateway.forms.roster_file import HEADS, guarded, read_roster
from gateway.identity.account import OFFICER
from gateway.pages.frame import asking, for_role, gettext, is_part, page, see
from gateway.pages.home import listed
from gateway.pages.words import OUTCOMES, REASONS

SHOWN_ROWS, SENT_BEFORE_SECONDS = 500, 5.0


def blueprint() -> Blueprint:
    """Pages for rosters."""
    bp = Blueprint("rosters", __name__)

    @bp.get("/rosters")
    @for_role(OFFICER)
    def rosters() -> Response:
        return page("rosters/list.html", **_choices(asking()))

    @bp.post("/rosters")
    @for_role(OFFICER)
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
        named = roster.anew(dry_run) if dry_run or "anew" in request.form else roster
        before = False
        for key, rows in named.chunks():
            chunk = {"roster_id": named.id, "rows": rows, "dry_run": dry_run}
            path = ("branches", branch, "chunks", key)
            kept = ask.ask("enrollment", "PUT", path, dict[str, Any], body=chunk)
            before = before or kept["received"] < time.time() - SENT_BEFORE_SECONDS
        return see(f"/rosters/{branch}/{named.id}" + ("?before=1" if before else ""))

    @bp.get("/rosters/template.csv")
    @for_role(OFFICER)
    def template() -> Response:
        heads = ",".join(names[0] for names in HEADS.values())
        return _download(f"{heads}\r\n", "roster.csv")

    @bp.get("/rosters/<branch>/<roster>")
    @for_role(OFFICER)
    def show(branch: str, roster: str) -> Response:
        words = _roster(asking(), branch, roster)
        words["before"] = "before" in request.args
        template = "rosters/outcomes.html" if is_part() else "rosters/show.html"
        return page(template, **words)

    @bp.get("/rosters/<branch>/<roster>/result.csv")
    @for_role(OFFICER)
    def result(branch: str, roster: str) -> Response:
        words = _roster(asking(), branch, roster)
        out = io.StringIO(newline="")
        table = csv.writer(out)
        table.writerow(
            gettext(head) for head in ("行", "姓名", "会员号", "结果", "怎么办")
        )
        for row in words["all_rows"]:
            cells = [row["name"], row["member_no"], row["text"], row["detail"]]
            table.writerow([row["row"], *(guarded(cell) for cell in cells)])
        return _download(out.getvalue(), f"roster-{roster}.csv")

    return bp


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


def _roster(ask: Asking, branch: str, roster: str) -> dict[str, Any]:
    """A roster's rows with their outcomes, those that need something first."""
    chunks = ask.many("enrollment", "branches", branch, "rosters", roster)
    if not chunks:
        raise Problem(404, "not-found", "没有这份名册：请从名册页重新打开")
    rows = [row for chunk in chunks for row in _rows(chunk)]
    counts = dict.fromkeys(OUTCOMES, 0)
    for row in rows:
        counts[row["outcome"]] += 1
    waiting = counts[""]
    return {
        "branch": branch,
        "roster": roster,
        "dry_run": chunks[0]["dry_run"],
        "all_rows": rows,
        "rows": sorted(rows, key=_urgency)[:SHOWN_ROWS],
        "counts": counts,
        "total": len(rows),
        "decided": len(rows) - waiting,
        "percent": 100 * (len(rows) - waiting) // max(1, len(rows)),
        "is_done": not waiting,
    }


def _urgency(row: dict[str, Any]) -> tuple[bool, int]:
    return row["outcome"] != "rejected", row["row"]


def _rows(chunk: dict[str, Any]) -> list[dict[str, Any]]:
    outcomes = {outcome["row"]: outcome for outcome in chunk["outcomes"]}
    written = {row["row"]: row for row in chunk["rows"]}
    rows = []
    for number in sorted(written or outcomes):
        outcome = outcomes.get(number, {"outcome": ""})
        row = written.get(number, {"name": "", "member_no": "", "class_id": ""})
        text, tone = OUTCOMES[outcome["outcome"]]
        detail = REASONS.get(outcome.get("reason", ""), outcome.get("detail", ""))
        rows.append(
            row | outcome | {
                "row": number, "text": gettext(text), "tone": tone,
                "detail": gettext(detail) if detail else "",
            }
        )  # fmt: skip
    return rows


def _download(text: str, name: str) -> Response:
    content = b"\xef\xbb\xbf" + text.encode()
    answered = Response(content, content_type="text/csv; charset=utf-8")
    answered.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answered
