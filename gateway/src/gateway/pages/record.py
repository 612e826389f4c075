"""The record: hours, certificates; the inbox; the public verification."""

import hashlib
import io
from typing import Any

import msgspec
import segno
from chassis.http.auth import public
from chassis.http.problem import NOTHING_HERE, Problem
from fields import Illegal
from fields.numbers import plain_certificate_number
from flask import Blueprint, Response, request

from gateway.clients.services import Question
from gateway.identity.account import TRAINEE
from gateway.pages.frame import asking, for_role, gettext, is_part, page, see
from gateway.pages.words import NOTICES, notice_link

UNKNOWN = "unknown-certificate"


def blueprint(public_url: str) -> Blueprint:
    """Pages of the record."""
    bp = Blueprint("record", __name__)

    @bp.get("/record")
    @for_role(TRAINEE)
    def record() -> Response:
        words = asking().parts(
            hours_record=Question.of("learning", "hours"),
            certificates=Question.of("learning", "certificates"),
        )
        is_away = not isinstance(words["hours_record"], dict)
        if is_part() and is_away:
            return Response(status=204)
        words["seen"] = _seen(words)
        if is_part() and request.args.get("seen") == words["seen"]:
            return Response(status=204)
        return page("record/kept.html" if is_part() else "record/show.html", **words)

    @bp.get("/inbox")
    @for_role(TRAINEE)
    def inbox() -> Response:
        words = asking().one("notify", "notices", limit="100")
        for notice in words["notices"]:
            notice["link"] = notice_link(notice)
            text = NOTICES[notice["kind"]]
            notice["text"] = gettext(text) % notice["words"]
        return page("record/inbox.html", **words)

    @bp.get("/inbox/unread")
    @for_role(TRAINEE)
    def unread() -> Response:
        words = asking().one("notify", "notices", "unread")
        return page("record/unread.html", **words)

    @bp.post("/inbox/read")
    @for_role(TRAINEE)
    def read() -> Response:
        asking().ask("notify", "POST", ("notices", "read"), dict, body={})
        return see("/inbox")

    @bp.get("/verify")
    @public
    def ask_number() -> Response:
        asked = request.args.get("number", "").strip()[:200]
        if number := _number(asked):
            return see(f"/verify/{number}")
        return page("record/verify.html", certificate=None, asked=asked)

    @bp.get("/verify/<number>")
    @public
    def verify(number: str) -> Response:
        try:
            found = _certificate(number)
        except Problem as problem:
            is_unknown = problem.slug == UNKNOWN
            words = {"certificate": None, "asked": number, "is_away": not is_unknown}
            answered = page("record/verify.html", 404 if is_unknown else 503, **words)
            if not is_unknown:
                answered.headers["Retry-After"] = "2"
            return answered
        return page("record/verify.html", certificate=found, asked=number)

    @bp.get("/verify/<number>/qr.svg")
    @public
    def qr(number: str) -> Response:
        if not _number(number):
            raise Problem(404, "not-found", NOTHING_HERE)
        drawn = io.BytesIO()
        code = segno.make(f"{public_url}/verify/{number}", error="m")
        code.save(drawn, kind="svg", scale=4, border=2, dark="#23211e", light="#fff")
        answered = Response(drawn.getvalue(), content_type="image/svg+xml")
        answered.headers["Cache-Control"] = "public, max-age=86400"
        return answered

    return bp


def _number(asked: str) -> str:
    """A certificate's number as it may have been typed; empty for what is none."""
    try:
        return plain_certificate_number(asked)
    except Illegal:
        return ""


def _certificate(number: str) -> dict[str, Any]:
    """The certificate. Raises Problem: unknown-certificate, or why it is not told."""
    known = _number(number)
    if not known:
        raise Problem(404, UNKNOWN, "There is no such certificate.")
    return asking().one("learning", "certificates", known)


def _seen(words: dict[str, Any]) -> str:
    """What tells one state of the record from another: an open page asks with it.

    Only what has changed is put in its place, so that nobody loses what they had
    selected or what is read out to them.
    """
    return hashlib.sha256(msgspec.json.encode(words)).hexdigest()[:16]
