"""API keys and lists of accounts, on every engine."""

import datetime
from dataclasses import replace

import pytest
from chassis.storage.aggregates import mapping_of
from gateway.events.to_events import to_event
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE, Account
from gateway.identity.account_lists import AccountFilter, AccountLists
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.api_keys import (
    MARK,
    ApiKey,
    ApiKeys,
    KeyVisitors,
    is_api_key,
    narrow_account,
    new_key,
)
from gateway.identity.key_scopes import READ_EVENTS, READ_ROSTERS, SCOPES, SEND_ROSTERS
from gateway.identity.tokens import moment_in

from tests.engines import Kept

CHEN = Account("chen", "chen", "陈主席", (OFFICER,), branch_id="east", secret="s")
LI = Account("li", "lilei", "李雷", (STAFF,), secret="s")
WANG = Account(
    "wang", "13800000001", "王小明", (TRAINEE, OFFICER), "wang", "west", secret="s"
)
ROOT = Account("root", "ops", "运维", (OPERATOR,), secret="s", is_disabled=True)
YANG = Account("yang", "yang", "杨", (TRAINEE,), "yang")
CHUNK = "/api/enrollment/branches/east/chunks/k1"


@pytest.fixture
def keys(kept: Kept) -> ApiKeys:
    made = ApiKeys(kept.database("gateway"))
    made.create_indexes()
    return made


@pytest.fixture
def accounts(kept: Kept) -> StoredAccounts:
    rows = kept.aggregates("gateway", AccountDocument, mapping_of(Account), to_event)
    stored = StoredAccounts(rows)
    stored.create_many([CHEN, LI, WANG, ROOT, YANG])
    return stored


@pytest.fixture
def lists(accounts: StoredAccounts) -> AccountLists:
    return AccountLists(accounts.rows)


def test_a_key_is_found_by_its_token_of_which_only_the_hash_is_kept(
    keys: ApiKeys,
) -> None:
    made = new_key("chen", "会员系统", SEND_ROSTERS, "east", 30)
    token = keys.create_key(made)
    assert is_api_key(token)
    assert token not in str(list(keys.rows.find({})))
    found = keys.get_by_token(token)
    assert found is not None
    assert (found.id, found.account_id, found.used) == (made.id, "chen", None)
    used = keys.get_by_token(token)
    assert used is not None
    assert used.used is not None
    assert keys.get_by_token(MARK + "x") is None
    assert [key.id for key in keys.find_by_account("chen")] == [made.id]
    assert keys.find_by_account("li") == []


def test_a_revoked_or_old_key_is_worth_nothing_and_stays_in_the_list(
    keys: ApiKeys,
) -> None:
    made = new_key("chen", "一", SEND_ROSTERS, "east", 30)
    old = replace(new_key("chen", "二", SEND_ROSTERS, "east", 30), until=moment_in(-1))
    tokens = [keys.create_key(key) for key in (made, old)]
    assert keys.revoke_key(made.id)
    assert not keys.revoke_key(made.id)
    assert [keys.get_by_token(token) for token in tokens] == [None, None]
    revoked = keys.get(made.id)
    assert revoked is not None
    assert revoked.revoked is not None
    listed, more = keys.find_page("", 1)
    assert len(listed) == 1
    assert {listed[0].id, *(k.id for k in keys.find_page(more, 1)[0])} == {
        made.id,
        old.id,
    }


def test_a_key_never_does_more_than_its_maker_may_do_now(
    keys: ApiKeys, accounts: StoredAccounts
) -> None:
    visitors = KeyVisitors(keys, accounts.get)
    token = keys.create_key(new_key("chen", "一", SEND_ROSTERS, "east", 30))

    def status(path: str = CHUNK, method: str = "PUT") -> str:
        visitor, allowed = visitors.get_visitor(token, method, path)
        return "allowed" if allowed else "scope" if visitor.account else "nobody"

    assert status() == "allowed"
    visitor, _ = visitors.get_visitor(token, "PUT", CHUNK)
    claims = visitor.token_claims()
    assert (claims["roles"], claims["branch"], claims["person"]) == (
        frozenset({OFFICER}), "east", "",
    )  # fmt: skip
    assert status("/api/enrollment/people", "GET") == "scope"
    for change in (
        {"is_disabled": True},
        {"secret": "", "is_reset": True},
        {"roles": (OPERATOR,), "branch_id": ""},
        {"branch_id": "west"},
    ):
        changed = replace(CHEN, **change)  # type: ignore[arg-type]
        accounts.change("chen", lambda _, now=changed: now)  # type: ignore[misc]
        assert status() == "nobody", change
    accounts.change("chen", lambda _: CHEN)
    assert status() == "allowed"


