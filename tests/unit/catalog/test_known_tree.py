"""The tree that catalog knows is read anew after a minute, and at once after a move."""

from typing import Any, cast

from catalog.clients.enrollment import EnrollmentBranches
from chassis.http.client import Client
from chassis.http.problem import Problem
from contracts.http.enrollment import BranchOut, TreeOut
from contracts.http.shape import Page


class Enrollment:
    """Enrollment as it answers; `parents` by branch."""

    def __init__(self, **parents: str) -> None:
        self.parents, self.moves, self.reads = parents, 1, 0
        self.is_away = False

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, **more: Any
    ) -> Any:
        if self.is_away:
            raise Problem(503, "service-away", "")
        if path == ("branches", "tree"):
            return TreeOut(moves=self.moves)
        self.reads += 1
        return Page(
            items=[
                BranchOut(id=id_, name=id_, parent=parent)
                for id_, parent in self.parents.items()
            ]
        )


def test_a_tree_is_read_once_until_something_moves() -> None:
    enrollment = Enrollment(city="", east="city", street="east", west="city")
    tree = EnrollmentBranches(cast(Client, enrollment))
    assert tree.find_kin("street") == {"city", "east", "street"}
    assert tree.find_kin("west") == {"city", "west"}
    assert enrollment.reads == 1
    enrollment.parents["street"] = "west"
    assert tree.find_kin("west") == {"city", "west"}
    enrollment.moves = 2
    assert tree.find_kin("west") == {"city", "west", "street"}
    assert tree.find_kin("east") == {"city", "east"}
    assert enrollment.reads == 2
    enrollment.is_away = True
    assert tree.find_kin("east") is None
