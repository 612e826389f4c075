"""The page that takes a second factor as a fresh proof."""

from chassis.http.routing import Routes, route
from flask import Response

from gateway.api.request_visitor import current_origin, current_visitor
from gateway.forms.base import apply_problem
from gateway.forms.second_factor import PasskeyForm, SecondCodeForm
from gateway.identity.account import ROLES
from gateway.identity.errors import Refusal
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.rendering import redirect_to, render_page, safe_path
from gateway.pages.role_guard import for_role
from gateway.second_factor.factor_proof import FactorProof


class FactorProofPages(Routes):
    """Pages of a proof by app, recovery code or passkey."""

    name = "factor_proof"

    def __init__(self, proof: FactorProof) -> None:
        self.proof = proof

    @route("/account/proof/factor", "GET", "POST")
    @for_role(*ROLES)
    def prove_again(self) -> Response:
        """The form, and what comes of it: the session is proven anew."""
        form, passkey = SecondCodeForm.of_request(), PasskeyForm.of_request()
        form.next.data = safe_path(form.next.data or "/account")
        who, origin = current_visitor(), current_origin()
        try:
            if passkey.credential.data:
                self.proof.prove_by_passkey(who, passkey.credential.data, origin)
            elif not form.is_sent():
                return self._ask_factor(form, 422 if form.find_faults() else 200)
            else:
                self.proof.prove_by_code(who, form.code.data or "", origin)
        except Refusal as refusal:
            apply_problem(form, refusal)
            page = self._ask_factor(form, STATUSES[refusal.slug])
            return with_retry(page, refusal)
        return redirect_to(form.next.data)

    def _ask_factor(self, form: SecondCodeForm, status: int) -> Response:
        return render_page(
            "account/proof-factor.html",
            status,
            form=form,
            passkey=PasskeyForm(next=form.next.data),
            options=self.proof.offer_passkeys(current_visitor()),
            origin=self.proof.prove.parts.ceremonies.origin,
        )
