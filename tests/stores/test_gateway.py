"""The gateway's accounts, sessions, devices and counted tries, on every engine."""

import datetime
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
from chassis.storage.aggregates import NotFound, mapping_of
from gateway.events.to_events import to_event
from gateway.identity.account import OFFICER, TRAINEE, Account
from gateway.identity.account_store import (
    AccountCounts,
    AccountDocument,
    StoredAccounts,
)
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import (
    NOTICED_AFTER_SECONDS,
    Begun,
    LoginSessions,
    SessionTerm,
)
from gateway.identity.security_events import KEPT_SECONDS, SecurityEvents
from gateway.identity.tries import (
    DAY_SLOT_SECONDS,
    EARLIER_SLOTS,
    SLOT_SECONDS,
    OverLimit,
    Tries,
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
TERM = SessionTerm(idle_seconds=600, most_seconds=3600)
CHEN = Account("chen", "chen", "陈主席", (OFFICER,), branch_id="east", secret="s")


@pytest.fixture
def accounts(kept: Kept) -> StoredAccounts:
    rows = kept.aggregates("gateway", AccountDocument, mapping_of(Account), to_event)
    return StoredAccounts(rows)


@pytest.fixture
def sessions(kept: Kept) -> LoginSessions:
    made = LoginSessions(kept.database("gateway"))
    made.create_indexes()
    return made


@pytest.fixture
def devices(kept: Kept) -> KnownDevices:
    made = KnownDevices(kept.database("gateway"))
    made.create_indexes()
    return made


SOON = float((int(time.time()) // SLOT_SECONDS + 80) * SLOT_SECONDS)
"""Hours ahead, where a slot begins: nothing is past its time while other tests run."""


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = SOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tries(kept: Kept, clock: Clock) -> Tries:
    made = Tries(kept.database("gateway"), clock)
    made.create_indexes()
    return made


@pytest.fixture
def events(kept: Kept) -> SecurityEvents:
    made = SecurityEvents(kept.database("gateway"))
    made.create_indexes()
    return made


def as_trainee(account: Account) -> Account:
    return replace(account, roles=(*account.roles, TRAINEE))


def with_person(account: Account) -> Account:
    return replace(account, person_id="p9")


def seconds_from_now(moment: datetime.datetime) -> float:
    return (moment - datetime.datetime.now(datetime.UTC)).total_seconds()


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


def test_a_token_speaks_for_its_account(sessions: LoginSessions) -> None:
    token, id_ = sessions.create_session(Begun("wang", 3, TERM, "10.0.0.0/24"))
    session = sessions.get_by_token(token)
    assert session is not None
    assert (session.id, session.account_id, session.epoch) == (id_, "wang", 3)
    assert session.network == "10.0.0.0/24"
    assert sessions.get_by_token(token + "x") is None


def test_each_session_is_its_own(sessions: LoginSessions) -> None:
    first, second = (
        sessions.create_session(Begun("wang", 0, TERM)),
        sessions.create_session(Begun("wang", 0, TERM)),
    )
    assert first[0] != second[0]
    assert first[1] != second[1]
    sessions.delete_session(first[0])
    assert sessions.get_by_token(first[0]) is None
    assert sessions.get_by_token(second[0]) is not None


def test_ending_a_session_again_is_no_fault(sessions: LoginSessions) -> None:
    token, _ = sessions.create_session(Begun("wang", 0, TERM))
    for _ in range(2):
        sessions.delete_session(token)
    assert sessions.get_by_token(token) is None


def test_a_token_is_not_kept_and_not_known_by_the_session_id(
    sessions: LoginSessions,
) -> None:
    token, session = sessions.create_session(Begun("wang", 0, TERM))
    assert token not in str(list(sessions.rows.find()))
    assert sessions.get_by_token(session) is None


def test_a_session_past_its_time_is_worth_nothing(sessions: LoginSessions) -> None:
    token, _ = sessions.create_session(Begun("wang", 0, TERM))
    row = sessions.rows.find_one() or {}
    assert seconds_from_now(row["until"]) == pytest.approx(TERM.idle_seconds, abs=60)
    sessions.rows.update_one({}, {"$set": {"until": ago(1)}})
    assert sessions.get_by_token(token) is None


def test_a_session_that_is_used_goes_on_but_not_for_ever(
    sessions: LoginSessions,
) -> None:
    token, _ = sessions.create_session(Begun("wang", 0, TERM))
    used = ago(NOTICED_AFTER_SECONDS + 1)
    ends = ago(-TERM.idle_seconds * 10)
    soon = {"seen": used, "until": ago(-5), "ends": ends}
    sessions.rows.update_one({}, {"$set": soon})
    assert sessions.get_by_token(token) is not None
    row = sessions.rows.find_one() or {}
    assert seconds_from_now(row["until"]) == pytest.approx(TERM.idle_seconds, abs=60)
    sessions.rows.update_one({}, {"$set": {"seen": used, "ends": ago(-5)}})
    assert sessions.get_by_token(token) is not None
    row = sessions.rows.find_one() or {}
    assert row["until"] == row["ends"]


def test_using_a_session_again_at_once_writes_nothing(sessions: LoginSessions) -> None:
    token, _ = sessions.create_session(Begun("wang", 0, TERM))
    before = sessions.rows.find_one()
    assert sessions.get_by_token(token) is not None
    assert sessions.rows.find_one() == before


def test_a_session_without_its_bounds_is_worth_nothing(
    sessions: LoginSessions,
) -> None:
    token, _ = sessions.create_session(Begun("wang", 0, TERM))
    sessions.rows.update_one({}, {"$unset": {"ends": 1, "epoch": 1, "seen": 1}})
    assert sessions.get_by_token(token) is None
    assert sessions.find_by_account("wang") == []


def test_the_sessions_of_an_account_are_listed_and_ended(
    sessions: LoginSessions,
) -> None:
    mine = [sessions.create_session(Begun("wang", 0, TERM)) for _ in range(3)]
    other, _ = sessions.create_session(Begun("chen", 0, TERM))
    listed = {session.id for session in sessions.find_by_account("wang")}
    assert listed == {id_ for _, id_ in mine}
    assert sessions.delete_sessions("wang", but=mine[0][0]) == 2
    assert [s.id for s in sessions.find_by_account("wang")] == [mine[0][1]]
    assert sessions.delete_sessions("wang") == 1
    assert sessions.get_by_token(other) is not None


def test_a_device_is_known_to_whom_it_signed_in(devices: KnownDevices) -> None:
    token = devices.remember_device("", "wang")
    assert devices.is_known(token, "wang")
    assert not devices.is_known(token, "chen")
    assert not devices.is_known("", "wang")
    assert not devices.is_known(token, "")
    assert token not in str(list(devices.rows.find()))


def test_all_who_sign_in_on_a_device_keep_its_one_token(devices: KnownDevices) -> None:
    token = devices.remember_device("", "wang")
    assert devices.remember_device(token, "chen") == token
    assert devices.is_known(token, "wang")
    assert devices.is_known(token, "chen")
    devices.delete_devices("wang")
    assert not devices.is_known(token, "wang")
    assert devices.is_known(token, "chen")


def test_a_device_token_that_was_not_given_out_here_is_replaced(
    devices: KnownDevices,
) -> None:
    planted = "x" * 43
    assert devices.remember_device(planted, "wang") != planted
    assert not devices.is_known(planted, "wang")


def test_a_device_is_forgotten_after_its_time(devices: KnownDevices) -> None:
    token = devices.remember_device("", "wang")
    devices.rows.update_one({}, {"$set": {"until": ago(1)}})
    assert not devices.is_known(token, "wang")


def test_tries_are_counted_by_key_up_to_the_limit(tries: Tries) -> None:
    for _ in range(3):
        tries.count_tries(["wang"], lambda _: {"wang": 3})
    with pytest.raises(OverLimit) as over:
        tries.count_tries(["wang"], lambda _: {"wang": 3})
    assert over.value.key == "wang"
    tries.count_tries(["chen"], lambda _: {"chen": 3})


def test_no_boundary_of_the_clock_doubles_the_tries(tries: Tries, clock: Clock) -> None:
    """At whatever second they begin, a quarter of an hour holds no more than three."""
    for beginning in range(0, SLOT_SECONDS * 2, 30):
        key = f"from {beginning}"
        clock.now = SOON + beginning
        passed = []
        for _ in range(200):
            with suppress(OverLimit):
                tries.count_tries([key], lambda _, key=key: {key: 3})
                passed.append(clock.now)
            clock.now += 10
        windows = zip(passed, passed[3:], strict=False)
        assert all(later - first >= 900 for first, later in windows), beginning
        assert len(passed) > 3, "tries come back"


def test_who_waits_as_long_as_was_said_may_try_again(
    tries: Tries, clock: Clock
) -> None:
    for _ in range(3):
        tries.count_tries(["wang"], lambda _: {"wang": 3})
        clock.now += SLOT_SECONDS
    with pytest.raises(OverLimit) as over:
        tries.count_tries(["wang"], lambda _: {"wang": 3})
    clock.now += over.value.retry_after - 1
    with pytest.raises(OverLimit):
        tries.count_tries(["wang"], lambda _: {"wang": 3})
    clock.now += 2
    tries.count_tries(["wang"], lambda _: {"wang": 3})


def test_tries_of_a_day_are_forgotten_after_it_and_mix_with_no_others(
    kept: Kept, tries: Tries, clock: Clock
) -> None:
    by_day = Tries(kept.database("gateway"), clock, DAY_SLOT_SECONDS)
    [taken] = by_day.count_tries(["a"], lambda _: {"a": 1})
    tries.count_tries(["a"], lambda _: {"a": 1})
    clock.now += 12 * 3600
    with pytest.raises(OverLimit) as over:
        by_day.count_tries(["a"], lambda _: {"a": 1})
    tries.count_tries(["a"], lambda _: {"a": 1})
    by_day.give_back([taken])
    by_day.count_tries(["a"], lambda _: {"a": 1})
    assert 8 * 3600 <= over.value.retry_after <= 12 * 3600
    clock.now += 24 * 3600
    by_day.count_tries(["a"], lambda _: {"a": 1})


def test_of_many_tries_at_once_no_more_pass_than_the_limit(tries: Tries) -> None:
    def attempt(_: int) -> bool:
        try:
            tries.count_tries(["wang"], lambda _: {"wang": 5})
        except OverLimit:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(attempt, range(24)))
    assert sum(passed) == 5


def test_a_try_that_is_refused_counts_for_no_key(tries: Tries) -> None:
    tries.count_tries(["wang"], lambda _: {"wang": 1})
    with pytest.raises(OverLimit):
        tries.count_tries(["here", "wang"], lambda _: {"here": 5, "wang": 1})
    counts: dict[str, int] = {}

    def look(found: dict[str, int]) -> dict[str, int]:
        counts.update(found)
        return {}

    tries.count_tries(["here", "wang"], look)
    assert counts == {"here": 0, "wang": 1}


def test_tries_that_were_right_are_given_back(tries: Tries) -> None:
    for _ in range(10):
        tries.give_back(
            tries.count_tries(["wang", "here"], lambda _: {"wang": 1, "here": 1})
        )


def test_security_events_come_in_their_order_after_a_cursor(
    events: SecurityEvents,
) -> None:
    for what in ("sign-in", "sign-out", "sign-in"):
        events.add_event(what, "ok", address="192.168.7.9", who="wang")
    first = events.find_after("", 2)
    assert [line["what"] for line in first] == ["sign-in", "sign-out"]
    [last] = events.find_after(first[-1]["cursor"], 10)
    assert (last["what"], last["network"]) == ("sign-in", "192.168.7.0/24")
    assert events.find_after(last["cursor"], 10) == []
    assert len(events.find_after(first[0]["cursor"][:10], 10)) == 3


def test_what_repeats_without_end_is_written_down_once(events: SecurityEvents) -> None:
    for address in ("10.1.1.1", "10.1.1.2", "10.1.1.1"):
        events.add_event_once("sign-in", "limited", address=address, account="wang")
    events.repeated.clear()  # as another process
    events.add_event_once("sign-in", "limited", address="10.1.1.1", account="wang")
    events.add_event_once("sign-in", "limited", address="10.1.1.1", account="chen")
    assert [line["account"] for line in events.find_after("", 10)] == ["wang", "chen"]


def test_security_events_are_kept_for_six_months(events: SecurityEvents) -> None:
    index = events.rows.index_information()["at_1"]
    assert index["expireAfterSeconds"] == KEPT_SECONDS
    assert KEPT_SECONDS > 184 * 24 * 3600


def test_rows_past_their_time_go_by_an_index(
    sessions: LoginSessions, devices: KnownDevices, tries: Tries
) -> None:
    for rows in (sessions.rows, devices.rows, tries.rows):
        index = rows.index_information()["until_1"]
        assert index["expireAfterSeconds"] == 0
    tries.count_tries(["wang"], lambda _: {})
    row = tries.rows.find_one() or {}
    counted_until = SOON + (EARLIER_SLOTS + 1) * SLOT_SECONDS
    assert row["until"].timestamp() == counted_until


def ago(seconds: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seconds)
