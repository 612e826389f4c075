"""An idempotency key belongs to the account that chose it."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from chassis.http import idempotency
from chassis.http.app import create_app
from chassis.http.auth import Caller, allow_everyone
from chassis.http.body import json_response
from chassis.http.idempotency import run_once
from flask import Flask, Response, g, request
from pymongo.errors import DuplicateKeyError


@dataclass
class Rows:
    """A collection of remembered answers, as far as keys need it."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def insert_one(self, row: dict[str, Any]) -> None:
        if row["_id"] in self.rows:
            raise DuplicateKeyError("there")
        self.rows[row["_id"]] = row

    def find_one(self, filter_: dict[str, Any]) -> dict[str, Any] | None:
        return self.rows.get(filter_["_id"])

    def update_one(self, filter_: dict[str, Any], change: dict[str, Any]) -> None:
        self.rows[filter_["_id"]].update(change["$set"])

    def delete_one(self, filter_: dict[str, Any]) -> None:
        self.rows.pop(filter_["_id"], None)


@pytest.fixture
def app() -> Flask:
    """One write that counts how often it ran; who calls stands in a header."""
    made = create_app("bare", None)
    idempotency.install_idempotency(made, SimpleNamespace(idempotency=Rows()))
    ran: list[str] = []

    def know() -> None:
        account = request.headers["Account"]
        g.caller = Caller("gateway", roles=frozenset({"staff"}), account=account)

    made.before_request(know)

    @made.post("/things")
    @allow_everyone
    @run_once
    def add() -> Response:
        ran.append(g.caller.account)
        return json_response({"number": len(ran)}, 201)

    return made


def send(app: Flask, account: str, body: dict[str, int]) -> tuple[int, Any]:
    headers = {"Account": account, "Idempotency-Key": "k1"}
    got = app.test_client().post("/things", json=body, headers=headers)
    return got.status_code, got.get_json()


def test_a_key_says_nothing_to_another_account(app: Flask) -> None:
    assert send(app, "li", {"a": 1}) == (201, {"number": 1})
    assert send(app, "wang", {"a": 1}) == (201, {"number": 2})
    assert send(app, "wang", {"a": 2})[0] == 422
    assert send(app, "zhao", {"a": 3}) == (201, {"number": 3})


def test_the_same_account_gets_the_first_answer_again(app: Flask) -> None:
    assert send(app, "li", {"a": 1}) == (201, {"number": 1})
    assert send(app, "li", {"a": 1}) == (201, {"number": 1})
