"""/branches: the tree."""

from chassis.http.auth import needs, scope
from chassis.http.body import answer, body
from flask import Blueprint, Response

from enrollment.api import shapes
from enrollment.usecases.create_branch import create_branch
from enrollment.usecases.ports import Branches


def create_blueprint(branches: Branches) -> Blueprint:
    """Routes for branches."""
    bp = Blueprint("branches", __name__)

    @bp.post("/branches")
    @needs("staff", "operator")
    def post_branch() -> Response:
        asked = body(shapes.BranchIn)
        made = create_branch(branches, asked.id, asked.name, asked.parent)
        return answer(shapes.dump_branch(made), 201)

    @bp.get("/branches")
    @needs("officer", "staff", "operator", services=["catalog"])
    def list_branches() -> Response:
        return answer(
            [shapes.dump_branch(branch) for branch in branches.find_within(scope())]
        )

    return bp
