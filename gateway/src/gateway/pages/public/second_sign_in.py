"""The second step of signing in, and signing in by a passkey alone."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get, post, route
from flask import Response

from gateway.api.request_visitor import (
    SECOND_PATH,
    cookie_token,
    current_origin,
    current_visitor,
    set_session_cookies,
    welcome_visitor,
)
from gateway.forms.base import PageForm, apply_problem
from gateway.forms.second_factor import AppForm, PasskeyForm, SecondCodeForm
from gateway.identity.errors import Refusal
from gateway.identity.manage_accounts import Actor
from gateway.identity.sign_in import Visitor
from gateway.pages.components.qr_codes import draw_qr
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.recovery_codes import NO_STORE, show_recovery_codes
from gateway.pages.rendering import redirect_to, render_page, safe_path
from gateway.second_factor.add_factors import AddFactors
from gateway.second_factor.finish_sign_in import FinishSignIn

SETUP_PATH = f"{SECOND_PATH}/setup"


class SecondSignInPages(Routes):
    """Pages between the first proof and the login session."""

    name = "second_sign_in"

    def __init__(self, finish: FinishSignIn, add: AddFactors) -> None:
        self.finish, self.add = finish, add

    @get("/sign-in/second")
    @allow_everyone
    def ask_second(self) -> Response:
        """How to prove a second factor; for who must have one and has none, how to set
        it up. Who waits for nothing goes on."""
        form = SecondCodeForm.of_request()
        form.next.data = safe_path(form.next.data or "/")
        half = self._half_visitor()
        if half.half_of is None:
            return _go_on(form.next.data)
        if not self.finish.get_factors(half).has_any:
            return self._render_setup(half, AppForm(next=form.next.data))
        return self._render_second(half, form)

    @post("/sign-in/second")
    @allow_everyone
    def prove_second(self) -> Response:
        """The code, or the passkey where one came."""
        form, passkey = SecondCodeForm.of_request(), PasskeyForm.of_request()
        form.next.data = safe_path(form.next.data or "/")
        half, origin = self._half_visitor(), current_origin()
        if half.half_of is None:
            return _go_on(form.next.data)
        try:
            if passkey.credential.data:
                text = passkey.credential.data
                who = self.finish.finish_by_passkey(half, text, origin)
            elif not form.is_sent():
                return self._render_second(half, form, 422)
            else:
                written = form.code.data or ""
                who = self.finish.finish_by_code(half, written, origin)
        except Refusal as refusal:
            apply_problem(form, refusal)
            asked_again = self._render_second(half, form, STATUSES[refusal.slug])
            return with_retry(asked_again, refusal)
        return set_session_cookies(redirect_to(form.next.data), who)

    @post("/sign-in/second/setup")
    @allow_everyone
    def set_up(self) -> Response:
        """The first code of a new app; then one is signed in, and sees the recovery
        codes. Raises SecondFactorNeeded for an account that has a factor."""
        form = AppForm.of_request()
        form.next.data = safe_path(form.next.data or "/")
        half, origin = self._half_visitor(), current_origin()
        if half.half_of is None:
            return _go_on(form.next.data)
        if self.finish.get_factors(half).has_any:
            return redirect_to(SECOND_PATH)
        if not form.is_sent():
            return self._render_setup(half, form, 422)
        by = Actor(half.half_of, origin)
        try:
            codes = self.add.add_app(by, form.offer.data or "", form.code.data or "")
            who = self.finish.sign_in.finish_session(half, origin)
        except Refusal as refusal:
            apply_problem(form, refusal)
            return self._render_setup(half, form, STATUSES[refusal.slug])
        welcome_visitor(who)
        return set_session_cookies(show_recovery_codes(codes, form.next.data), who)

    @route("/sign-in/passkey", "GET", "POST")
    @allow_everyone
    def sign_in_by_passkey(self) -> Response:
        """Signing in by a passkey alone; who is signed in goes on."""
        form = PasskeyForm.of_request()
        form.next.data = safe_path(form.next.data or "/")
        if current_visitor().account is not None:
            return redirect_to(form.next.data)
        if not form.is_sent():
            return self._render_passkey(form, 422 if form.find_faults() else 200)
        try:
            text = form.credential.data or ""
            who = self.finish.sign_in_by_passkey(text, current_origin())
        except Refusal as refusal:
            apply_problem(form, refusal)
            asked_again = self._render_passkey(form, STATUSES[refusal.slug])
            return with_retry(asked_again, refusal)
        return set_session_cookies(redirect_to(form.next.data), who)

    def _half_visitor(self) -> Visitor:
        return self.finish.sign_in.get_half_visitor(cookie_token())

    def _render_second(
        self, half: Visitor, form: SecondCodeForm, status: int = 200
    ) -> Response:
        return render_page(
            "account/second-factor/prove.html",
            status,
            form=form,
            passkey=PasskeyForm(next=form.next.data),
            options=self.finish.offer_passkeys(half),
            origin=self.finish.prove.parts.ceremonies.origin,
            action=SECOND_PATH,
        )

    def _render_setup(
        self, half: Visitor, form: AppForm, status: int = 200
    ) -> Response:
        """The page with a secret: neither kept nor packed."""
        assert half.half_of is not None
        offered = self.add.offer_app(half.half_of, form.offer.data or "")
        form.offer.data = offered.sealed
        page = render_page(
            "account/second-factor/app.html",
            status,
            form=form,
            offered=offered,
            qr=draw_qr(offered.address),
            action=SETUP_PATH,
            is_first=True,
        )
        page.headers["Cache-Control"] = NO_STORE
        return page

    def _render_passkey(self, form: PageForm, status: int) -> Response:
        return render_page(
            "account/second-factor/passkey.html",
            status,
            form=form,
            options=self.finish.offer_sign_in(),
            origin=self.finish.prove.parts.ceremonies.origin,
        )


def _go_on(path: str) -> Response:
    """Whose half session is over signs in anew; who is signed in goes on."""
    is_in = current_visitor().account is not None
    return redirect_to(path if is_in else "/sign-in")
