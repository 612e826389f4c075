"""Invitations: who of a branch is not in yet, and a letter more for one or for all."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chassis.http.routing import Routes, get, post
from contracts.http.enrollment import BranchesQuery, MembersQuery
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.clients.caller import PAGE_SECONDS
from gateway.clients.page_services import PageServices
from gateway.forms.people import MOST_PICKED, InvitationsForm
from gateway.identity.account import OFFICER, STAFF
from gateway.identity.invitation_counts import count_invitations
from gateway.identity.invitation_states import find_states
from gateway.identity.invite_branch import InviteBranch
from gateway.identity.invite_people import InvitePeople
from gateway.identity.security_events import OK, SecurityEvents
from gateway.pages.components.paging import build_pages
from gateway.pages.officer.invitations_view import (
    AT_ONCE_PAGES,
    COUNT_SECONDS,
    MOST_PAGES,
    PAGE_PEOPLE,
    view_counts,
    view_members,
    view_round,
)
from gateway.pages.officer.roster_names import find_branch, name_branches
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role

PATH = "/people/invitations"
NOT_COUNTED: Mapping[str, Any] = {"counts": [], "counted": 0, "counting": ""}


class InvitationPages(Routes):
    """Pages of invitations, for officers of their branches and for staff."""

    name = "invitations"

    def __init__(
        self, people: InvitePeople, invite_branch: InviteBranch, events: SecurityEvents
    ) -> None:
        self.people, self.invite_branch = people, invite_branch
        self.events = events

    @get(PATH)
    @for_role(OFFICER, STAFF)
    def list_invitations(self) -> Response:
        """Who of a branch was invited and is not in yet."""
        is_patient = request.args.get("count") == "all"
        services = page_services(2 * COUNT_SECONDS if is_patient else PAGE_SECONDS)
        form = InvitationsForm.of_request()
        branch, near = pick_shown_branch(services, form)
        context = self._list_members(services, branch)
        offer_shown_branches(services, form, branch)
        return render_page(
            f"officer/invitations/{'members' if is_part() else 'list'}.html",
            form=form,
            near=near,
            branch=branch,
            branch_name=name_branches(services, [branch]).get(branch, branch),
            round=self._view_round(branch),
            **context,
        )

    @post(PATH)
    @for_role(OFFICER, STAFF)
    def invite_all(self) -> Response:
        """All of a branch are invited; the page shows how far that is."""
        asked = request.form.get("branch", "")
        branch = page_services().enrollment.show_branch(asked).id
        self.invite_branch(require_actor(), branch)
        return redirect_to(f"{PATH}?{urlencode({'branch': branch})}")

    @get(f"{PATH}/progress")
    @for_role(OFFICER, STAFF)
    def show_progress(self) -> Response:
        """How far the round of a branch is, for a page that is open."""
        asked = request.args.get("branch", "")
        branch = page_services().enrollment.show_branch(asked).id
        if not is_part():
            return redirect_to(f"{PATH}?{urlencode({'branch': branch})}")
        return render_page(
            "officer/invitations/progress.html",
            branch=branch,
            round=self._view_round(branch),
        )

    @post(f"{PATH}/<person_id>")
    @for_role(OFFICER, STAFF)
    def invite_one(self, person_id: str) -> Response:
        """One person gets one more letter, and the list is shown again, or the person
        where that was asked on their page."""
        by = require_actor()
        person = page_services().enrollment.show_person(person_id)
        self.people.invite_again(person.person_id)
        self.events.add_event(
            "invitation-sent",
            OK,
            address=by.origin.address,
            who=by.account.id,
            account=person.person_id,
        )
        if request.form.get("back") == "person":
            return redirect_to(f"/people/{person.person_id}")
        fields = ("branch", "after")
        query = {name: request.form[name] for name in fields if request.form.get(name)}
        return redirect_to(f"{PATH}?{urlencode(query)}" if query else PATH)

    def _list_members(self, services: PageServices, branch: str) -> dict[str, Any]:
        """A page of members with their states, and on the first one also counts."""
        after = request.args.get("after", "")
        asked = MembersQuery(after=after, limit=PAGE_PEOPLE, branch=branch)
        page = services.enrollment.list_members(asked)
        states = find_states(
            self.people, list(dict.fromkeys(one.person_id for one in page.items))
        )
        counts = NOT_COUNTED if after else self._count_people(services, branch)
        return {
            **counts,
            "members": view_members(page.items, states),
            "pages": build_pages(PATH, request.args, page.next),
            "after": after,
        }

    def _count_people(self, services: PageServices, branch: str) -> dict[str, Any]:
        """How many are how far. Where there are very many the page does not wait: it
        asks for them once more when it is shown, by `counting`."""
        is_patient = request.args.get("count") == "all"
        most = MOST_PAGES if is_patient else AT_ONCE_PAGES
        counted = count_invitations(
            self.people, services.enrollment.list_ways, branch, most, COUNT_SECONDS
        )
        query = urlencode({"branch": branch, "count": "all"})
        is_late = not counted.is_whole and not is_patient
        return {
            "counts": [] if is_late else view_counts(counted),
            "counted": 0 if counted.is_whole else counted.people,
            "counting": f"{PATH}?{query}" if is_late else "",
        }

    def _view_round(self, branch: str) -> Any:
        latest = self.invite_branch.rounds.get_round(branch) if branch else None
        return view_round(latest) if latest else None


def pick_shown_branch(
    services: PageServices, form: InvitationsForm
) -> tuple[str, list[str]]:
    """The branch that is wanted, the own one where none is named; if its words name
    none, the names that they may mean."""
    if words := form.branch_words.data or "":
        branch, near = find_branch(services, words)
        return branch, [one.name for one in near]
    account = require_actor().account
    own = account.branch_id if OFFICER in account.roles else ""
    return (form.branch.data or "") or own, []


def offer_shown_branches(
    services: PageServices, form: InvitationsForm, branch: str
) -> None:
    """The branches of which one can pick, where there are few."""
    found = services.enrollment.list_branches(BranchesQuery(limit=MOST_PICKED + 1))
    form.offer_branches(found.items, branch)
