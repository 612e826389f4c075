"""A new phone or mail address for one's own account, proven by a code sent there."""

from chassis.http.routing import Routes, get, post
from flask import Response

from gateway.api.request_visitor import current_origin, current_visitor
from gateway.forms.accounts import ContactCodeForm, ContactForm
from gateway.forms.base import apply_problem
from gateway.identity.account import ROLES
from gateway.identity.change_contacts import ChangeContacts
from gateway.identity.errors import ProofNeeded, Refusal
from gateway.identity.own_password import require_fresh_proof
from gateway.pages.account.proof import with_fresh_proof
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

ASKING, ANSWERING = "account/contact.html", "account/contact-code.html"


class ContactPages(Routes):
    """Pages of a new contact: which, then the code that was sent there."""

    name = "own_contacts"

    def __init__(self, change_contacts: ChangeContacts) -> None:
        self.change_contacts = change_contacts

    @get("/account/contact")
    @for_role(*ROLES)
    @with_fresh_proof
    def show_asking(self) -> Response:
        require_fresh_proof(current_visitor())
        return render_page(ASKING, form=ContactForm())

    @post("/account/contact")
    @for_role(*ROLES)
    @with_fresh_proof
    def ask_code(self) -> Response:
        form, who = ContactForm.of_request(), current_visitor()
        if not form.is_sent():
            return render_page(ASKING, 422, form=form)
        written = form.contact.data or ""
        try:
            ticket = self.change_contacts.ask_code(
                who, written, current_origin(), form.ticket.data or ""
            )
        except ProofNeeded:
            raise
        except Refusal as refusal:
            apply_problem(form, refusal)
            page = render_page(ASKING, STATUSES[refusal.slug], form=form)
            return with_retry(page, refusal)
        answer = ContactCodeForm(ticket=ticket, contact=written)
        return render_page(ANSWERING, form=answer)

    @post("/account/contact/answer")
    @for_role(*ROLES)
    @with_fresh_proof
    def answer_code(self) -> Response:
        form, who = ContactCodeForm.of_request(), current_visitor()
        if not form.is_sent():
            return render_page(ANSWERING, 422, form=form)
        ticket, code = form.ticket.data or "", form.code.data or ""
        try:
            self.change_contacts.answer_code(who, ticket, code, current_origin())
        except ProofNeeded:
            raise
        except Refusal as refusal:
            apply_problem(form, refusal)
            return render_page(ANSWERING, STATUSES[refusal.slug], form=form)
        return redirect_to("/account")
