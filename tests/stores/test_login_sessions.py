"""Sessions, and the devices that accounts are known on, on every engine."""

import datetime

import pytest
from gateway.identity.account import TRAINEE, Account
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import (
    NOTICED_AFTER_SECONDS,
    Begun,
    LoginSessions,
    SessionTerm,
)

from tests.engines import Kept

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


def seconds_from_now(moment: datetime.datetime) -> float:
    return (moment - datetime.datetime.now(datetime.UTC)).total_seconds()


def ago(seconds: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seconds)


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


def test_sessions_and_devices_past_their_time_go_by_an_index(
    sessions: LoginSessions, devices: KnownDevices
) -> None:
    for rows in (sessions.rows, devices.rows):
        assert rows.index_information()["until_1"]["expireAfterSeconds"] == 0
