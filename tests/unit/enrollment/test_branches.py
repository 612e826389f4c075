"""Branches are created in a tree, which everybody sees within a scope."""

from collections.abc import Callable

import pytest
from enrollment.domain.errors import BranchExists, NotYourBranch, UnknownBranch
from enrollment.domain.people import Branch
from enrollment.usecases.create_branch import (
    branch_within,
    create_branch,
    require_within,
)
from enrollment.usecases.ports import Branches, Scope

from tests.unit.enrollment.fakes import FakeBranches
from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.world import BRANCHES, CITY, EAST, SCHOOL

Look = Callable[[Branches, str, Scope], Branch]


@pytest.fixture
def branches() -> FakeBranches:
    return FakeBranches(BRANCHES)


def test_a_branch_knows_its_path_from_the_root(branches: FakeBranches) -> None:
    assert create_branch(branches, "new", "新会", "dc").line == ("bj", "dc", "new")
    assert create_branch(branches, "root", "另一个", "").line == ("root",)


def test_creating_a_branch_again_changes_nothing(branches: FakeBranches) -> None:
    before = dict(branches.rows)
    assert create_branch(branches, EAST.id, EAST.name, CITY.id) == EAST
    assert branches.rows == before


@pytest.mark.parametrize(
    ("name", "parent"), [("别名", "bj"), ("东城", "xc"), ("东城", "")]
)
def test_an_id_is_taken_once_whatever_else_is_the_same(
    branches: FakeBranches, name: str, parent: str
) -> None:
    with pytest.raises(BranchExists):
        create_branch(branches, "dc", name, parent)
    assert branches.rows["dc"] == EAST


def test_nothing_grows_below_a_branch_that_is_not_there(branches: FakeBranches) -> None:
    with pytest.raises(UnknownBranch):
        create_branch(branches, "new", "新会", "nowhere")
    assert "new" not in branches.rows


@pytest.mark.parametrize("look", [branch_within, require_within])
def test_a_branch_is_reached_from_itself_and_from_above(
    branches: FakeBranches, look: Look
) -> None:
    for scope in (ALL, below("bj"), below("dc"), below("dc-school")):
        assert look(branches, "dc-school", scope) == SCHOOL


@pytest.mark.parametrize(
    ("look", "refusal"),
    [(branch_within, UnknownBranch), (require_within, NotYourBranch)],
)
@pytest.mark.parametrize("id_", ["bj", "dc", "nowhere"])
def test_nobody_reaches_a_branch_above_or_beside_or_one_that_is_not(
    branches: FakeBranches, look: Look, refusal: type[Exception], id_: str
) -> None:
    for scope in (below("dc-school"), below("xc")):
        with pytest.raises(refusal):
            look(branches, id_, scope)
