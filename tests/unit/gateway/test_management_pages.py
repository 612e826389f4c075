"""The pages by which branches, accounts and keys are managed."""

from typing import Any, cast

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER, OPERATOR, STAFF, Account
from gateway.identity.account_lists import AccountFilter, AccountLists
from gateway.identity.login_names import plain_login
from gateway.identity.manage_keys import ManageKeys
from gateway.identity.twins import Twins
from gateway.pages.public.api_keys import ApiKeyPages
from gateway.pages.staff.account_changes import AccountChangePages
from gateway.pages.staff.account_lists import AccountListPages
from gateway.pages.staff.branch_changes import BranchChangePages
from gateway.pages.staff.branches import BranchPages
from gateway.pages.staff.member_invitations import MemberInvitationPages

from tests.unit.gateway.identity import (
    BRANCHES,
    OFFICER_ACCOUNT,
    TRAINEE_ACCOUNT,
    Identity,
)
from tests.unit.gateway.proofs import Proofs
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_manage_keys import MemoryKeys

CITY = {
    "id": "beijing", "name": "北京市总工会", "parent": "", "line": ["beijing"],
    "version": 3,
}  # fmt: skip
EAST = {
    "id": "dongcheng", "name": "东城区总工会", "parent": "beijing",
    "line": ["beijing", "dongcheng"], "version": 5,
}  # fmt: skip
PHONE = "13800000001"


class MemoryLists:
    """Accounts in memory, as lists."""

    def __init__(self, *accounts: Account) -> None:
        self.accounts = accounts
        self.asked: list[AccountFilter] = []

    def find_page(
        self, wanted: AccountFilter, after: str, limit: int
    ) -> tuple[list[Account], str]:
        self.asked.append(wanted)
        return list(self.accounts), "next"

    def find_by_words(self, words: str) -> list[Account]:
        return [a for a in self.accounts if a.name.startswith(words)]

    def find_officers(self, branch_id: str) -> list[Account]:
        return [a for a in self.accounts if a.branch_id == branch_id]

    def count_officers(self, branch_ids: list[str]) -> dict[str, int]:
        return {id_: len(self.find_officers(id_)) for id_ in branch_ids}


WANG = Account("wang", PHONE, "王小明", ("trainee",), "wang", secret="s")
LISTS = cast(AccountLists, MemoryLists(OFFICER_ACCOUNT, WANG))


def find_known(login: str) -> Account | None:
    return WANG if plain_login(login) == PHONE else None


def find_branches(query: dict[str, str]) -> dict[str, Any]:
    words, ids = query.get("q", ""), query.get("ids", "").split(",")
    found = [
        branch
        for branch in (CITY, EAST)
        if (query.get("ids") and branch["id"] in ids)
        or (not query.get("ids") and words in str(branch["name"]))
    ]
    return {"items": found, "next": ""}


def with_tree(made: Scene) -> Scene:
    made.services["enrollment"].answers |= {
        "/branches": find_branches,
        "/branches/dongcheng": EAST,
        "/branches/members": [{"branch_id": "dongcheng", "members": 67}],
    }
    return made


@pytest.fixture
def tree() -> Scene:
    return with_tree(scene(BranchPages(LISTS), STAFF))


@pytest.fixture
def branch() -> Scene:
    return with_tree(scene(BranchChangePages(LISTS), STAFF))


def post(made: Scene, path: str, **fields: str) -> Any:
    return made.client.post(path, data=fields, headers={"Accept": "text/html"})


def test_the_tree_is_shown_with_its_counts(tree: Scene) -> None:
    page = tree.get("/branches").text
    for word in ("东城区总工会", "67", "/branches/beijing", "开放"):
        assert word in page
    del tree.services["enrollment"].answers["/branches/members"]
    tree.services["enrollment"].answers["/branches/members"] = Problem(503, "x", "x")
    assert "—" in tree.get("/branches").text


