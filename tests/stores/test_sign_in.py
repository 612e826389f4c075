"""Signing in, and one's own sessions and password by their routes, on every engine."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from gateway.identity.sign_in_limits import (
    ATTACKED_LOGIN,
    FROM_ONE_PLACE,
    FROM_ONE_PLACE_UNDER_ATTACK,
    OF_ONE_ADDRESS,
)

from tests.doubles.sign_in_gate import (
    NEXT,
    PASSWORD,
    PHONE,
    Gate,
    open_gate,
)
from tests.engines import Kept


@pytest.fixture
def gate(kept: Kept) -> Gate:
    return open_gate(kept)


# Signing in


@pytest.mark.parametrize(
    "login",
    [PHONE, "１３５１２３４７７８４", "135 1234 7784", "+8613512347784", f" {PHONE} "],
)
def test_a_phone_signs_in_however_it_is_written(gate: Gate, login: str) -> None:
    status, said = gate.sign_in(login)
    assert (status, said["person_id"]) == (201, "p1")


def test_all_ways_to_write_a_login_share_its_tries(gate: Gate) -> None:
    ways = (
        PHONE,
        f" {PHONE}",
        "+86" + PHONE,
        "135 1234 7784",
        "１３５１２３４７７８４",
    )
    for way in ways:
        gate.wrong(way, 2)
    assert gate.sign_in(PHONE)[0] == 429


def test_a_try_is_counted_before_its_password_is_looked_at(gate: Gate) -> None:
    assert gate.wrong("shi", FROM_ONE_PLACE + 5) == [401] * FROM_ONE_PLACE + [429] * 5
    assert gate.passwords.looked == FROM_ONE_PLACE
    status, said = gate.sign_in("shi")
    assert (status, said["type"]) == (429, "too-many-tries")
    assert said["retry_after"] > 0
    assert gate.passwords.looked == FROM_ONE_PLACE


def test_of_many_tries_at_once_no_more_are_looked_at_than_the_limit(gate: Gate) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: gate.sign_in("shi", f"wrong {n}"), range(40)))
    assert gate.passwords.looked <= FROM_ONE_PLACE


def test_who_waits_as_long_as_was_said_signs_in(gate: Gate) -> None:
    gate.wrong("shi", FROM_ONE_PLACE)
    gate.clock.now += gate.sign_in("shi")[1]["retry_after"] + 1
    assert gate.sign_in("shi")[0] == 201


def test_nobody_can_shut_the_owner_out_at_another_address(gate: Gate) -> None:
    assert 429 in gate.wrong("operator", 30, address="10.6.6.6")
    assert gate.sign_in("operator", address="10.0.0.2")[0] == 201


def test_not_even_from_a_thousand_addresses(gate: Gate) -> None:
    for place in range(ATTACKED_LOGIN // FROM_ONE_PLACE + 5):
        gate.wrong("operator", FROM_ONE_PLACE, address=f"10.7.{place}.6")
    few = FROM_ONE_PLACE_UNDER_ATTACK
    assert gate.wrong("operator", 4, address="10.8.8.8") == [401] * few + [429] * (
        4 - few
    )
    assert gate.sign_in("operator", address="10.8.8.9")[0] == 201
    assert gate.wrong("shi", 4, address="10.8.8.8") == [401] * 4, "only that login"


def test_a_device_that_signed_in_before_passes_whatever_others_tried(
    gate: Gate,
) -> None:
    device = gate.sign_in("operator")[1]["device"]
    gate.wrong("operator", 30)
    assert gate.sign_in("operator")[0] == 429
    assert gate.sign_in("operator", device=device)[0] == 201
    assert gate.sign_in("shi", device=device)[0] == 201


def test_a_known_device_has_no_more_tries_than_a_place(gate: Gate) -> None:
    device = gate.sign_in("shi")[1]["device"]
    statuses = [
        gate.sign_in("shi", "wrong", device=device, address=f"10.5.{n}.1")[0]
        for n in range(FROM_ONE_PLACE + 1)
    ]
    assert statuses == [401] * FROM_ONE_PLACE + [429]
    assert gate.sign_in("shi", address="10.5.1.1")[0] == 201


def test_a_device_of_another_account_is_a_stranger(gate: Gate) -> None:
    device = gate.sign_in("shi")[1]["device"]
    gate.wrong("operator", FROM_ONE_PLACE, device=device)
    assert gate.sign_in("operator", device=device)[0] == 429


def test_one_password_cannot_be_tried_on_every_login(gate: Gate) -> None:
    statuses = [
        gate.sign_in(f"139{n:08d}", "12345678")[0] for n in range(OF_ONE_ADDRESS + 20)
    ]
    assert statuses.count(401) == OF_ONE_ADDRESS
    assert statuses[-20:] == [429] * 20
    assert gate.sign_in("shi", address="10.0.0.2")[0] == 201


def test_an_ipv6_customer_is_one_address(gate: Gate) -> None:
    for n in range(FROM_ONE_PLACE):
        gate.sign_in("shi", "wrong", address=f"2001:db8:1:2::{n + 1:x}")
    assert gate.sign_in("shi", address="2001:db8:1:2:ffff::9")[0] == 429
    assert gate.sign_in("shi", address="2001:db8:1:3::1")[0] == 201


def test_signing_in_often_uses_up_no_tries(gate: Gate) -> None:
    assert {gate.sign_in("shi")[0] for _ in range(FROM_ONE_PLACE * 2)} == {201}


def test_known_and_unknown_logins_are_answered_alike(gate: Gate) -> None:
    answers = [gate.sign_in(login, "wrong") for login in ("shi", "nobody-here", "")]
    del answers[2]
    for _, said in answers:
        del said["instance"]
    assert answers[0] == answers[1]
    assert gate.passwords.looked == 2, "both are hashed"


def test_a_full_queue_answers_at_once_and_counts_no_try(gate: Gate) -> None:
    device = gate.sign_in("shi")[1]["device"]
    with ExitStack() as held:
        for _ in range(6):  # two at work and eight waiting, less four for known ones
            held.enter_context(gate.passwords.hold_place(is_known=False))
        status, said = gate.sign_in("shi")
        assert (status, said["type"]) == (429, "sign-in-busy")
        assert said["retry_after"] > 0
        assert gate.sign_in("shi", device=device)[0] == 201
    assert gate.wrong("shi", FROM_ONE_PLACE) == [401] * FROM_ONE_PLACE


def test_a_password_as_long_as_a_body_may_be_is_just_wrong(gate: Gate) -> None:
    got = gate.client.post("/sign-in", data={"login": "shi", "password": "x" * 60_000})
    assert got.status_code == 401


def test_a_login_as_long_as_a_body_may_be_is_just_unknown(gate: Gate) -> None:
    form = {"login": "a b" * 20_000, "password": PASSWORD}
    assert gate.client.post("/sign-in", data=form).status_code == 401


def test_the_browser_keeps_its_device_and_a_refusal_says_when(gate: Gate) -> None:
    form = {"login": "shi", "password": PASSWORD}
    got = gate.client.post("/sign-in", data=form)
    cookie = next(c for c in got.headers.getlist("Set-Cookie") if "device" in c)
    assert "HttpOnly" in cookie
    assert "Max-Age" in cookie
    device = re.findall(r"=([^;]+)", cookie)[0]
    for _ in range(FROM_ONE_PLACE):
        gate.client.post("/sign-in", data={**form, "password": "wrong"})
    refused = gate.client.post("/sign-in", data=form)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    name = cookie.partition("=")[0]
    again = gate.client.post(
        "/sign-in", data=form, headers={"Cookie": f"{name}={device}"}
    )
    assert again.status_code == 303


# Sessions and passwords of one's own


def test_operators_are_signed_out_sooner(gate: Gate) -> None:
    gate.token("operator")
    gate.token("shi")
    lasts = {row["account"]: row for row in gate.sessions.rows.find()}
    assert lasts["operator"]["idle"] < lasts["shi"]["idle"]
    assert lasts["operator"]["ends"] < lasts["shi"]["ends"]


def test_changing_the_password_ends_all_other_sessions(gate: Gate) -> None:
    first, second = gate.token("shi"), gate.token("shi")
    body = {"old": PASSWORD, "new": NEXT}
    status, said = gate.call("PUT", "/api/account/password", body, token=first)
    assert status == 200
    assert gate.is_signed_in(said["token"])
    assert not gate.is_signed_in(first)
    assert not gate.is_signed_in(second)
    assert gate.sign_in("shi")[0] == 401
    assert gate.sign_in("shi", NEXT)[0] == 201


@pytest.mark.parametrize(
    ("old", "new", "status", "slug"),
    [
        ("wrong", NEXT, 403, "old-password-wrong"),
        (PASSWORD, "12345678", 422, "weak-password"),
        (PASSWORD, "shi-shi-shi", 422, "weak-password"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(
    gate: Gate, old: str, new: str, status: int, slug: str
) -> None:
    token = gate.token("shi")
    body = {"old": old, "new": new}
    got, said = gate.call("PUT", "/api/account/password", body, token=token)
    assert (got, said["type"]) == (status, slug)
    assert gate.is_signed_in(token)
    assert gate.sign_in("shi")[0] == 201


def test_the_own_sessions_are_listed_and_the_others_ended(gate: Gate) -> None:
    here, there = gate.token("shi"), gate.token("shi")
    listed = gate.call("GET", "/api/account/sessions", token=here)[1]["sessions"]
    assert sorted(line["is_this"] for line in listed) == [False, True]
    assert {line["network"] for line in listed} == {"10.9.9.0/24"}
    ended = gate.call("DELETE", "/api/account/sessions", token=here)
    assert ended == (200, {"ended": 1})
    assert gate.is_signed_in(here)
    assert not gate.is_signed_in(there)
