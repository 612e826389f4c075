"""/people: who is in the tree, what is known of them, and correcting it."""

from chassis.http.auth import (
    Scope,
    current_caller,
    current_scope,
    require_roles,
    require_services,
)
from chassis.http.editing import Edit
from chassis.http.routing import Routes, get, patch, post, put
from chassis.ids import new_id
from contracts.http.enrollment import (
    ContactOut,
    ContactsIn,
    CorrectionIn,
    FindPersonIn,
    InviteeOut,
    MemberOut,
    MembersQuery,
    OwnContactIn,
    PersonChangeOut,
    PersonOut,
    WaysOut,
    WaysQuery,
)
from contracts.http.shape import Page

from enrollment.api.narrowing import narrow_scope
from enrollment.api.people_shown import show_contact, show_member, show_person
from enrollment.usecases.correct_person import Corrector, CorrectPerson
from enrollment.usecases.find_people import (
    find_lines,
    find_people,
    list_members,
    require_person,
)
from enrollment.usecases.find_ways import find_ways
from enrollment.usecases.people_ports import Merges, Ways
from enrollment.usecases.ports import Branches, People


def current_corrector() -> Corrector:
    """Who asks, as corrections name them."""
    who = current_caller()
    is_staff = who.has_role("staff") and not who.has_role("officer")
    return Corrector(who.account or who.branch, is_staff, current_scope(), new_id())


class PeopleRoutes(Routes):
    """Routes for people."""

    name = "people"

    def __init__(
        self,
        branches: Branches,
        people: People,
        correct: CorrectPerson,
        merges: Merges,
        ways: Ways,
    ) -> None:
        self.branches, self.people, self.correct = branches, people, correct
        self.merges, self.ways = merges, ways

    def _find_person(self, person_id: str, seen: Scope) -> PersonOut:
        """The person with those memberships that the caller sees."""
        return show_person(*require_person(self.branches, self.people, seen, person_id))

    @get("/people")
    @require_roles("officer", "staff")
    def list_members(self, asked: MembersQuery) -> Page[MemberOut]:
        """The members that the caller sees, by membership."""
        seen = narrow_scope(self.branches, current_scope(), asked.branch)
        page = list_members(self.branches, self.people, seen, asked.after, asked.limit)
        listed = [show_member(membership, person) for membership, person in page]
        more = listed[-1].id if len(page) == asked.limit else ""
        return Page(items=listed, next=more)

    @get("/people/ways")
    @require_roles("officer", "staff")
    def list_ways(self, asked: WaysQuery) -> WaysOut:
        """The members that the caller sees, by how each can be written to."""
        seen = narrow_scope(self.branches, current_scope(), asked.branch)
        found = find_ways(self.branches, self.ways, seen, asked.after, asked.limit)
        return WaysOut(
            mail=list(found.mail),
            phone=list(found.phone),
            none=list(found.none),
            next=found.after,
        )

    @post("/people/find")
    @require_roles("officer", "staff")
    def post_search(self, asked: FindPersonIn) -> list[PersonOut]:
        """By phone or member number, in the body: no phone stands in a URL."""
        matches = find_people(
            self.branches,
            self.people,
            current_scope(),
            asked.phone,
            asked.branch_id,
            asked.member_no,
        )
        return [show_person(person, memberships) for person, memberships in matches]

    @get("/people/<person_id>")
    @require_roles("officer", "staff")
    def show_person(self, person_id: str) -> PersonOut:
        """A person that the caller sees."""
        return self._find_person(person_id, current_scope())

    @patch("/people/<person_id>")
    @require_roles("officer", "staff")
    def patch_person(
        self, person_id: str, asked: CorrectionIn, edit: Edit | None
    ) -> PersonOut:
        """Some fields of a person are corrected, with a line that tells by whom."""
        revision = edit.version if edit else None
        self.correct(current_corrector(), person_id, asked.given_fields(), revision)
        return self._find_person(person_id, current_scope())

    @get("/people/<person_id>/changes")
    @require_roles("officer", "staff")
    def list_changes(self, person_id: str) -> list[PersonChangeOut]:
        """All that was changed of a person, and by which chunk or account."""
        require_person(self.branches, self.people, current_scope(), person_id)
        return [
            PersonChangeOut.of(change) for change in self.people.find_changes(person_id)
        ]

    @post("/people/contacts")
    @require_services("gateway", "learning", "notify")
    def list_contacts(self, asked: ContactsIn) -> list[ContactOut]:
        """How to reach these people."""
        persons = self.people.find_by_ids(asked.person_ids)
        return [show_contact(person) for person in persons.values()]

    @put("/people/<person_id>/contact")
    @require_services("gateway")
    def put_contact(self, person_id: str, asked: OwnContactIn) -> ContactOut:
        """A person's phone or mail address, as the person has proven to have it."""
        by = Corrector(person_id, True, Scope.all(), new_id())
        proven = {"phone": asked.phone, "email": asked.email}
        given = {name: value for name, value in proven.items() if value}
        return show_contact(self.correct(by, person_id, given))

    @post("/people/invitees")
    @require_services("gateway")
    def list_invitees(self, asked: ContactsIn) -> list[InviteeOut]:
        """These people with the membership that they are invited by."""
        ids = asked.person_ids
        persons = self.people.find_by_ids(ids)
        every = self.people.find_memberships_of(ids)
        active = self.people.pick_active(every)
        held = {membership.person_id for membership in active}
        memberships = active + [m for m in every if m.person_id not in held]
        first = {m.person_id: m for m in reversed(memberships)}
        named = self.branches.find_by_ids(sorted({m.branch_id for m in memberships}))
        names = {branch.id: branch.name for branch in named.values()}
        lines = find_lines(self.branches, self.people, self.merges, ids)
        return [
            InviteeOut.of(
                show_contact(person),
                branch_id=first[id_].branch_id,
                branch_name=names.get(first[id_].branch_id, ""),
                member_no=first[id_].member_no,
                lines=[list(line) for line in lines[id_]],
            )
            for id_, person in persons.items()
            if id_ in first
        ]
