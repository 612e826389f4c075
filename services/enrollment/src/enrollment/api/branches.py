"""/branches and /people: the tree, and who is in it."""

from chassis.http.auth import Scope, caller, needs, needs_service, scope
from chassis.http.body import answer, body, query
from flask import Blueprint, Response

from enrollment.api import shapes
from enrollment.usecases.grow_branches import add_branch, branch_within
from enrollment.usecases.ports import Branches, People


def blueprint(branches: Branches, people: People) -> Blueprint:
    """Routes for branches and people."""
    bp = Blueprint("branches", __name__)

    @bp.post("/branches")
    @needs("staff", "operator")
    def add() -> Response:
        said = body(shapes.BranchIn)
        made = add_branch(branches, said.id, said.name, said.parent)
        return answer(shapes.branch(made), 201)

    @bp.get("/branches")
    @needs("officer", "staff", "operator", services=["catalog"])
    def within() -> Response:
        seen = Scope.all() if caller().has("service") else scope()
        return answer([shapes.branch(one) for one in branches.within(seen)])

    @bp.get("/people")
    @needs("officer", "staff")
    def members() -> Response:
        said = query(shapes.PageIn)
        seen = scope()
        if said.branch:
            seen = Scope.below(branch_within(branches, said.branch, seen).id)
        ids = [branch.id for branch in branches.within(seen)]
        page = people.of_branches(ids, said.after, said.limit)
        listed = [shapes.member(membership, person) for membership, person in page]
        more = listed[-1]["id"] if len(page) == said.limit else ""
        return answer({"people": listed, "next": more})

    @bp.post("/people/contacts")
    @needs_service("gateway", "learning", "notify")
    def contacts() -> Response:
        found = people.named(body(shapes.ContactsIn).person_ids)
        return answer([shapes.contact(person) for person in found.values()])

    return bp
