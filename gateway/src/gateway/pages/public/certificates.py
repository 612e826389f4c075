"""The public verification of certificates."""

import io

import segno
from chassis.http.auth import allow_everyone
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get
from contracts.http.learning import VerdictOut
from fields import Illegal
from fields.codes import plain_certificate_number
from flask import Response, request

from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page

UNKNOWN = "unknown-certificate"


class CertificatePages(Routes):
    """The public verification of certificates."""

    name = "certificates"

    def __init__(self, public_url: str) -> None:
        self.public_url = public_url

    @get("/verify")
    @allow_everyone
    def find_certificate(self) -> Response:
        asked = request.args.get("number", "").strip()[:200]
        if number := _parse_number(asked):
            return redirect_to(f"/verify/{number}")
        return render_page(
            "public/certificates/verify.html", certificate=None, asked=asked
        )

    @get("/verify/<number>")
    @allow_everyone
    def verify_certificate(self, number: str) -> Response:
        try:
            certificate = _get_certificate(number)
        except Problem as problem:
            is_unknown = problem.slug == UNKNOWN
            context = {"certificate": None, "asked": number, "is_away": not is_unknown}
            answered = render_page(
                "public/certificates/verify.html", 404 if is_unknown else 503, **context
            )
            if not is_unknown:
                answered.headers["Retry-After"] = "2"
            return answered
        return render_page(
            "public/certificates/verify.html", certificate=certificate, asked=number
        )

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


def _get_certificate(number: str) -> VerdictOut:
    """The certificate. Raises Problem: unknown-certificate, or that of the service."""
    known = _parse_number(number)
    if not known:
        raise Problem(404, UNKNOWN, "There is no such certificate.")
    return page_services().learning.show_certificate(known)
