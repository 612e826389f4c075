"""What a certificate prints beside its name: the branch, the days of the class."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from chassis.events.envelope import Envelope
from chassis.http.problem import Problem
from hypothesis import given
from hypothesis import strategies as st
from learning.clients.enrollment import EnrollmentNames
from learning.domain.certificate import SIGNED_IF_THERE, UNSIGNED, Certificate
from learning.domain.course import TrainingClass
from learning.events.projected_rows import row_of_class, row_of_seat
from learning.usecases.follow_merges import FollowMerges
from learning.usecases.reissue_certificates import ReissueCertificates

from contracts import REGISTRY
from tests.unit.learning.test_certificate import FULL, PLAIN, a_key, a_seal
from tests.unit.learning.world import SEAT, World

DATED = TrainingClass("c1", "k1", "财务班", "2026-11-01", "2026-11-20")
ASKED = replace(SEAT, branch_id="dongcheng")


@pytest.fixture(name="world")
def _world() -> World:
    world = World()
    world.projections.put_classes([("c1", 1, DATED)])
    world.branch_names.rows["dongcheng"] = "东城区总工会"
    return world


def printed(certificate: Certificate) -> tuple[str, str, str]:
    return certificate.branch_name, certificate.starts_on, certificate.ends_on


PRINTED = ("东城区总工会", "2026-11-01", "2026-11-20")


def test_branch_and_days_are_printed_as_they_are_on_the_day_of_issue(
    world: World,
) -> None:
    world.follow(ASKED)
    world.watch("a", "b")
    [issued] = world.certificates.rows.values()
    assert printed(issued) == PRINTED


def test_rows_from_before_they_were_kept_still_bring_a_certificate() -> None:
    world = World()
    world.follow(SEAT)
    world.watch("a", "b")
    [issued] = world.certificates.rows.values()
    assert printed(issued) == ("", "", "")


def test_a_branch_that_is_not_known_withholds_no_certificate(world: World) -> None:
    world.branch_names.rows.clear()
    world.follow(ASKED)
    world.watch("a", "b")
    [issued] = world.certificates.rows.values()
    assert printed(issued) == ("", *PRINTED[1:])


def test_beside_an_earlier_release_none_of_it_is_printed_and_nobody_is_asked(
    world: World,
) -> None:
    world.certify.branch_names = None
    world.follow(ASKED)
    world.watch("a", "b")
    [issued] = world.certificates.rows.values()
    assert printed(issued) == ("", "", "")
    assert issued.signed_text() == as_signed_before(issued)


def test_what_changes_later_changes_nothing_that_was_signed(world: World) -> None:
    world.follow(ASKED)
    world.watch("a", "b")
    world.branch_names.rows["dongcheng"] = "东城总工会"
    world.projections.put_classes([("c1", 2, replace(DATED, ends_on="2026-12-31"))])
    world.names.rows["p"] = "章三"
    ReissueCertificates(world.certify, world.audit)("p")
    assert {printed(one) for one in world.certificates.rows.values()} == {PRINTED}
    assert len(world.certificates.rows) == 2


def test_after_a_merge_the_branch_is_that_of_the_seat_it_was_earned_in(
    world: World,
) -> None:
    world.branch_names.rows["xicheng"] = "西城区总工会"
    world.names.rows["q"] = "张三"
    world.leads["q"] = "p"
    world.follow(replace(ASKED, id="c1.q.1", person_id="q", branch_id="xicheng"))
    world.hear("p", "a")
    world.hear("q", "b")
    FollowMerges(world.complete, world.certificates, world.clock.now)(["p", "q"])
    [issued] = world.certificates.rows.values()
    assert printed(issued) == ("西城区总工会", *PRINTED[1:])


TEXTS = [one.name for one in fields(Certificate) if one.name != "joined"]


def as_signed_before(certificate: Certificate) -> bytes:
    """The text as the first release signed it, of the fields that it had."""
    then = (
        "number", "person_id", "class_id", "name", "title", "hours", "issued_on",
        "issuer", "key_id",
    )  # fmt: skip
    of_then = {name: getattr(certificate, name) for name in then}
    if certificate.replaces:
        of_then["replaces"] = certificate.replaces
    return json.dumps(of_then, ensure_ascii=False, sort_keys=True).encode()


@given(st.fixed_dictionaries({name: st.text() for name in TEXTS}))
def test_what_was_signed_before_has_the_same_text(texts: dict[str, str]) -> None:
    old = Certificate(**(texts | {"branch_name": "", "starts_on": "", "ends_on": ""}))
    assert old.signed_text() == as_signed_before(old)


def test_every_field_is_signed_or_named_as_one_that_is_not() -> None:
    text = json.loads(FULL.signed_text())
    assert text.keys() | UNSIGNED == {one.name for one in fields(Certificate)}
    bare = json.loads(PLAIN.signed_text())
    assert text.keys() - bare.keys() == SIGNED_IF_THERE


@pytest.mark.parametrize("field", sorted(SIGNED_IF_THERE))
def test_a_field_written_into_an_old_certificate_fails(
    tmp_path: Path, field: str
) -> None:
    seal = a_seal(tmp_path, a_key("2026"))
    signed = seal.sign(PLAIN)
    assert seal.has_valid_signature(signed)
    assert not seal.has_valid_signature(replace(signed, **{field: "x"}))


def example(type_: str) -> Envelope:
    return msgspec.convert(REGISTRY.example_of(type_), Envelope)


def test_a_class_keeps_its_days_and_a_seat_the_branch_that_asked() -> None:
    opened = example("catalog.class.opened.v1")
    _, _, projected = row_of_class(opened)
    days = (opened.data["starts_on"], opened.data["ends_on"])
    assert (projected.starts_on, projected.ends_on) == days
    for type_ in ("taken", "promoted", "withdrawn"):
        event = example(f"enrollment.seat.{type_}.v1")
        _, _, seat = row_of_seat(event)
        assert seat.branch_id == event.data["branch_id"]


class Answering:
    """Enrollment, which answers or refuses."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[tuple[str, ...]] = []

    def send_request(self, method: str, path: tuple[str, ...], kind: Any) -> Any:
        self.asked.append((method, *path))
        if isinstance(self.answer, Problem):
            raise self.answer
        return kind(**self.answer)


def test_the_name_of_a_branch_is_asked_of_enrollment() -> None:
    client = Answering({"id": "dongcheng", "name": "东城区总工会", "parent": ""})
    names = EnrollmentNames(client)  # type: ignore[arg-type]
    assert names.get_branch_name("dongcheng") == "东城区总工会"
    assert client.asked == [("GET", "branches", "dongcheng")]


def test_there_being_no_such_branch_differs_from_not_being_answered() -> None:
    unknown = Answering(Problem(404, "unknown-branch", ""))
    assert EnrollmentNames(unknown).get_branch_name("x") == ""  # type: ignore[arg-type]
    away = Answering(Problem(503, "service-away", ""))
    with pytest.raises(Problem):
        EnrollmentNames(away).get_branch_name("x")  # type: ignore[arg-type]
