"""One's own second factors: what there is, added, named and removed."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from chassis.http.routing import Routes, get, post
from flask import Response

from gateway.api.request_visitor import current_visitor, require_actor
from gateway.forms.base import apply_problem
from gateway.forms.second_factor import (
    AppForm,
    NewPasskeyForm,
    PasskeyNameForm,
)
from gateway.identity.account import ROLES
from gateway.identity.errors import Refusal
from gateway.identity.own_password import has_fresh_proof, require_fresh_proof
from gateway.pages.account.proof import with_fresh_proof
from gateway.pages.components.qr_codes import draw_qr
from gateway.pages.errors import STATUSES
from gateway.pages.recovery_codes import NO_STORE, show_recovery_codes
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.second_factor.add_factors import AddFactors
from gateway.second_factor.change_factors import ChangeFactors
from gateway.second_factor.factors import MOST_PASSKEYS, Passkey

HOME = "/account/second-factor"


@dataclass(frozen=True)
class OwnFactors:
    """What the page shows. `may_change` after a fresh proof; `creation` is what a
    browser is asked to make a passkey by, empty where it is not."""

    app_since: datetime.datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int
    has_any: bool
    is_required: bool
    may_change: bool
    may_add_passkey: bool
    creation: str
    origin: str


class OwnFactorPages(Routes):
    """Pages of one's own second factors."""

    name = "own_factors"

    def __init__(self, add: AddFactors, change: ChangeFactors) -> None:
        self.add, self.change = add, change

    @get("/account/second-factor")
    @for_role(*ROLES)
    def show_factors(self) -> Response:
        return self._render_home()

    @get("/account/second-factor/app")
    @for_role(*ROLES)
    @with_fresh_proof
    def offer_app(self) -> Response:
        """A QR code to take into an app."""
        require_fresh_proof(current_visitor())
        return self._render_app(AppForm())

    @post("/account/second-factor/app")
    @for_role(*ROLES)
    def add_app(self) -> Response:
        """The first code of the app. Raises ProofNeeded."""
        form = AppForm.of_request()
        if not form.is_sent():
            return self._render_app(form, 422)
        require_fresh_proof(current_visitor())
        try:
            codes = self.add.add_app(
                require_actor(), form.offer.data or "", form.code.data or ""
            )
        except Refusal as refusal:
            apply_problem(form, refusal)
            return self._render_app(form, STATUSES[refusal.slug])
        return show_recovery_codes(codes, HOME)

    @post("/account/second-factor/app/removal")
    @for_role(*ROLES)
    def remove_app(self) -> Response:
        """Raises ProofNeeded, LastFactor."""
        return self._change_and_show(lambda: self.change.remove_app(require_actor()))

    @post("/account/second-factor/passkeys")
    @for_role(*ROLES)
    def add_passkey(self) -> Response:
        """Raises ProofNeeded."""
        visitor, form = current_visitor(), NewPasskeyForm.of_request()
        if not form.is_sent():
            return self._render_home(422, form)
        require_fresh_proof(visitor)
        text, name = form.credential.data or "", form.name.data or ""
        try:
            codes = self.add.add_passkey(require_actor(), visitor.session, text, name)
        except Refusal as refusal:
            apply_problem(form, refusal)
            return self._render_home(STATUSES.get(refusal.slug, 409), form)
        return show_recovery_codes(codes, HOME)

    @get("/account/second-factor/passkeys/<passkey>")
    @for_role(*ROLES)
    @with_fresh_proof
    def show_passkey(self, passkey: str) -> Response:
        """A passkey to rename or remove. Raises UnknownPasskey."""
        require_fresh_proof(current_visitor())
        shown = self.change.get_passkey(require_actor(), passkey)
        return _render_passkey(shown, PasskeyNameForm(name=shown.name))

    @post("/account/second-factor/passkeys/<passkey>")
    @for_role(*ROLES)
    def rename_passkey(self, passkey: str) -> Response:
        """Raises ProofNeeded, UnknownPasskey."""
        form, by = PasskeyNameForm.of_request(), require_actor()
        if not form.is_sent():
            return _render_passkey(self.change.get_passkey(by, passkey), form, 422)
        require_fresh_proof(current_visitor())
        self.change.rename_passkey(by, passkey, form.name.data or "")
        return redirect_to(HOME)

    @post("/account/second-factor/passkeys/<passkey>/removal")
    @for_role(*ROLES)
    def remove_passkey(self, passkey: str) -> Response:
        """Raises ProofNeeded, UnknownPasskey, LastFactor."""
        return self._change_and_show(
            lambda: self.change.remove_passkey(require_actor(), passkey)
        )

    @post("/account/second-factor/recovery-codes")
    @for_role(*ROLES)
    def make_recovery_codes(self) -> Response:
        """Fresh codes; those before are void. Raises ProofNeeded."""
        require_fresh_proof(current_visitor())
        return show_recovery_codes(self.add.make_recovery_codes(require_actor()), HOME)

    def _change_and_show(self, change: Callable[[], None]) -> Response:
        require_fresh_proof(current_visitor())
        change()
        return redirect_to(HOME)

    def _render_home(
        self, status: int = 200, new: NewPasskeyForm | None = None
    ) -> Response:
        page = render_page(
            "account/second-factor/home.html",
            status,
            factors=self._view_factors(),
            new=new or NewPasskeyForm(),
        )
        page.headers["Cache-Control"] = NO_STORE
        return page

    def _view_factors(self) -> OwnFactors:
        visitor, account = current_visitor(), require_actor().account
        parts = self.add.parts
        factors = parts.factors.get(account.id)
        may_change = has_fresh_proof(visitor)
        has_room = len(factors.passkeys) < MOST_PASSKEYS
        return OwnFactors(
            factors.totp_added,
            factors.passkeys,
            len(factors.recovery),
            factors.has_any,
            self.change.rule.is_required(account),
            may_change,
            has_room,
            self.add.offer_passkey(account, visitor.session) if may_change else "",
            parts.ceremonies.origin,
        )

    def _render_app(self, form: AppForm, status: int = 200) -> Response:
        """The page with a secret: neither kept nor packed."""
        offered = self.add.offer_app(require_actor().account, form.offer.data or "")
        form.offer.data = offered.sealed
        page = render_page(
            "account/second-factor/app.html",
            status,
            form=form,
            offered=offered,
            qr=draw_qr(offered.address),
            action=f"{HOME}/app",
            is_first=False,
        )
        page.headers["Cache-Control"] = NO_STORE
        return page


def _render_passkey(
    shown: Passkey, form: PasskeyNameForm, status: int = 200
) -> Response:
    return render_page(
        "account/second-factor/rename.html", status, shown=shown, form=form
    )
