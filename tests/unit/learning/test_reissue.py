"""A corrected name: certificates are issued anew, and the old ones say by which."""

import json
from dataclasses import replace

import pytest
from learning.domain.certificate import Certificate
from learning.usecases.reissue_certificates import ReissueCertificates
from learning.usecases.remove_names import remove_names

from tests.unit.learning.world import SEAT, World


@pytest.fixture
def world() -> World:
    made = World()
    made.follow(SEAT)
    made.watch("a", "b")
    return made


def correct_name(world: World, name: str) -> None:
    world.names.rows["p"] = name
    ReissueCertificates(world.certify, world.audit)("p")


def test_a_certificate_is_issued_anew_with_the_right_name(world: World) -> None:
    [old] = world.certificates.find_by_person("p")
    correct_name(world, "章三")
    [new] = world.certificates.find_by_person("p")
    assert (new.name, new.replaces, new.signature) == ("章三", old.number, "signed")
    assert (new.title, new.hours) == (old.title, old.hours)
    stored = world.certificates.rows[old.number]
    assert stored == replace(old, replaced_by=new.number)


def test_each_that_is_issued_anew_has_one_audit_line_with_both_numbers(
    world: World,
) -> None:
    [old] = world.certificates.find_by_person("p")
    correct_name(world, "章三")
    world.certificates.rows[old.number] = old  # it died before this was written
    correct_name(world, "章三")
    [new] = world.certificates.find_by_person("p")
    numbers = {"number": new.number, "replaces": old.number}
    assert world.audit.lines == [("learning", "certificate-reissued", "p", numbers)]


def test_a_repeat_and_the_same_name_change_nothing(world: World) -> None:
    correct_name(world, "章三")
    before = dict(world.certificates.rows)
    correct_name(world, "章三")
    assert world.certificates.rows == before
    assert len(before) == 2


def test_each_correction_has_a_number_of_its_own_and_the_first_name_never_returns(
    world: World,
) -> None:
    for name in ("章三", "张三", "章三"):
        correct_name(world, name)
    rows = world.certificates.rows
    assert len(rows) == 4
    [current] = world.certificates.find_by_person("p")
    line = [current]
    while line[-1].replaces:
        line.append(rows[line[-1].replaces])
    assert [one.name for one in line] == ["章三", "张三", "章三", "张三"]


def test_what_died_between_two_steps_is_finished_by_the_repeat(world: World) -> None:
    [old] = world.certificates.find_by_person("p")
    correct_name(world, "章三")
    world.certificates.rows[old.number] = old  # it died before this was written
    correct_name(world, "章三")
    [current] = world.certificates.find_by_person("p")
    assert current.replaces == old.number
    assert len(world.certificates.rows) == 2


def test_what_is_revoked_stays_and_no_class_is_certified_twice(world: World) -> None:
    [old] = world.certificates.find_by_person("p")
    void = replace(old, revoked_on="2026-11-23", revoked_for="误发")
    world.certificates.rows[old.number] = void
    correct_name(world, "章三")
    assert world.certificates.rows == {old.number: void}
    world.certify(SEAT)
    assert world.certificates.rows == {old.number: void}


def test_a_correction_does_not_hold_up_the_deletion_that_came_behind_it(
    world: World,
) -> None:
    before = dict(world.certificates.rows)
    world.names.rows.clear()  # as enrollment does when it deletes
    ReissueCertificates(world.certify, world.audit)("p")
    assert world.certificates.rows == before


def test_a_deletion_takes_the_name_from_what_was_replaced_as_well(world: World) -> None:
    correct_name(world, "章三")
    for _ in range(2):
        remove_names(world.certificates, world.certify.seal, "p")
        found = world.certificates.rows.values()
        assert [(one.name, one.signature) for one in found] == [("", "signed")] * 2


def test_signatures_of_before_stay_valid_and_what_replaces_is_signed() -> None:
    plain = Certificate("n", "p", "c", "张三", "财务班", "1.00", "2026-11-23", "学院")
    assert "replaces" not in json.loads(plain.signed_text())
    assert replace(plain, replaced_by="m").signed_text() == plain.signed_text()
    assert json.loads(replace(plain, replaces="m").signed_text())["replaces"] == "m"
