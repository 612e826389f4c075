"""The accounts of the gateway, on every engine."""

from dataclasses import replace

import pytest
from chassis.storage.aggregates import NotFound, mapping_of
from gateway.events.to_events import to_event
from gateway.identity.account import OFFICER, TRAINEE, Account
from gateway.identity.account_store import (
    AccountCounts,
    AccountDocument,
    StoredAccounts,
)

from tests.engines import Kept
from tests.stores.rows import overtaken, version

WANG = Account(
    id="wang",
    login="13800000001",
    name="王小明",
    roles=(TRAINEE,),
    person_id="wang",
    invitation="h1",
    invited_until=1_700_000_000.125,
)
CHEN = Account("chen", "chen", "陈主席", (OFFICER,), branch_id="east", secret="s")


@pytest.fixture
def accounts(kept: Kept) -> StoredAccounts:
    rows = kept.aggregates("gateway", AccountDocument, mapping_of(Account), to_event)
    return StoredAccounts(rows)


def as_trainee(account: Account) -> Account:
    return replace(account, roles=(*account.roles, TRAINEE))


def with_person(account: Account) -> Account:
    return replace(account, person_id="p9")


def test_accounts_are_counted_by_the_state_that_each_has(
    accounts: StoredAccounts,
) -> None:
    waiting = {"invitation": "h", "invited_until": 1_700_000_000.0}
    kinds: dict[str, list[dict[str, object]]] = {
        "active": [{"secret": "s"}, {"is_taken_up": True}, {"secret": "s", **waiting}],
        "disabled": [{"is_disabled": True}, {"is_disabled": True, "secret": "s"}],
        "reset": [{"is_reset": True, **waiting}],
        "invited": [waiting, {}],
    }
    made = [
        (
            kind,
            Account(f"{kind}{n}", f"{kind}{n}", "某", (TRAINEE,), f"{kind}{n}", **more),
        )  # type: ignore[arg-type]
        for kind, every in kinds.items()
        for n, more in enumerate(every)
    ]
    assert all(account.state == kind for kind, account in made)
    accounts.create_many(account for _, account in made)
    ids = [account.person_id for _, account in made]
    assert accounts.count_by_people([*ids, "nobody"]) == AccountCounts(3, 3, 1)
    assert accounts.count_by_people(ids[:1]) == AccountCounts(1, 0, 0)
    assert accounts.count_by_people(["nobody"]) == AccountCounts()


def test_an_account_is_found_by_id_login_and_invitation(
    accounts: StoredAccounts,
) -> None:
    for account in (WANG, CHEN):
        assert accounts.create_account(account)
    assert accounts.get("wang") == WANG
    assert accounts.get_by_login("chen") == CHEN
    assert accounts.get_by_invitation("h1") == WANG


def test_what_nobody_has_finds_nobody(accounts: StoredAccounts) -> None:
    accounts.create_account(CHEN)
    assert accounts.get("wang") is None
    assert accounts.get_by_login("Chen") is None
    assert accounts.get_by_invitation("h1") is None


@pytest.mark.parametrize(
    "other", [replace(WANG, login="other"), replace(WANG, id="other")]
)
def test_id_and_login_are_taken_once(accounts: StoredAccounts, other: Account) -> None:
    accounts.create_account(WANG)
    assert not accounts.create_account(replace(other, name="李雷"))
    assert accounts.get_by_login(WANG.login) == WANG
    assert accounts.get("other") is None
    assert accounts.get_by_login("other") is None


def test_a_login_that_is_anothers_is_not_given(accounts: StoredAccounts) -> None:
    for account in (WANG, CHEN):
        accounts.create_account(account)
    assert not accounts.change_login("wang", "chen")
    assert accounts.change_login("wang", "13900001111")
    assert accounts.get_by_login("13900001111") is not None
    assert accounts.get_by_login(WANG.login) is None


def test_of_many_those_whose_id_or_login_was_taken_are_named(
    accounts: StoredAccounts,
) -> None:
    accounts.create_account(WANG)
    accounts.create_account(CHEN)
    same_id = replace(WANG, login="other")
    same_login = replace(WANG, id="chen-2", login="chen")
    fresh = [replace(WANG, id=id_, login=id_) for id_ in ("a", "b", "c")]
    taken = accounts.create_many([fresh[0], same_id, fresh[1], same_login, fresh[2]])
    assert taken == {"wang", "chen-2"}
    assert [accounts.get(one.id) for one in fresh] == fresh
    assert accounts.get("wang") == WANG
    assert accounts.get("chen-2") is None


def test_of_two_at_once_with_one_login_one_is_put(accounts: StoredAccounts) -> None:
    twins = [replace(WANG, id=id_) for id_ in ("a", "b")]
    [taken] = accounts.create_many(twins)
    held = accounts.get_by_login(WANG.login)
    assert held is not None
    assert {held.id, taken} == {"a", "b"}
    assert accounts.get(taken) is None


def test_adding_nobody_is_no_fault(accounts: StoredAccounts) -> None:
    assert accounts.create_many([]) == set()


def test_an_account_that_moved_is_decided_on_again(accounts: StoredAccounts) -> None:
    accounts.create_account(CHEN)
    by = overtaken(lambda: accounts.change("chen", as_trainee), with_person)
    changed = replace(CHEN, roles=(OFFICER, TRAINEE), person_id="p9")
    assert accounts.change("chen", by) == changed
    assert accounts.get("chen") == changed
    assert version(accounts.rows, "chen") == 3


def test_a_used_invitation_finds_nobody(accounts: StoredAccounts) -> None:
    accounts.create_account(WANG)
    accounts.change("wang", lambda account: account.with_first_password("secret"))
    assert accounts.get_by_invitation("h1") is None
    held = accounts.get("wang")
    assert held is not None
    assert held.secret == "secret"


def test_an_account_that_is_not_there_cannot_change(accounts: StoredAccounts) -> None:
    with pytest.raises(NotFound):
        accounts.change("wang", as_trainee)


def test_the_accounts_of_persons_are_given(accounts: StoredAccounts) -> None:
    second = replace(WANG, id="p2", login="p2", person_id="p2")
    accounts.create_many([WANG, CHEN, second])
    assert accounts.find_by_people({"wang", "nobody"}) == [WANG]
    assert accounts.find_by_people([]) == []
