"""/branches/B/contact and /contacts: how people reach their branch."""

from chassis.http.auth import (
    Scope,
    current_caller,
    current_scope,
    require_roles,
)
from chassis.http.editing import Edit
from chassis.http.routing import Routes, get, put
from contracts.http.branch_contacts import (
    BranchContactIn,
    BranchContactOut,
    NearestContactOut,
)
from contracts.http.shape import Page

from enrollment.domain.branch_contact import BranchContact
from enrollment.usecases.branch_contacts import (
    BranchContacts,
    find_college_contact,
    find_contacts,
    put_contact,
)
from enrollment.usecases.create_branch import branch_within, require_within
from enrollment.usecases.ports import Audit, Branches, People


class BranchContactRoutes(Routes):
    """Routes for the contacts of branches."""

    name = "branch_contacts"

    def __init__(
        self,
        branches: Branches,
        people: People,
        contacts: BranchContacts,
        audit: Audit,
    ) -> None:
        self.branches, self.people = branches, people
        self.contacts, self.audit = contacts, audit

    @get("/branches/<branch_id>/contact")
    @require_roles("officer", "staff", "operator")
    def show_contact(self, branch_id: str) -> BranchContactOut:
        """The contact of a branch that the caller sees, empty where none is written."""
        branch = branch_within(self.branches, branch_id, current_scope())
        contact, version = self.contacts.get_with_version(branch.id)
        return BranchContactOut.of(contact, branch_name=branch.name, version=version)

    @put("/branches/<branch_id>/contact")
    @require_roles("officer", "staff")
    def put_contact(
        self, branch_id: str, edit: Edit, asked: BranchContactIn
    ) -> BranchContactOut:
        """The contact of a branch is written by whoever acts for it."""
        branch = require_within(self.branches, branch_id, current_scope())
        wanted = BranchContact(
            branch.id, asked.name, asked.phone, asked.hours, asked.place
        )
        contact, version = put_contact(
            self.contacts, self.audit, current_caller().account, wanted, edit.version
        )
        return BranchContactOut.of(contact, branch_name=branch.name, version=version)

    @get("/contacts/college")
    @require_roles("visitor", "trainee", "officer", "staff", "operator")
    def list_college_contacts(self) -> Page[NearestContactOut]:
        """The contact of the topmost branch, for who cannot sign in; empty where none
        is written."""
        found = find_college_contact(self.branches, self.contacts, Scope.all())
        if found is None:
            return Page(items=[])
        branch, contact = found
        names = {"branch_name": branch.name, "of_branch": branch.name}
        return Page(items=[NearestContactOut.of(contact, **names)])

    @get("/contacts")
    @require_roles("trainee", "officer")
    def list_contacts(self) -> Page[NearestContactOut]:
        """The contacts nearest to the caller's own branches."""
        who = current_caller()
        memberships = self.people.find_memberships_of(
            [who.person] if who.person else []
        )
        ids = {membership.branch_id for membership in memberships}
        ids |= {who.branch} if who.branch else set()
        found = find_contacts(self.branches, self.contacts, sorted(ids))
        return Page(
            items=[
                NearestContactOut.of(
                    contact, branch_name=branch.name, of_branch=whose.name
                )
                for branch, whose, contact in found
            ]
        )
