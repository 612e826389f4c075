"""The gateway's accounts, sessions and wrong tries, on every engine."""

import datetime
from dataclasses import replace

import pytest
from chassis.storage.aggregates import NotThere, form_of
from gateway.events.handlers import word
from gateway.identity.account import OFFICER, TRAINEE, Account
from gateway.identity.store import (
    SESSION_SECONDS,
    TRIES_SECONDS,
    AccountDocument,
    Sessions,
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
    rows = kept.aggregates("gateway", AccountDocument, form_of(Account), word)
    return StoredAccounts(rows)


@pytest.fixture
def sessions(kept: Kept) -> Sessions:
    made = Sessions(kept.database("gateway"))
    made.declare()
    return made


def as_trainee(account: Account) -> Account:
    return replace(account, roles=(*account.roles, TRAINEE))


def with_person(account: Account) -> Account:
    return replace(account, person_id="p9")


def seconds_from_now(moment: datetime.datetime) -> float:
    return (moment - datetime.datetime.now(datetime.UTC)).total_seconds()


def test_an_account_is_found_by_id_login_and_invitation(
    accounts: StoredAccounts,
) -> None:
    for account in (WANG, CHEN):
        assert accounts.add(account)
    assert accounts.get("wang") == WANG
    assert accounts.by_login("chen") == CHEN
    assert accounts.by_invitation("h1") == WANG


def test_what_nobody_has_finds_nobody(accounts: StoredAccounts) -> None:
    accounts.add(CHEN)
    assert accounts.get("wang") is None
    assert accounts.by_login("Chen") is None
    assert accounts.by_invitation("h1") is None


@pytest.mark.parametrize(
    "other", [replace(WANG, login="other"), replace(WANG, id="other")]
)
def test_id_and_login_are_taken_once(accounts: StoredAccounts, other: Account) -> None:
    accounts.add(WANG)
    assert not accounts.add(replace(other, name="李雷"))
    assert accounts.by_login(WANG.login) == WANG
    assert accounts.get("other") is None
    assert accounts.by_login("other") is None


def test_of_many_those_whose_id_or_login_was_taken_are_named(
    accounts: StoredAccounts,
) -> None:
    accounts.add(WANG)
    accounts.add(CHEN)
    same_id = replace(WANG, login="other")
    same_login = replace(WANG, id="chen-2", login="chen")
    fresh = [replace(WANG, id=id_, login=id_) for id_ in ("a", "b", "c")]
    taken = accounts.add_many([fresh[0], same_id, fresh[1], same_login, fresh[2]])
    assert taken == {"wang", "chen-2"}
    assert [accounts.get(one.id) for one in fresh] == fresh
    assert accounts.get("wang") == WANG
    assert accounts.get("chen-2") is None


def test_of_two_at_once_with_one_login_one_is_put(accounts: StoredAccounts) -> None:
    twins = [replace(WANG, id=id_) for id_ in ("a", "b")]
    [taken] = accounts.add_many(twins)
    held = accounts.by_login(WANG.login)
    assert held is not None
    assert {held.id, taken} == {"a", "b"}
    assert accounts.get(taken) is None


def test_adding_nobody_is_no_fault(accounts: StoredAccounts) -> None:
    assert accounts.add_many([]) == set()


def test_an_account_that_moved_is_decided_on_again(accounts: StoredAccounts) -> None:
    accounts.add(CHEN)
    by = overtaken(lambda: accounts.change("chen", as_trainee), with_person)
    changed = replace(CHEN, roles=(OFFICER, TRAINEE), person_id="p9")
    assert accounts.change("chen", by) == changed
    assert accounts.get("chen") == changed
    assert version(accounts.rows, "chen") == 3


def test_a_used_invitation_finds_nobody(accounts: StoredAccounts) -> None:
    accounts.add(WANG)
    accounts.change("wang", lambda account: account.accept("secret"))
    assert accounts.by_invitation("h1") is None
    held = accounts.get("wang")
    assert held is not None
    assert held.secret == "secret"


def test_an_account_that_is_not_there_cannot_change(accounts: StoredAccounts) -> None:
    with pytest.raises(NotThere):
        accounts.change("wang", as_trainee)


def test_the_accounts_of_persons_are_given(accounts: StoredAccounts) -> None:
    second = replace(WANG, id="p2", login="p2", person_id="p2")
    accounts.add_many([WANG, CHEN, second])
    assert accounts.of_people({"wang", "nobody"}) == [WANG]
    assert accounts.of_people([]) == []


def test_a_token_speaks_for_its_account(sessions: Sessions) -> None:
    token, session = sessions.begin("wang")
    assert sessions.account_of(token) == ("wang", session)
    assert sessions.account_of(token + "x") is None


def test_each_session_is_its_own(sessions: Sessions) -> None:
    first, second = sessions.begin("wang"), sessions.begin("wang")
    assert first[0] != second[0]
    assert first[1] != second[1]
    sessions.end(first[0])
    assert sessions.account_of(first[0]) is None
    assert sessions.account_of(second[0]) == ("wang", second[1])


def test_ending_a_session_again_is_no_fault(sessions: Sessions) -> None:
    token, _ = sessions.begin("wang")
    for _ in range(2):
        sessions.end(token)
    assert sessions.account_of(token) is None


def test_a_token_is_not_kept_and_not_known_by_the_session_id(
    sessions: Sessions,
) -> None:
    token, session = sessions.begin("wang")
    assert token not in str(list(sessions.rows.find()))
    assert sessions.account_of(session) is None


def test_a_session_past_its_time_is_worth_nothing(sessions: Sessions) -> None:
    token, _ = sessions.begin("wang")
    row = sessions.rows.find_one() or {}
    assert seconds_from_now(row["until"]) == pytest.approx(SESSION_SECONDS, abs=60)
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1)
    sessions.rows.update_one({}, {"$set": {"until": past}})
    assert sessions.account_of(token) is None


def test_wrong_tries_are_counted_by_login(sessions: Sessions) -> None:
    assert sessions.tries_of("wang") == 0
    assert [sessions.count_try("wang") for _ in range(3)] == [1, 2, 3]
    sessions.count_try("chen")
    assert sessions.tries_of("wang") == 3
    assert sessions.tries_of("chen") == 1


def test_a_further_try_does_not_keep_the_count_longer(sessions: Sessions) -> None:
    sessions.count_try("wang")
    first = sessions.tries.find_one() or {}
    sessions.count_try("wang")
    assert sessions.tries.find_one() == {**first, "count": 2}
    assert TRIES_SECONDS < seconds_from_now(first["until"]) <= 2 * TRIES_SECONDS


def test_tries_of_the_quarter_before_do_not_count(sessions: Sessions) -> None:
    sessions.count_try("wang")
    row = sessions.tries.find_one_and_delete({}) or {}
    login, _, quarter = row["_id"].rpartition(".")
    counted_at = row["until"].timestamp() - 2 * TRIES_SECONDS
    assert int(quarter) == counted_at // TRIES_SECONDS
    sessions.tries.insert_one({**row, "_id": f"{login}.{int(quarter) - 1}"})
    assert sessions.tries_of("wang") == 0


def test_rows_past_their_time_go_by_an_index(sessions: Sessions) -> None:
    sessions.declare()
    for rows in (sessions.rows, sessions.tries):
        index = rows.index_information()["until_1"]
        assert index["expireAfterSeconds"] == 0
