"""The sheet of a certificate, for who holds it."""

from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get
from flask import Response

from gateway.identity.account import TRAINEE
from gateway.pages.certificate_view import view_certificate
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role


class CertificateSheetPages(Routes):
    """Certificates as their holders print them."""

    name = "certificate-sheets"

    @get("/certificates/<number>")
    @for_role(TRAINEE)
    def show_sheet(self, number: str) -> Response:
        """The sheet of an own certificate. Raises Problem not-found for all others."""
        learning = page_services().learning
        if number not in {own.number for own in learning.list_certificates()}:
            raise Problem(404, "not-found", NOTHING_HERE)
        verdict = learning.show_certificate(number)
        return render_page(
            "trainee/certificates/show.html", certificate=view_certificate(verdict)
        )
