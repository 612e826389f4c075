"""/branches: the tree."""

from chassis.http.auth import current_scope, require_roles
from chassis.http.body import json_response, read_body
from chassis.http.routing import Routes, get, post
from flask import Response

from enrollment.api import shapes
from enrollment.usecases.create_branch import create_branch
from enrollment.usecases.ports import Branches


class BranchRoutes(Routes):
    """Routes for branches."""

    name = "branches"

    def __init__(self, branches: Branches) -> None:
        self.branches = branches

    @post("/branches")
    @require_roles("staff", "operator")
    def post_branch(self) -> Response:
        asked = read_body(shapes.BranchIn)
        made = create_branch(self.branches, asked.id, asked.name, asked.parent)
        return json_response(shapes.dump_branch(made), 201)

    @get("/branches")
    @require_roles("officer", "staff", "operator", services=["catalog"])
    def list_branches(self) -> Response:
        return json_response(
            [
                shapes.dump_branch(branch)
                for branch in self.branches.find_within(current_scope())
            ]
        )
