"""The tree of branches: looked through, and a new branch."""

import re

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, route
from contracts.http.enrollment import BranchesQuery, BranchIn, BranchOut
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.forms.base import apply_problem
from gateway.forms.branches import BranchSearchForm, NewBranchForm
from gateway.identity.account import OPERATOR, STAFF
from gateway.identity.account_lists import AccountLists
from gateway.pages.branch_words import find_branches_like, pick_branch
from gateway.pages.components.paging import build_pages
from gateway.pages.components.tables import build_heads
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.branch_lines import PATH, branch_columns, view_lines
from gateway.texts import N_
from gateway.texts.language import gettext

BRANCH_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""As the contract has it."""
PAGE_BRANCHES = 50
"""Branches that one looks over on one page, with their counts asked at once."""


class BranchPages(Routes):
    """Pages of the tree."""

    name = "branch_pages"

    def __init__(self, accounts: AccountLists) -> None:
        self.accounts = accounts

    @get(PATH)
    @for_role(STAFF, OPERATOR)
    def list_branches(self) -> Response:
        """The tree, or what of it has some words."""
        services, form = page_services(), BranchSearchForm.of_request()
        after, words = request.args.get("after", ""), form.q.data or ""
        asked = BranchesQuery(q=words, after=after, limit=PAGE_BRANCHES)
        page = services.enrollment.list_branches(asked)
        return render_page(
            f"staff/branches/{'found' if is_part() else 'list'}.html",
            form=form,
            heads=build_heads(branch_columns(), PATH, {}),
            lines=view_lines(services, self.accounts, page.items),
            pages=build_pages(PATH, request.args, page.next),
        )

    @get(f"{PATH}/options")
    @for_role(STAFF, OPERATOR)
    def list_options(self) -> Response:
        """Branches like what is being written, for the list of a field."""
        written = next((value for value in request.args.values() if value), "")
        words = written.strip()[:200]
        found = find_branches_like(page_services(), words) if words else []
        return render_page("staff/branches/options.html", branches=found)

    @route(f"{PATH}/new", "GET", "POST")
    @for_role(STAFF, OPERATOR)
    def create_branch(self) -> Response:
        """A branch is added, and its page follows."""
        services, form = page_services(), NewBranchForm.of_request()
        status = 200 if request.method == "GET" else 422
        if form.is_sent():
            try:
                if made := _post_branch(services, form):
                    return redirect_to(f"{PATH}/{made.id}?done=created")
            except Problem as problem:
                if problem.status >= 500:
                    raise
                apply_problem(form, problem, problem.detail)
                status = problem.status
        return render_page("staff/branches/new.html", status, form=form)


def _post_branch(services: PageServices, form: NewBranchForm) -> BranchOut | None:
    """The branch that was made; None where the form has faults by now."""
    parent = pick_branch(services, form, "parent")
    if parent is None:
        return None
    id_, name = (form.id.data or "").strip(), form.name.data or ""
    if not BRANCH_ID.fullmatch(id_):
        form.refuse(
            gettext(N_("编号只用小写字母、数字和连字符，以字母或数字开头")), "id"
        )
        return None
    asked = BranchIn(id=id_, name=name, parent=parent)
    return services.enrollment.post_branch(asked)
