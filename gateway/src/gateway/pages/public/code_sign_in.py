"""Signing in with a one-time code; it is also the way back for a forgotten password."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get, post
from flask import Response

from gateway.api.request_visitor import current_origin, set_session_cookies
from gateway.forms.accounts import AskCodeForm, CodeSignInForm
from gateway.forms.base import apply_problem
from gateway.identity.errors import Refusal
from gateway.identity.sign_in_by_code import SignInByCode
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.rendering import redirect_to, render_page, safe_path

ASKING, ANSWERING = "public/code-ask.html", "public/code-answer.html"


class CodeSignInPages(Routes):
    """Pages of the code: where it goes, then the code."""

    name = "code_sign_in"

    def __init__(self, by_code: SignInByCode) -> None:
        self.by_code = by_code

    @get("/sign-in/code")
    @allow_everyone
    def show_asking(self) -> Response:
        form = AskCodeForm.of_request()
        form.next.data = safe_path(form.next.data or "/")
        return render_page(ASKING, form=form)

    @post("/sign-in/code")
    @allow_everyone
    def ask_code(self) -> Response:
        """The code is sent, and the page asks for it. It says the same for every
        login, and may be sent once more from the page that it leads to."""
        form = AskCodeForm.of_request()
        form.next.data = safe_path(form.next.data or "/")
        if not form.is_sent():
            return render_page(ASKING, 422, form=form)
        login = form.login.data or ""
        try:
            ticket = self.by_code.ask_code(
                login, current_origin(), form.ticket.data or ""
            )
        except Refusal as refusal:
            apply_problem(form, refusal)
            page = render_page(ASKING, STATUSES[refusal.slug], form=form)
            return with_retry(page, refusal)
        answer = CodeSignInForm(ticket=ticket, login=login, next=form.next.data)
        return render_page(ANSWERING, form=answer)

    @post("/sign-in/code/answer")
    @allow_everyone
    def answer_code(self) -> Response:
        form = CodeSignInForm.of_request()
        form.next.data = safe_path(form.next.data or "/")
        if not form.is_sent():
            return render_page(ANSWERING, 422, form=form)
        try:
            who = self.by_code.answer_code(
                form.ticket.data or "",
                form.code.data or "",
                current_origin(),
                stays=bool(form.stays.data),
            )
        except Refusal as refusal:
            apply_problem(form, refusal)
            page = render_page(ANSWERING, STATUSES[refusal.slug], form=form)
            return with_retry(page, refusal)
        return set_session_cookies(redirect_to(form.next.data), who)
