"""The public verification of certificates."""

import io

import segno
from chassis.http.auth import allow_everyone
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get
from contracts.http.learning import VerdictOut
from fields import Illegal
from fields.codes import plain_certificate_number
from flask import Response

from gateway.forms.searches import CertificateForm
from gateway.pages.certificate_view import view_days, view_validity
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.texts.language import translate_refusal

UNKNOWN = "unknown-certificate"
TEMPLATE = "public/certificates/verify.html"


class CertificatePages(Routes):
    """The public verification of certificates."""

    name = "certificates"

    def __init__(self, public_url: str) -> None:
        self.public_url = public_url

    @get("/verify")
    @allow_everyone
    def find_certificate(self) -> Response:
        form = CertificateForm.of_request()
        asked = form.number.data or ""
        if number := _parse_number(asked):
            return redirect_to(f"/verify/{number}")
        if asked:
            form.refuse(translate_refusal(UNKNOWN, ""), "number")
        return render_page(TEMPLATE, certificate=None, form=form, is_away=False)

    @get("/verify/<number>")
    @allow_everyone
    def verify_certificate(self, number: str) -> Response:
        try:
            certificate = get_certificate(number)
        except Problem as problem:
            return _render_refused(number, is_unknown=problem.slug == UNKNOWN)
        return render_page(
            TEMPLATE,
            certificate=certificate,
            validity=view_validity(certificate),
            days=view_days(certificate),
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


def _render_refused(number: str, is_unknown: bool) -> Response:
    """The page of a number that nobody issued, or that nobody can look up just now."""
    form = CertificateForm(number=number)
    if is_unknown:
        form.refuse(translate_refusal(UNKNOWN, ""), "number")
    status = 404 if is_unknown else 503
    answered = render_page(
        TEMPLATE, status, certificate=None, form=form, is_away=not is_unknown
    )
    if not is_unknown:
        answered.headers["Retry-After"] = "2"
    return answered


def _parse_number(asked: str) -> str:
    """A certificate's number as it may have been typed; empty for what is none."""
    try:
        return plain_certificate_number(asked)
    except Illegal:
        return ""


def get_certificate(number: str) -> VerdictOut:
    """The certificate. Raises Problem: unknown-certificate, or that of the service."""
    known = _parse_number(number)
    if not known:
        raise Problem(404, UNKNOWN, "There is no such certificate.")
    return page_services().learning.show_certificate(known)
