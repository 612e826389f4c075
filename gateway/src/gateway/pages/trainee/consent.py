"""What is stored and why, in plain words, and whether the person agrees."""

from chassis.http.routing import Routes, get, route
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.forms.personal_data import ConsentForm
from gateway.identity.account import TRAINEE
from gateway.identity.consents import Consents
from gateway.pages.contacts import find_help
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

AGREE = "agree"


class ConsentPages(Routes):
    """Pages of the consent; `version` is that of the notice."""

    name = "consent"

    def __init__(self, consents: Consents, version: str) -> None:
        self.consents, self.version = consents, version

    @route("/consent", "GET", "POST")
    @for_role(TRAINEE)
    def ask_consent(self) -> Response:
        """The notice with the question; the latest answer counts."""
        form, account = ConsentForm.of_request(), require_actor().account
        form.next.data = _safe_path(form.next.data or "/")
        is_old = request.method == "POST" and form.version.data != self.version
        if request.method == "GET" or is_old:
            form.version.data = self.version
            return render_page(
                "trainee/consent/ask.html",
                422 if is_old else 200,
                form=form,
                is_old=is_old,
                help=find_help(),
                has_agreed=self.consents.has_agreed(account.id, self.version),
            )
        is_given = request.form.get("decision") == AGREE
        self.consents.add_decision(account.id, self.version, is_given=is_given)
        return redirect_to(form.next.data if is_given else "/consent/declined")

    @get("/consent/declined")
    @for_role(TRAINEE)
    def show_declined(self) -> Response:
        """What a no means, and whom to ask."""
        return render_page("trainee/consent/declined.html", help=find_help())


def _safe_path(path: str) -> str:
    """A path of this site; anything else leads home."""
    is_plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_plain and path.isprintable() else "/"
