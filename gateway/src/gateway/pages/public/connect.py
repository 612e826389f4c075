"""Connect your branch: all that the programmer of a branch has to know."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from chassis.http.auth import allow_everyone
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get
from contracts.branch_asyncapi import REQUIRED, build_branch_document, build_shortest
from contracts.fields import find_fields
from flask import Response

import contracts
from gateway.connect import limits
from gateway.connect.openapi import render_branch_openapi
from gateway.connect.programs import (
    AUTHORITIES,
    PROGRAMS,
    ROSTER,
    Program,
    load_files,
)
from gateway.pages.rendering import render_page
from gateway.pages.shared_pages import for_everybody
from gateway.texts import N_
from gateway.texts.change_reasons import CHANGE_REASONS
from gateway.texts.connect import (
    BROKER_REFUSALS,
    CHANGE_ACTIONS,
    DOOR_REFUSALS,
    FIELD_MEANINGS,
    SANDBOX_CLASSES,
    SENT_REFUSALS,
    Change,
)
from gateway.texts.language import gettext
from gateway.texts.rosters import OUTCOMES, REASONS, ROW_NOTES

SENT, RECEIPT = "branch.roster.sent.v1", "enrollment.receipt.issued.v1"
REFUSED = "enrollment.message.refused.v1"
CHANGES, DECIDED = "branch.changes.sent.v1", "enrollment.changes.decided.v1"
COMPLETED = "learning.course.completed.v1"
FEED_REQUEST = (
    'curl -H "Authorization: Bearer API_KEY" '
    "'https://HOST/api/enrollment/branches/ID/feed?after=0&limit=100'"
)
JSON, TEXT = "application/json; charset=utf-8", "text/plain; charset=utf-8"
SECTIONS = (
    ("start", N_("发出第一份名册")),
    ("words", N_("名册、批、行、回执")),
    ("doors", N_("两个入口：AMQP 和 HTTPS")),
    ("programs", N_("完整的小程序")),
    ("envelope", N_("信封：CloudEvents")),
    ("fields", N_("名册的字段")),
    ("limits", N_("上限")),
    ("keys", N_("编号：再发一次也不会重复")),
    ("receipts", N_("回执")),
    ("refusals", N_("整条不收：代码和办法")),
    ("reasons", N_("某一行未收：代码和办法")),
    ("broker", N_("消息服务器和网关自己的拒绝")),
    ("retries", N_("何时再发")),
    ("versions", N_("版本")),
    ("rights", N_("权限和个人信息")),
    ("documents", N_("给程序读的文档")),
)
"""The headings of the page, by their anchors."""
MORE_SECTIONS = (
    ("changes", N_("更改：退出、替换、调动、更正、查询")),
    ("feed", N_("动态：会员后来怎样")),
    ("sandbox", N_("试用：什么也不改的班级")),
)
"""Those of the page for whoever has sent a first roster."""


@dataclass(frozen=True)
class FieldView:
    """A field as the page shows it: `limit` is empty where there is none."""

    path: str
    kind: str
    required: bool
    meaning: str
    limit: str
    pattern: str


@dataclass(frozen=True)
class CodeView:
    """A stable code, and what happened and what to do."""

    code: str
    meaning: str


@dataclass(frozen=True)
class ConnectView:
    """All that the page shows."""

    sections: tuple[tuple[str, str], ...]
    fields: list[FieldView]
    required: list[str]
    sent: str
    receipt: str
    refused: str
    answer: str
    roster: str
    programs: tuple[Program, ...]
    authorities: tuple[tuple[str, str], ...]
    outcomes: list[CodeView]
    refusals: list[CodeView]
    reasons: list[CodeView]
    notes: list[CodeView]
    broker: tuple[tuple[str, str, str], ...]
    door: tuple[tuple[str, str], ...]
    limits: ModuleType
    more: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MoreView:
    """What comes after the first roster."""

    sections: tuple[tuple[str, str], ...]
    changes_type: str
    decided_type: str
    changes: tuple[Change, ...]
    change_reasons: list[CodeView]
    change: str
    decided: str
    feed_request: str
    entry: str
    sandbox: tuple[tuple[str, str, str], ...]


class ConnectPages(Routes):
    """The page, and what can be taken from it."""

    name = "connect"

    @get("/connect")
    @for_everybody
    def show_connecting(self) -> Response:
        return render_page(
            "public/connect/show.html", page=view_connecting(), titles=dict(SECTIONS)
        )

    @get("/connect/more")
    @for_everybody
    def show_more(self) -> Response:
        """Changes, the feed and the sandbox."""
        return render_page(
            "public/connect/more.html", page=view_more(), titles=dict(MORE_SECTIONS)
        )

    @get("/connect/programs/<name>")
    @for_everybody
    def show_program(self, name: str) -> Response:
        """A program whole, with what it is built by."""
        for program in PROGRAMS:
            if program.language == name:
                texts = [(path, load_files()[path]) for path in program.paths]
                template = "public/connect/program.html"
                return render_page(template, program=program, texts=texts)
        raise Problem(404, "not-found", NOTHING_HERE)

    @get("/connect/asyncapi.json")
    @allow_everyone
    def serve_branch_asyncapi(self) -> Response:
        made = build_branch_document(contracts.REGISTRY)
        return Response(
            json.dumps(made, ensure_ascii=False, indent=1), content_type=JSON
        )

    @get("/connect/openapi.json")
    @allow_everyone
    def serve_branch_openapi(self) -> Response:
        return Response(render_branch_openapi(), content_type=JSON)

    @get("/connect/files/<path:path>")
    @allow_everyone
    def serve_file(self, path: str) -> Response:
        """A file of a program as it is, to be saved."""
        if path not in load_files():
            raise Problem(404, "not-found", NOTHING_HERE)
        return Response(load_files()[path], content_type=TEXT)


def view_connecting() -> ConnectView:
    """The page in the language of who asks."""
    return ConnectView(
        sections=SECTIONS,
        fields=[*_view_fields()],
        required=REQUIRED,
        sent=_write(build_shortest(contracts.REGISTRY, SENT)),
        receipt=_write(contracts.example_of(RECEIPT)),
        refused=_write(contracts.example_of(REFUSED)),
        answer=_write(_answer_of(contracts.example_of(RECEIPT))),
        roster=load_files()[ROSTER],
        programs=PROGRAMS,
        authorities=AUTHORITIES,
        outcomes=_view_codes({code: OUTCOMES[code][0] for code in _sent_outcomes()}),
        refusals=_view_codes(SENT_REFUSALS),
        reasons=_view_codes(REASONS),
        notes=_view_codes(ROW_NOTES),
        broker=BROKER_REFUSALS,
        door=DOOR_REFUSALS,
        limits=limits,
        more=MORE_SECTIONS,
    )


def view_more() -> MoreView:
    """What comes after the first roster, in the language of who asks."""
    return MoreView(
        sections=MORE_SECTIONS,
        changes_type=CHANGES,
        decided_type=DECIDED,
        changes=CHANGE_ACTIONS,
        change_reasons=_view_codes(CHANGE_REASONS),
        change=_write(build_shortest(contracts.REGISTRY, CHANGES)),
        decided=_write(contracts.example_of(DECIDED)),
        feed_request=FEED_REQUEST,
        entry=_write(_entry_of(contracts.example_of(COMPLETED))),
        sandbox=SANDBOX_CLASSES,
    )


def _answer_of(receipt: Mapping[str, Any]) -> dict[str, object]:
    """A receipt as it is answered over HTTPS."""
    data = receipt["data"]
    known = {name: data[name] for name in ("roster_id", "branch_id", "dry_run")}
    rows = data["rows"]
    return {"key": data["chunk_id"], **known, "state": "decided", "outcomes": rows}


def _entry_of(event: Mapping[str, Any]) -> dict[str, object]:
    """An event of a member as an entry of a feed."""
    return {
        "number": 17,
        "id": event["id"],
        "type": event["type"],
        "timestamp": event["time"],
        "branch_id": "dongcheng",
        "member_no": "0107-2231",
        "data": event["data"],
    }


def _view_fields() -> Iterable[FieldView]:
    for field in find_fields(contracts.schema_of(SENT)):
        text = FIELD_MEANINGS.get(field.path)
        yield FieldView(
            field.path,
            field.kind,
            field.required,
            gettext(text) if text else field.meaning,
            _write_limit(field.kind, field.least, field.most),
            field.pattern,
        )


def _write_limit(kind: str, least: int | None, most: int | None) -> str:
    """How much a field may hold, in the page's language."""
    if most is None:
        return ""
    bounds = {"least": f"{least or 0:,}", "most": f"{most:,}"}
    if kind == "string":
        return gettext("最多 %(most)s 个字符") % bounds
    if kind == "array":
        return gettext("%(least)s 到 %(most)s 项") % bounds
    return gettext("%(least)s 到 %(most)s") % bounds


def _view_codes(texts: Mapping[str, str]) -> list[CodeView]:
    return [CodeView(code, gettext(text)) for code, text in texts.items()]


def _sent_outcomes() -> list[str]:
    """The outcomes that a receipt may hold."""
    schema = contracts.schema_of(RECEIPT)
    row = schema["properties"]["rows"]["items"]["properties"]
    return list(row["outcome"]["enum"])


def _write(part: object) -> str:
    return json.dumps(part, ensure_ascii=False, indent=2)
