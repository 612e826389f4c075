"""/branches: the tree."""

from chassis.http.auth import needs, scope
from chassis.http.body import answer, body
from flask import Blueprint, Response

from enrollment.api import shapes
from enrollment.usecases.create_branch import add_branch
from enrollment.usecases.ports import Branches


def blueprint(branches: Branches) -> Blueprint:
    """Routes for branches."""
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
        return answer([shapes.branch(one) for one in branches.within(scope())])

    return bp
