"""The record: hours, certificates; the inbox; the public verification."""

import hashlib
import io
from typing import Any

import msgspec
import segno
from chassis.http.auth import allow_everyone
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get, post
from fields import Illegal
from fields.codes import plain_certificate_number
from flask import Response, request

from gateway.clients.services import Question
from gateway.identity.account import TRAINEE
from gateway.pages.layout import (
    for_role,
    gettext,
    is_part,
    page_client,
    redirect_to,
    render_page,
)
from gateway.pages.page_texts import NOTICES, notice_link

UNKNOWN = "unknown-certificate"


class RecordPages(Routes):
    """Pages of the record."""

    name = "record"

    def __init__(self, public_url: str) -> None:
        self.public_url = public_url

    @get("/record")
    @for_role(TRAINEE)
    def show_record(self) -> Response:
        context = page_client().ask_parts(
            hours_record=Question.of("learning", "hours"),
            certificates=Question.of("learning", "certificates"),
        )
        is_away = not isinstance(context["hours_record"], dict)
        if is_part() and is_away:
            return Response(status=204)
        context["seen"] = _digest_of(context)
        if is_part() and request.args.get("seen") == context["seen"]:
            return Response(status=204)
        return render_page(
            "record/kept.html" if is_part() else "record/show.html", **context
        )

    @get("/inbox")
    @for_role(TRAINEE)
    def show_inbox(self) -> Response:
        context = page_client().read_object("notify", "notices", limit="100")
        for notice in context["items"]:
            notice["link"] = notice_link(notice)
            text = NOTICES[notice["kind"]]
            notice["text"] = gettext(text) % notice["words"]
        return render_page("record/inbox.html", **context)

    @get("/inbox/unread")
    @for_role(TRAINEE)
    def show_unread(self) -> Response:
        context = page_client().read_object("notify", "notices", "unread")
        return render_page("record/unread.html", **context)

    @post("/inbox/read")
    @for_role(TRAINEE)
    def mark_inbox_read(self) -> Response:
        page_client().call_service("notify", "POST", ("notices", "read"), dict, body={})
        return redirect_to("/inbox")

    @get("/verify")
    @allow_everyone
    def find_certificate(self) -> Response:
        asked = request.args.get("number", "").strip()[:200]
        if number := _parse_number(asked):
            return redirect_to(f"/verify/{number}")
        return render_page("record/verify.html", certificate=None, asked=asked)

    @get("/verify/<number>")
    @allow_everyone
    def verify_certificate(self, number: str) -> Response:
        try:
            certificate = _get_certificate(number)
        except Problem as problem:
            is_unknown = problem.slug == UNKNOWN
            context = {"certificate": None, "asked": number, "is_away": not is_unknown}
            answered = render_page(
                "record/verify.html", 404 if is_unknown else 503, **context
            )
            if not is_unknown:
                answered.headers["Retry-After"] = "2"
            return answered
        return render_page("record/verify.html", certificate=certificate, asked=number)

    @get("/verify/<number>/qr.svg")
    @allow_everyone
    def serve_qr_code(self, number: str) -> Response:
        if not _parse_number(number):
            raise Problem(404, "not-found", NOTHING_HERE)
        drawn = io.BytesIO()
        code = segno.make(f"{self.public_url}/verify/{number}", error="m")
        code.save(drawn, kind="svg", scale=4, border=2, dark="#23211e", light="#fff")
        answered = Response(drawn.getvalue(), content_type="image/svg+xml")
        answered.headers["Cache-Control"] = "public, max-age=86400"
        return answered


def _parse_number(asked: str) -> str:
    """A certificate's number as it may have been typed; empty for what is none."""
    try:
        return plain_certificate_number(asked)
    except Illegal:
        return ""


def _get_certificate(number: str) -> dict[str, Any]:
    """The certificate. Raises Problem: unknown-certificate, or that of the service."""
    known = _parse_number(number)
    if not known:
        raise Problem(404, UNKNOWN, "There is no such certificate.")
    return page_client().read_object("learning", "certificates", known)


def _digest_of(context: dict[str, Any]) -> str:
    """The digest of a record's state: an open page asks with it.

    Only what has changed is put in its place, so that nobody loses what they had
    selected or what is read out to them.
    """
    return hashlib.sha256(msgspec.json.encode(context)).hexdigest()[:16]
