"""How people reach the branch, written by its officer."""

from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.branch_contacts import BranchContactIn
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.forms.base import apply_problem
from gateway.forms.personal_data import ContactForm
from gateway.identity.account import OFFICER
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

REFUSED = (409, 412, 422)


class ContactPages(Routes):
    """The page of the own branch's contact."""

    name = "contact"

    @route("/contact", "GET", "POST")
    @for_role(OFFICER)
    def edit_contact(self) -> Response:
        """The contact as it is, to change it."""
        branch_id = require_actor().account.branch_id
        enrollment = page_services().enrollment
        present = enrollment.show_contact(branch_id)
        form = ContactForm.of_request(obj=present)
        if request.method == "GET":
            form = ContactForm(obj=present)
        status = 200
        if form.is_sent():
            try:
                asked = BranchContactIn(
                    name=form.name.data or "",
                    phone=form.phone.data or "",
                    hours=form.hours.data or "",
                    place=form.place.data or "",
                )
                seen = form.version.data or ""
                version = int(seen) if seen.isdecimal() else 0
                enrollment.put_contact(branch_id, asked, version)
                return redirect_to("/contact?done=1")
            except Problem as problem:
                if problem.status not in REFUSED:
                    raise
                apply_problem(form, problem, problem.detail)
                form.version.data = str(present.version)
                status = problem.status
        if form.find_faults() and status == 200:
            status = 422
        return render_page(
            "officer/contact.html",
            status,
            form=form,
            branch=present.branch_name,
            is_done=request.args.get("done") == "1",
        )
