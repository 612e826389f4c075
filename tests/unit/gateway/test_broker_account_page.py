"""The page of a branch's account at the broker, and what is written of its acts."""

from typing import Any, cast

import pytest
from chassis.broker.rabbitmq.branch_accounts import (
    ACTIVE,
    DISABLED,
    UNFINISHED,
    AccountConflict,
    AccountMissing,
    BranchAccount,
)
from chassis.broker.rabbitmq.management import (
    ManagementAway,
    ManagementFault,
    ManagementRefused,
)
from gateway.identity.account import OFFICER, OPERATOR, STAFF
from gateway.identity.broker_accounts import ManageBrokerAccounts
from gateway.identity.security_events import FAILED, OK, SecurityEvents
from gateway.pages.staff.broker_account import BrokerAccountPages

from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_management_pages import post, with_tree

PATH = "/branches/dongcheng/broker-account"
PASSWORDS = ("first-password", "second-password")


class MemoryAccounts:
    """Accounts at a broker in memory, or a fault of it."""

    def __init__(self) -> None:
        self.found: dict[str, BranchAccount] = {}
        self.words = iter(PASSWORDS)
        self.fault: ManagementFault | None = None

    def create_account(self, branch: str) -> str:
        self._answer()
        if branch in self.found:
            return ""
        self.found[branch] = BranchAccount(branch, ACTIVE, 0, 0)
        return next(self.words)

    def rotate_password(self, branch: str) -> str:
        self._answer()
        self.found[branch] = BranchAccount(branch, ACTIVE, 0, 0)
        return next(self.words)

    def disable_account(self, branch: str) -> None:
        self._answer()
        self.found[branch] = BranchAccount(branch, DISABLED, 0, 0)

    def find_account(self, branch: str) -> BranchAccount | None:
        self._answer()
        return self.found.get(branch)

    def _answer(self) -> None:
        if self.fault:
            raise self.fault


class MemoryEvents:
    """What was written down."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, str]]] = []

    def add_event(self, what: str, outcome: str, **more: str) -> None:
        self.lines.append((what, outcome, more))


@pytest.fixture
def accounts() -> MemoryAccounts:
    return MemoryAccounts()


@pytest.fixture
def events() -> MemoryEvents:
    return MemoryEvents()


@pytest.fixture
def page(accounts: MemoryAccounts, events: MemoryEvents) -> Scene:
    return page_for(accounts, events, STAFF)


def page_for(accounts: MemoryAccounts | None, events: MemoryEvents, role: str) -> Scene:
    manage = ManageBrokerAccounts(accounts, cast(SecurityEvents, events))
    return with_tree(scene(BrokerAccountPages(manage), role))


def test_a_password_is_shown_once_and_kept_by_nobody(page: Scene) -> None:
    assert "建立账号" in page.get(PATH).text
    made = post(page, PATH, action="create")
    assert made.status_code == 200
    assert PASSWORDS[0] in made.text
    assert "no-store" in made.headers["Cache-Control"]
    assert "Content-Encoding" not in made.headers
    again = page.get(PATH).text
    assert PASSWORDS[0] not in again
    for word in ("branch.dongcheng.receipts", "branch.dongcheng.roster", "可以用"):
        assert word in again


def test_what_is_there_keeps_its_password(
    page: Scene, accounts: MemoryAccounts
) -> None:
    accounts.create_account("dongcheng")
    assert post(page, PATH, action="create").headers["Location"].endswith("there")
    assert "密码没有变" in page.get(f"{PATH}?done=broker-there").text


@pytest.mark.parametrize("action", ["rotate", "disable"])
def test_what_cuts_programs_off_is_asked_for_twice(
    page: Scene, accounts: MemoryAccounts, events: MemoryEvents, action: str
) -> None:
    accounts.create_account("dongcheng")
    before = accounts.found["dongcheng"]
    answer = post(page, PATH, action=action)
    assert answer.status_code == 422
    assert "请先勾选" in answer.text
    assert accounts.found["dongcheng"] is before
    assert events.lines == []


def test_a_password_is_changed_and_an_account_disabled(
    page: Scene, accounts: MemoryAccounts
) -> None:
    accounts.create_account("dongcheng")
    changed = post(page, PATH, action="rotate", sure="y")
    assert PASSWORDS[1] in changed.text
    assert "checked" not in changed.text
    assert post(page, PATH, action="disable", sure="y").status_code == 303
    shown = page.get(PATH).text
    assert 'name="action" type="hidden" value="rotate"' in shown
    assert "已停用" in shown
    assert "停用这个账号" not in shown


def test_each_act_is_written_down_without_a_password(
    page: Scene, accounts: MemoryAccounts, events: MemoryEvents
) -> None:
    post(page, PATH, action="create")
    post(page, PATH, action="rotate", sure="y")
    post(page, PATH, action="disable", sure="y")
    assert [(what, outcome) for what, outcome, _ in events.lines] == [
        ("broker-account-created", OK),
        ("broker-password-changed", OK),
        ("broker-account-disabled", OK),
    ]
    for _, _, more in events.lines:
        assert (more["who"], more["account"]) == ("a", "branch.dongcheng")
    assert not any(word in str(events.lines) for word in PASSWORDS)
    accounts.fault = ManagementAway("gone")
    post(page, PATH, action="create")
    assert events.lines[-1][:2] == ("broker-account-created", FAILED)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (ManagementAway("gone"), 503),
        (ManagementRefused("no tag"), 409),
        (AccountMissing("none"), 404),
        (AccountConflict("two"), 409),
    ],
)
def test_a_fault_of_the_broker_is_told_and_the_page_stays(
    page: Scene, accounts: MemoryAccounts, fault: ManagementFault, status: int
) -> None:
    accounts.fault = fault
    for answer in (page.get(PATH), post(page, PATH, action="create")):
        assert answer.status_code == status
        assert "程序对接账号" in answer.text
        assert str(fault) not in answer.text


def test_without_a_management_interface_the_page_names_the_command(
    events: MemoryEvents,
) -> None:
    page = page_for(None, events, OPERATOR)
    shown = page.get(PATH)
    assert shown.status_code == 200
    assert "biyong branch account create dongcheng" in shown.text
    assert post(page, PATH, action="create").status_code == 409


def test_an_unfinished_account_is_completed(
    page: Scene, accounts: MemoryAccounts
) -> None:
    accounts.found["dongcheng"] = BranchAccount("dongcheng", UNFINISHED, 0, None)
    assert "补齐" in page.get(PATH).text


def test_officers_and_unknown_branches_have_no_such_page(
    accounts: MemoryAccounts, events: MemoryEvents
) -> None:
    officer = page_for(accounts, events, OFFICER)
    assert officer.get(PATH).status_code == 403
    assert post(officer, PATH, action="create").status_code == 403
    staff: Any = page_for(accounts, events, STAFF)
    assert staff.get("/branches/nobody/broker-account").status_code == 404
    assert post(staff, PATH, action="other").status_code == 422
    assert accounts.found == {}
