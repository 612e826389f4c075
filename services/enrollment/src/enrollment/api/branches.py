"""/branches: the tree."""

from chassis.http.auth import current_scope, require_roles
from chassis.http.body import json_response, read_body
from flask import Blueprint, Response

from enrollment.api import shapes
from enrollment.usecases.create_branch import create_branch
from enrollment.usecases.ports import Branches


def create_blueprint(branches: Branches) -> Blueprint:
    """Routes for branches."""
    bp = Blueprint("branches", __name__)

    @bp.post("/branches")
    @require_roles("staff", "operator")
    def post_branch() -> Response:
        asked = read_body(shapes.BranchIn)
        made = create_branch(branches, asked.id, asked.name, asked.parent)
        return json_response(shapes.dump_branch(made), 201)

    @bp.get("/branches")
    @require_roles("officer", "staff", "operator", services=["catalog"])
    def list_branches() -> Response:
        return json_response(
            [
                shapes.dump_branch(branch)
                for branch in branches.find_within(current_scope())
            ]
        )

    return bp
