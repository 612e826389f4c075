"""Second factors and connections of an account, for those who manage it."""

import pytest
from gateway.identity.account import OPERATOR, STAFF
from gateway.identity.twins import Twins
from gateway.pages.staff.account_changes import AccountChangePages
from gateway.pages.staff.account_proofs import AccountProofPages

from tests.unit.gateway.identity import (
    OFFICER_ACCOUNT,
    STAFF_ACCOUNT,
    Identity,
    an_account,
)
from tests.unit.gateway.proofs import Proofs
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_management_pages import with_tree

PATH = f"/accounts/{OFFICER_ACCOUNT.id}"
FACTORS, CONNECTION = f"{PATH}/second-factors", f"{PATH}/connections/zong"


@pytest.fixture
def identity() -> Identity:
    return Identity()


@pytest.fixture
def proofs(identity: Identity) -> Proofs:
    made = Proofs(identity)
    made.factors.set_up(OFFICER_ACCOUNT.id)
    made.stored_links.connect(OFFICER_ACCOUNT.id, "zong")
    made.stored_links.connect(OFFICER_ACCOUNT.id, "no-longer")
    return made


def account_page(identity: Identity, proofs: Proofs, path: str = PATH) -> str:
    twins = Twins(identity.find_account, identity.manage)
    pages = AccountChangePages(identity.manage, proofs.reset, proofs.links, twins)
    return str(with_tree(scene(pages, STAFF)).get(path).text)


def questions(proofs: Proofs, *roles: str) -> Scene:
    return scene(AccountProofPages(proofs.reset, proofs.links), *roles)


def test_the_page_of_an_account_shows_which_second_factors_it_has(
    identity: Identity, proofs: Proofs
) -> None:
    page = account_page(identity, proofs)
    for word in ("验证器", "通行密钥", "1 个", "还有 2 个没用过", f'href="{FACTORS}"'):
        assert word in page
    assert "手机" not in page, "what its owner calls a passkey is the owner's"
    proofs.reset.factors.delete(OFFICER_ACCOUNT.id)
    page = account_page(identity, proofs)
    assert ("没有设置两步验证" in page, f'href="{FACTORS}"' in page) == (True, False)


def test_the_page_of_an_account_shows_what_it_is_connected_with(
    identity: Identity, proofs: Proofs
) -> None:
    page = account_page(identity, proofs)
    for word in ("总工会平台", "no-longer", "本人连接", f'href="{CONNECTION}"'):
        assert word in page
    proofs.stored_links.rows.clear()
    assert "没有连接别的平台" in account_page(identity, proofs)


def test_second_factors_are_reset_after_a_question_with_a_line_that_says_by_whom(
    identity: Identity, proofs: Proofs
) -> None:
    made = questions(proofs, STAFF)
    page = made.get(FACTORS)
    assert (page.status_code, 'method="post"' in page.text) == (200, True)
    assert OFFICER_ACCOUNT.id in proofs.factors.rows
    answer = made.client.post(FACTORS)
    assert answer.location == f"{PATH}?done=reset-factors"
    assert proofs.factors.rows == {}
    assert identity.events.rows[-1] == ("second-factor-reset", "ok")
    assert identity.events.named[-1] == {"who": "a", "account": OFFICER_ACCOUNT.id}


def test_a_connection_is_cut_after_a_question_with_a_line_that_says_by_whom(
    identity: Identity, proofs: Proofs
) -> None:
    made = questions(proofs, OPERATOR)
    assert "总工会平台" in made.get(CONNECTION).text
    assert len(proofs.stored_links.rows) == 2
    assert made.client.post(CONNECTION).location == f"{PATH}?done=disconnect"
    assert [link.provider for link in proofs.stored_links.rows] == ["no-longer"]
    noted = dict(zip(identity.events.rows, identity.events.named, strict=True))
    assert noted["provider-disconnected", "ok"]["provider"] == "zong"
    wants = {"Accept": "text/html"}
    assert made.client.post(CONNECTION, headers=wants).status_code == 404


def test_who_may_not_manage_an_account_takes_nothing_from_it(proofs: Proofs) -> None:
    wants = {"Accept": "text/html"}
    proofs.factors.set_up(STAFF_ACCOUNT.id)
    proofs.stored_links.connect(STAFF_ACCOUNT.id, "zong")
    of_staff = f"/accounts/{STAFF_ACCOUNT.id}"
    before = dict(proofs.factors.rows), list(proofs.stored_links.rows)
    for role, account in (("officer", PATH), ("trainee", PATH), (STAFF, of_staff)):
        made = questions(proofs, role)
        for path in (f"{account}/second-factors", f"{account}/connections/zong"):
            assert made.get(path).status_code == 403
            assert made.client.post(path, headers=wants).status_code == 403
    unknown = questions(proofs, OPERATOR).get("/accounts/nobody/second-factors")
    assert unknown.status_code == 404
    assert (proofs.factors.rows, proofs.stored_links.rows) == before


def test_nobody_takes_anything_from_their_own_account_here(
    identity: Identity, proofs: Proofs
) -> None:
    own = an_account("a", OPERATOR)
    identity.accounts.rows[own.id] = own
    proofs.factors.set_up(own.id)
    proofs.stored_links.connect(own.id, "zong")
    before = dict(proofs.factors.rows), list(proofs.stored_links.rows)
    for path in ("/accounts/a/second-factors", "/accounts/a/connections/zong"):
        made = questions(proofs, OPERATOR)
        refused = made.client.post(path, headers={"Accept": "text/html"})
        assert refused.status_code == 409
        assert "另一位运维" in refused.text
    assert (proofs.factors.rows, proofs.stored_links.rows) == before