def key_of(scope: str, branch: str = "") -> ApiKey:
    return new_key("x", "x", scope, branch, 1)


@pytest.mark.parametrize(
    ("key", "maker", "speaks"),
    [
        (key_of(READ_ROSTERS, "east"), LI, (OFFICER, "east")),
        (key_of(READ_ROSTERS), LI, (STAFF, "")),
        (key_of(READ_ROSTERS, "east"), CHEN, (OFFICER, "east")),
        (key_of(READ_ROSTERS), CHEN, None),
        (key_of(READ_EVENTS), replace(ROOT, is_disabled=False), (OPERATOR, "")),
        (key_of(READ_EVENTS), ROOT, None),
        (key_of(READ_EVENTS), LI, None),
        (key_of(READ_ROSTERS), YANG, None),
        (key_of("old-scope"), LI, None),
        (key_of(READ_ROSTERS), None, None),
    ],
)
def test_a_key_speaks_with_one_role_of_its_maker_and_for_one_branch(
    key: ApiKey, maker: Account | None, speaks: tuple[str, str] | None
) -> None:
    account = narrow_account(key, maker)
    said = (account.roles[0], account.branch_id) if account else None
    assert said == speaks


@pytest.mark.parametrize(
    ("scope", "method", "path", "can"),
    [
        (SEND_ROSTERS, "PUT", CHUNK, True),
        (READ_ROSTERS, "PUT", CHUNK, False),
        (READ_ROSTERS, "GET", CHUNK, True),
        (READ_ROSTERS, "HEAD", CHUNK, True),
        (READ_ROSTERS, "GET", CHUNK + "/more", False),
        (READ_ROSTERS, "GET", "/api/enrollment/branches/../people", False),
        (READ_ROSTERS, "GET", "/api/enrollment/branches/x/chunks/..", False),
        (READ_ROSTERS, "GET", "/api/enrollment/people", False),
        (READ_ROSTERS, "GET", "/api/keys", False),
        (READ_EVENTS, "GET", "/api/learning/events/parked", True),
        (READ_EVENTS, "POST", "/api/learning/events/parked/drop", False),
        (READ_EVENTS, "GET", "/api/security-events", True),
    ],
)
def test_a_scope_opens_what_it_names_and_nothing_else(
    scope: str, method: str, path: str, can: bool
) -> None:
    assert SCOPES[scope].can_call(method, path) == can


def ids(found: list[Account]) -> list[str]:
    return [account.id for account in found]


def test_accounts_are_listed_by_role_branch_and_state_page_by_page(
    lists: AccountLists,
) -> None:
    def listed(**wanted: str) -> list[str]:
        names, after = list[str](), ""
        while True:
            page, after = lists.find_page(AccountFilter(**wanted), after, 2)
            names += ids(page)
            if not after:
                return names

    assert listed() == ["chen", "li", "root", "wang"]
    assert listed(role=TRAINEE) == ["wang", "yang"]
    assert listed(role=OFFICER, branch_id="west") == ["wang"]
    assert listed(state="disabled") == ["root"]
    assert listed(role=TRAINEE, state="invited") == ["yang"]
    assert listed(state="active") == ["chen", "li", "wang"]
    assert listed(state="reset") == []


def test_who_came_in_by_a_code_is_listed_among_the_active(
    lists: AccountLists, accounts: StoredAccounts
) -> None:
    accounts.change("yang", Account.as_taken_up)
    asked = {
        state: lists.find_page(AccountFilter(role=TRAINEE, state=state), "", 9)[0]
        for state in ("active", "invited", "reset")
    }
    assert {state: ids(found) for state, found in asked.items()} == {
        "active": ["wang", "yang"],
        "invited": [],
        "reset": [],
    }


def test_accounts_are_found_by_how_login_or_name_begins(lists: AccountLists) -> None:
    assert ids(lists.find_by_words("LiLei")) == ["li"]
    assert ids(lists.find_by_words("王")) == ["wang"]
    assert ids(lists.find_by_words("138 0000 0001")) == ["wang"]
    assert lists.find_by_words("  ") == []
    assert lists.find_by_words("zzz") == []


def test_the_officers_of_a_branch_are_named_and_counted(lists: AccountLists) -> None:
    assert ids(lists.find_officers("west")) == ["wang"]
    assert lists.count_officers(["east", "west", "north"]) == {"east": 1, "west": 1}


def test_a_key_is_good_for_the_days_that_were_asked() -> None:
    key = new_key("chen", "一", SEND_ROSTERS, "east", 30)
    assert key.until - key.created >= datetime.timedelta(days=30)
    assert key.is_live(moment_in(0))
    assert not key.is_live(key.until)