def test_a_branch_is_added_below_the_one_that_is_named(tree: Scene) -> None:
    fields = {"id": "xicheng", "name": "西城", "parent": "北京市总工会（beijing）"}
    post(tree, "/branches/new", **fields)
    [body] = tree.services["enrollment"].bodies
    assert (body.id, body.parent) == ("xicheng", "beijing")
    for wrong in ({"parent": "总工会"}, {"parent": "没有"}, {"id": "西城"}):
        assert post(tree, "/branches/new", **fields | wrong).status_code == 422


def test_what_is_like_the_words_is_offered(tree: Scene) -> None:
    assert "东城区总工会（dongcheng）" in tree.get("/branches/options?parent=东城").text
    assert tree.get("/branches/options").text.strip() == ""


def test_a_branch_shows_its_officers_and_what_can_be_done(branch: Scene) -> None:
    page = branch.get("/branches/dongcheng").text
    for word in (OFFICER_ACCOUNT.name, "/branches/beijing", "改名", "移动", "关闭"):
        assert word in page
    assert "北京市总工会（beijing）" in page


def test_a_branch_is_renamed_moved_and_closed_under_the_version_that_was_seen(
    branch: Scene,
) -> None:
    enrollment = branch.services["enrollment"]
    enrollment.answers["/branches/dongcheng/moving"] = EAST
    enrollment.answers["/branches/dongcheng/closing"] = EAST
    for action, fields, done in (
        ("rename", {"name": "东城"}, "renamed"),
        ("move", {"parent": "beijing"}, "moved"),
        ("close", {}, "closed"),
        ("reopen", {}, "reopened"),
    ):
        answer = post(
            branch, "/branches/dongcheng", action=action, version="5", **fields
        )
        assert answer.location == f"/branches/dongcheng?done={done}"
    assert [type(body).__name__ for body in enrollment.bodies] == [
        "BranchNameIn", "BranchPlaceIn",
    ]  # fmt: skip


def test_a_refusal_stands_on_the_page_of_the_branch(branch: Scene) -> None:
    answers = branch.services["enrollment"].answers
    answers["/branches/dongcheng/moving"] = Problem(409, "branch-below-itself", "")
    answers["/branches/dongcheng/closing"] = Problem(
        409, "branch-in-use", "这个单位还不能关闭：1 个下级单位还开放。"
    )
    moved = post(branch, "/branches/dongcheng", action="move", version="5", parent="")
    assert (moved.status_code, "不能移到自己" in moved.text) == (409, True)
    closed = post(branch, "/branches/dongcheng", action="close", version="5")
    assert (closed.status_code, "下级单位" in closed.text) == (409, True)
    assert post(branch, "/branches/dongcheng", action="what").status_code == 422
    answers["/branches/dongcheng/closing"] = Problem(412, "edit-conflict", "")
    assert post(branch, "/branches/dongcheng", action="close").status_code == 412


@pytest.mark.parametrize("role", [OFFICER, "trainee"])
def test_nobody_else_sees_tree_or_accounts(role: str) -> None:
    for pages, path in (
        (BranchPages(LISTS), "/branches"),
        (AccountListPages(LISTS), "/accounts"),
    ):
        assert scene(pages, role).get(path).status_code == 403


def test_accounts_are_listed_without_a_phone_and_found_by_name() -> None:
    made = with_tree(scene(AccountListPages(LISTS), STAFF))
    page = made.get("/accounts?role=officer&branch=东城&state=active").text
    assert PHONE not in page
    for word in ("王小明", OFFICER_ACCOUNT.name, "after=", "东城区总工会"):
        assert word in page
    asked = cast(MemoryLists, LISTS).asked[-1]
    assert asked == AccountFilter("officer", "dongcheng", "active")
    found = post(made, "/accounts/search", words="王")
    assert ("王小明" in found.text, PHONE in found.text) == (True, False)
    assert post(made, "/accounts/search", words=" ").status_code == 422


