"""What learning answers, and what it does, at its doors."""

from dataclasses import replace
from typing import Any

import pytest
from chassis.http import problem
from chassis.http.auth import Caller
from flask import Flask, g
from learning.api.records import RecordRoutes
from learning.domain.certificate import Certificate
from learning.domain.errors import Refusal
from learning.wiring import STATUSES

from tests.unit.learning.fakes import FakeSeal
from tests.unit.learning.world import World

CERTIFICATE = Certificate(
    "BY-2026-ABCD-EFGH-JKLM", "p", "c1", "张三", "财务班", "1.50", "2026-11-23", "学院"
)
PATH = f"/certificates/{CERTIFICATE.number}"


class Doors:
    """The doors of learning, with one certificate behind them."""

    def __init__(self) -> None:
        self.world = World()
        self.world.certificates.issue(FakeSeal().sign(CERTIFICATE))
        self.noted: list[tuple[str, str, str]] = []
        self.app = Flask("tried")
        self.app.before_request(self._speak)
        problem.install_problems(self.app)
        problem.install_refusals(self.app, Refusal, STATUSES)
        world = self.world
        self.app.register_blueprint(
            RecordRoutes(
                world.projections, world.records, world.ledger, world.certificates,
                FakeSeal(), lambda *line: self.noted.append(line), world.clock.now,
                world.groups,
            ).blueprint()
        )  # fmt: skip

    def _speak(self) -> None:
        g.caller = Caller("gateway", roles=frozenset({"staff"}), login="jiaowu")

    def ask(self, path: str, body: object = None) -> tuple[int, Any]:
        """Status and answer; with a body something is sent."""
        client = self.app.test_client()
        got = client.get(path) if body is None else client.post(path, json=body)
        return got.status_code, got.get_json()


def test_a_certificate_is_revoked_with_a_reason_and_noted_who_did() -> None:
    doors = Doors()
    path = f"/certificates/{CERTIFICATE.number.lower().replace('-', '')}/revocation"
    for reason in ("误发", "别的"):
        status, said = doors.ask(path, {"reason": reason})
        assert (status, said["revoked_on"], said["revoked_for"]) == (
            200, "2026-11-23", "误发",
        )  # fmt: skip
        assert "person_id" not in said
    assert doors.noted == [("jiaowu", CERTIFICATE.number, "误发")]
    _, shown = doors.ask(PATH)
    assert (shown["revoked_for"], shown["genuine"]) == ("误发", True)


@pytest.mark.parametrize("reason", ["", " ", "一\n二", "x" * 201, "\u202e", 5, None])
def test_a_revocation_without_a_reason_in_one_line_is_refused(reason: object) -> None:
    doors = Doors()
    assert doors.ask(f"{PATH}/revocation", {"reason": reason})[0] == 422
    assert doors.noted == []
    assert doors.ask(PATH)[1]["revoked_on"] == ""


def test_an_unknown_certificate_is_not_revoked() -> None:
    doors = Doors()
    path = f"/certificates/{CERTIFICATE.number[:-1]}2/revocation"
    status, said = doors.ask(path, {"reason": "误发"})
    assert (status, said["type"].rpartition("/")[2]) == (404, "unknown-certificate")
    assert doors.noted == []


def test_a_service_is_told_whether_a_person_has_finished_a_class() -> None:
    doors = Doors()
    assert doors.ask("/classes/c1/certificates/p") == (200, {"is_issued": True})
    assert doors.ask("/classes/c2/certificates/p") == (200, {"is_issued": False})
    assert doors.ask("/classes/c1/certificates/q") == (200, {"is_issued": False})
    revoked = replace(CERTIFICATE, revoked_on="2026-12-01")
    doors.world.certificates.rows[CERTIFICATE.number] = revoked
    assert doors.ask("/classes/c1/certificates/p") == (200, {"is_issued": True})
