"""/people: who is in the tree, what is known of them, and correcting it."""

from chassis.http.auth import (
    Scope,
    current_caller,
    current_scope,
    require_roles,
    require_services,
)
from chassis.http.body import json_response, read_body, read_query
from chassis.http.routing import Routes, get, patch, post
from chassis.ids import new_id
from flask import Response

from enrollment.api import shapes
from enrollment.usecases.correct_person import Corrector, CorrectPerson
from enrollment.usecases.create_branch import branch_within
from enrollment.usecases.find_people import find_people, require_person
from enrollment.usecases.ports import Branches, People


class PeopleRoutes(Routes):
    """Routes for people."""

    name = "people"

    def __init__(
        self, branches: Branches, people: People, correct: CorrectPerson
    ) -> None:
        self.branches, self.people, self.correct = branches, people, correct

    def _answer_person(self, person_id: str, seen: Scope) -> Response:
        """The person with those memberships that the caller sees."""
        person, memberships = require_person(
            self.branches, self.people, seen, person_id
        )
        return json_response(shapes.dump_person(person, memberships))

    @get("/people")
    @require_roles("officer", "staff")
    def list_members(self) -> Response:
        asked = read_query(shapes.PageIn)
        seen = current_scope()
        if asked.branch:
            seen = Scope.below(branch_within(self.branches, asked.branch, seen).id)
        ids = [branch.id for branch in self.branches.find_within(seen)]
        page = self.people.find_by_branches(ids, asked.after, asked.limit)
        listed = [shapes.dump_member(membership, person) for membership, person in page]
        more = listed[-1]["id"] if len(page) == asked.limit else ""
        return json_response({"people": listed, "next": more})

    @post("/people/find")
    @require_roles("officer", "staff")
    def post_search(self) -> Response:
        """By phone or member number, in the body: no phone stands in a URL."""
        asked = read_body(shapes.FindIn)
        matches = find_people(
            self.branches,
            self.people,
            current_scope(),
            asked.phone,
            asked.branch_id,
            asked.member_no,
        )
        return json_response(
            [shapes.dump_person(person, memberships) for person, memberships in matches]
        )

    @get("/people/<person_id>")
    @require_roles("officer", "staff")
    def show_person(self, person_id: str) -> Response:
        return self._answer_person(person_id, current_scope())

    @patch("/people/<person_id>")
    @require_roles("officer", "staff")
    def patch_person(self, person_id: str) -> Response:
        wanted = read_body(shapes.CorrectionIn).given_fields()
        who = current_caller()
        is_staff = who.has_role("staff") and not who.has_role("officer")
        account = who.account or who.branch
        self.correct(
            Corrector(account, is_staff, current_scope(), new_id()), person_id, wanted
        )
        return self._answer_person(person_id, current_scope())

    @get("/people/<person_id>/changes")
    @require_roles("officer", "staff")
    def list_changes(self, person_id: str) -> Response:
        require_person(self.branches, self.people, current_scope(), person_id)
        return json_response(self.people.find_changes(person_id))

    @post("/people/contacts")
    @require_services("gateway", "learning", "notify")
    def list_contacts(self) -> Response:
        persons = self.people.find_by_ids(read_body(shapes.ContactsIn).person_ids)
        return json_response(
            [shapes.dump_contact(person) for person in persons.values()]
        )

    @post("/people/invitees")
    @require_services("gateway")
    def list_invitees(self) -> Response:
        ids = read_body(shapes.ContactsIn).person_ids
        persons = self.people.find_by_ids(ids)
        first = {m.person_id: m for m in reversed(self.people.find_memberships_of(ids))}
        named = self.branches.find_by_ids(sorted({m.branch_id for m in first.values()}))
        names = {id_: branch.name for id_, branch in named.items()}
        return json_response(
            [
                shapes.dump_invitee(
                    person, first[id_], names.get(first[id_].branch_id, "")
                )
                for id_, person in persons.items()
                if id_ in first
            ]
        )
