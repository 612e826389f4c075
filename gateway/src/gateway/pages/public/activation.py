"""Taking up an account with a code from a printed sheet."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get, post
from flask import Response

from gateway.api.request_visitor import current_origin, set_session_cookies
from gateway.forms.accounts import CodePasswordForm
from gateway.forms.base import apply_problem
from gateway.forms.people import ActivationForm
from gateway.identity.account import Account
from gateway.identity.activate_account import ActivateAccount
from gateway.identity.errors import CodeRefused, Refusal
from gateway.pages.contacts import find_help
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.rendering import redirect_to, render_page

ASKING, SETTING = "public/activate.html", "public/invitation.html"
SET_AT = "/activate/password"


class ActivationPages(Routes):
    """Pages of activation: the code first, then whose account it is and a password."""

    name = "activation"

    def __init__(self, activate: ActivateAccount) -> None:
        self.activate = activate

    @get("/activate")
    @allow_everyone
    def ask_code(self) -> Response:
        return render_page(ASKING, form=ActivationForm())

    @post("/activate")
    @allow_everyone
    def check_code(self) -> Response:
        """Whose account the code is for, and the form for its password."""
        form = ActivationForm.of_request()
        if not form.is_sent():
            return render_page(ASKING, 422, form=form)
        try:
            account = self.activate.find_account(form.code.data or "", current_origin())
        except Refusal as refusal:
            return _refuse_code(form, refusal)
        return _ask_password(CodePasswordForm(code=form.code.data), account)

    @post(SET_AT)
    @allow_everyone
    def set_password(self) -> Response:
        """The first password; then one is signed in."""
        form, origin = CodePasswordForm.of_request(), current_origin()
        written = form.code.data or ""
        try:
            account = self.activate.find_account(written, origin)
        except Refusal as refusal:
            return _refuse_code(ActivationForm(code=written), refusal)
        try:
            if not form.is_sent():
                return _ask_password(form, account, 422)
            who = self.activate(written, form.password.data or "", origin)
        except CodeRefused as refusal:
            return _refuse_code(ActivationForm(code=written), refusal)
        except Refusal as refusal:
            apply_problem(form, refusal)
            asked_again = _ask_password(form, account, STATUSES[refusal.slug])
            return with_retry(asked_again, refusal)
        return set_session_cookies(redirect_to("/"), who)


def _ask_password(
    form: CodePasswordForm, account: Account, status: int = 200
) -> Response:
    """The page that holds the code: neither kept nor packed."""
    page = render_page(
        SETTING,
        status,
        form=form,
        account=account,
        action=SET_AT,
        help=find_help(account),
    )
    page.headers["Cache-Control"] = "no-store, no-transform"
    return page


def _refuse_code(form: ActivationForm, refusal: Refusal) -> Response:
    apply_problem(form, refusal)
    asked_again = render_page(ASKING, STATUSES[refusal.slug], form=form)
    return with_retry(asked_again, refusal)
