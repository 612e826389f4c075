"""The page that asks once more for a proof, and the pages that need one."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import quote

from chassis.http.routing import Routes, get, post
from flask import Response, request

from gateway.api.request_visitor import current_origin, current_visitor
from gateway.forms.accounts import ProofCodeForm, ProofForm
from gateway.forms.base import PageForm, apply_problem
from gateway.identity.account import ROLES, Account
from gateway.identity.contacts import Contact
from gateway.identity.errors import ProofNeeded, Refusal
from gateway.identity.own_password import OwnPassword
from gateway.identity.prove_again import ProveAgain
from gateway.identity.sign_in import account_of
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.rendering import current_path, redirect_to, render_page, safe_path
from gateway.pages.role_guard import for_role

P = ParamSpec("P")
PROVING, ANSWERING = "account/proof.html", "account/proof-code.html"


def with_fresh_proof(view: Callable[P, Response]) -> Callable[P, Response]:
    """A page that asks for a proof first, where the last one is too old."""

    @wraps(view)
    def guarded_view(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except ProofNeeded:
            return redirect_to(f"/account/proof?next={quote(_way_back())}")

    return guarded_view


def _way_back() -> str:
    """The page that asked; from a form that was sent, the one that begins it."""
    path = current_path()
    return path if request.method == "GET" else path.removesuffix("/answer")


class ProofPages(Routes):
    """Pages of the proof: by password, or by a code to a contact of the account."""

    name = "proof"

    def __init__(
        self,
        own_password: OwnPassword,
        prove_again: ProveAgain,
        has_factor: Callable[[Account], bool],
    ) -> None:
        self.own_password, self.prove_again = own_password, prove_again
        self.has_factor = has_factor

    @get("/account/proof")
    @for_role(*ROLES)
    def ask_proof(self) -> Response:
        form = ProofForm.of_request()
        form.next.data = safe_path(form.next.data or "/account")
        return self._ask_password(form)

    @post("/account/proof")
    @for_role(*ROLES)
    def take_password(self) -> Response:
        form = ProofForm.of_request()
        form.next.data = safe_path(form.next.data or "/account")
        if not form.is_sent():
            return self._ask_password(form, 422)
        password = form.password.data or ""
        try:
            self.own_password.prove_again(current_visitor(), password, current_origin())
        except Refusal as refusal:
            apply_problem(form, refusal)
            page = self._ask_password(form, STATUSES[refusal.slug])
            return with_retry(page, refusal)
        return redirect_to(form.next.data)

    @post("/account/proof/code")
    @for_role(*ROLES)
    def ask_code(self) -> Response:
        asked = ProofForm.of_request()
        asked.next.data = safe_path(asked.next.data or "/account")
        try:
            ticket, contact = self.prove_again.ask_code(
                current_visitor(), current_origin()
            )
        except Refusal as refusal:
            apply_problem(asked, refusal)
            page = self._ask_password(asked, STATUSES[refusal.slug])
            return with_retry(page, refusal)
        form = ProofCodeForm(ticket=ticket, next=asked.next.data)
        return _ask_code(form, contact)

    @post("/account/proof/answer")
    @for_role(*ROLES)
    def take_code(self) -> Response:
        form, who = ProofCodeForm.of_request(), current_visitor()
        form.next.data = safe_path(form.next.data or "/account")
        contact = self.prove_again.find_contact(account_of(who))
        if not form.is_sent():
            return _ask_code(form, contact, 422)
        ticket, code = form.ticket.data or "", form.code.data or ""
        try:
            self.prove_again.answer_code(who, ticket, code, current_origin())
        except Refusal as refusal:
            apply_problem(form, refusal)
            return _ask_code(form, contact, STATUSES[refusal.slug])
        return redirect_to(form.next.data)

    def _ask_password(self, form: PageForm, status: int = 200) -> Response:
        account = account_of(current_visitor())
        return render_page(
            PROVING,
            status,
            form=form,
            has_password=bool(account.secret),
            has_factor=self.has_factor(account),
            contact=self.prove_again.find_contact(account),
        )


def _ask_code(
    form: ProofCodeForm, contact: Contact | None, status: int = 200
) -> Response:
    return render_page(ANSWERING, status, form=form, contact=contact)