@pytest.fixture
def identity() -> Identity:
    return Identity()


def one_account(identity: Identity, *roles: str) -> Scene:
    proofs = Proofs(identity)
    twins = Twins(identity.find_account, identity.manage)
    pages = AccountChangePages(identity.manage, proofs.reset, proofs.links, twins)
    return with_tree(scene(pages, *roles))


def test_roles_are_given_and_taken_on_the_page_of_an_account(
    identity: Identity,
) -> None:
    made = one_account(identity, OPERATOR)
    path = f"/accounts/{TRAINEE_ACCOUNT.id}"
    given = post(made, path, action="give", role="officer", branch="东城区总工会")
    assert given.location == f"{path}?done=give"
    account = identity.account(TRAINEE_ACCOUNT.id)
    assert (account.roles, account.branch_id) == (("trainee", "officer"), "dongcheng")
    assert "东城区总工会" in made.get(path).text
    assert post(made, path, action="take", role="officer").location
    assert identity.account(TRAINEE_ACCOUNT.id).roles == ("trainee",)
    assert post(made, path, action="give", role="officer", branch="").status_code == 422
    assert post(made, path, action="take", role="trainee").status_code == 422


def test_an_account_is_disabled_reset_and_enabled_on_its_page(
    identity: Identity,
) -> None:
    made = one_account(identity, STAFF)
    path = f"/accounts/{OFFICER_ACCOUNT.id}"
    for action in ("disable", "enable", "end-sessions"):
        assert post(made, path, action=action).location == f"{path}?done={action}"
    assert post(made, path, action="reset", email="c@biyong.example").location
    assert identity.account(OFFICER_ACCOUNT.id).state == "reset"
    assert post(made, path, action="reset", email="x").status_code == 422
    assert made.get("/accounts/nobody").status_code == 404


def test_staff_do_not_manage_staff(identity: Identity) -> None:
    assert one_account(identity, STAFF).get("/accounts/jiaowu").status_code == 403


def test_an_officer_is_invited_and_who_has_an_account_is_not_invited_again(
    identity: Identity,
) -> None:
    pages = MemberInvitationPages(identity.invite_members, find_known)
    made = with_tree(scene(pages, STAFF))
    fields = {"role": "officer", "name": "王新", "email": "w@biyong.example"}
    fields |= {"login": "wangxin", "branch": "dongcheng"}
    sent = post(made, "/accounts/new", **fields)
    assert sent.location.endswith("?done=invited")
    there = post(made, "/accounts/new", **fields | {"login": f"+86 {PHONE}"})
    assert there.location == "/accounts/wang?done=there"
    for wrong in ({"branch": ""}, {"branch": "没有"}, {"email": "x"}):
        assert post(made, "/accounts/new", **fields | wrong).status_code == 422


def test_a_key_is_shown_once_and_its_page_is_not_packed(identity: Identity) -> None:
    keys = MemoryKeys()
    manage = ManageKeys(keys, BRANCHES.get, identity.events)  # type: ignore[arg-type]
    made = with_tree(scene(ApiKeyPages(manage, lambda ids: {}), OFFICER))
    sent = post(made, "/keys", name="会员系统", scope="rosters-send", days="90")
    [key] = keys.by_id.values()
    assert f"byk_{key.id}" in sent.text
    assert "no-transform" in sent.headers["Cache-Control"]
    listed = made.get("/keys").text
    assert ("会员系统" in listed, f"byk_{key.id}" in listed) == (True, False)
    wrong = post(made, "/keys", name="", scope="rosters-send", days="90")
    assert wrong.status_code == 422
    assert post(made, "/keys", name="x", scope="events-read").status_code == 403
    assert post(made, f"/keys/{key.id}/revocation").location == "/keys?done=revoked"
    assert "已停用" in made.get("/keys").text
