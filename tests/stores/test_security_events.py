"""What is told of accounts, kept and by its route, on every engine."""

import re

import pytest
from gateway.identity.security_events import KEPT_SECONDS, SecurityEvents
from gateway.identity.sign_in_limits import (
    FROM_ONE_PLACE,
)

from tests.doubles.sign_in_gate import (
    NEXT,
    PASSWORD,
    PHONE,
    Gate,
    invite,
    managed,
    open_gate,
)
from tests.engines import Kept


@pytest.fixture
def events(kept: Kept) -> SecurityEvents:
    made = SecurityEvents(kept.database("gateway"))
    made.create_indexes()
    return made


@pytest.fixture
def gate(kept: Kept) -> Gate:
    return open_gate(kept)


def test_every_act_is_told_without_secrets(gate: Gate) -> None:
    operator = gate.token("operator")
    ways = managed(operator, gate)
    gate.wrong("shi", FROM_ONE_PLACE + 1)
    gate.call("POST", "/api/invitations/guessed", {"password": NEXT})
    gate.sign_in("13599998888", "wrong")
    gate.call("DELETE", "/api/session", token=gate.token("shi"))
    invite(gate)
    path = f"/api/invitations/{gate.invitation()}"
    token = gate.call("POST", path, {"password": NEXT})[1]["token"]
    body = {"old": NEXT, "new": PASSWORD}
    changed = gate.call("PUT", "/api/account/password", body, token)[1]
    gate.call("GET", "/api/security-events", token=changed["token"])
    for name in ("disable", "enable", "end", "reset", "give"):
        ways[name]("shi")
    gate.call("PUT", "/api/accounts/shi/roles", {"role": "staff"}, operator)
    ways["take"]("shi")
    told = gate.told()
    for line in (
        ("sign-in", "ok"), ("sign-in", "failed"), ("sign-in", "limited"),
        ("sign-out", "ok"), ("invitation-sent", "ok"), ("invitation-accepted", "ok"),
        ("invitation-accepted", "refused"),
        ("password-changed", "ok"), ("right-refused", "refused"),
        ("account-disabled", "ok"), ("account-enabled", "ok"),
        ("sessions-ended", "ok"), ("password-reset", "ok"), ("role-given", "ok"),
        ("role-taken", "ok"),
    ):  # fmt: skip
        assert line in told, line
    status, said = gate.call("GET", "/api/security-events?limit=500", token=operator)
    assert status == 200
    text = str(said)
    for hidden in (
        PASSWORD, NEXT, "13599998888", PHONE, "王主席", "wang@", operator, token,
        gate.invitation(), "10.0.0.1'",
    ):  # fmt: skip
        assert hidden not in text, hidden
    assert all(line["request"] and line["at"] for line in said["events"])
    more = gate.call(
        "GET", f"/api/security-events?after={said['next']}", token=operator
    )
    assert more[1]["events"] == []


@pytest.mark.parametrize(("by", "status"), [("", 401), ("shi", 403), ("jiaowu", 403)])
def test_security_events_are_for_operators(gate: Gate, by: str, status: int) -> None:
    token = gate.token(by) if by else ""
    assert gate.call("GET", "/api/security-events", token=token)[0] == status


def test_a_flood_of_limited_tries_is_one_line(gate: Gate) -> None:
    gate.wrong("shi", FROM_ONE_PLACE + 40)
    assert gate.told().count(("sign-in", "limited")) == 1


def test_the_metric_counts_every_try_by_its_outcome(gate: Gate) -> None:
    def read() -> dict[str, float]:
        text = gate.client.get("/metrics").get_data(as_text=True)
        found = re.findall(r'biyong_sign_ins_total\{outcome="(\w+)"\} ([\d.]+)', text)
        return {outcome: float(count) for outcome, count in found}

    before = read()
    gate.sign_in("shi")
    gate.wrong("shi", FROM_ONE_PLACE + 5)
    now = read()
    grown = {name: now[name] - before.get(name, 0) for name in now}
    assert (grown["ok"], grown["failed"], grown["limited"]) == (1, FROM_ONE_PLACE, 5)


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
