"""Deleting a person: whatever dies on the way, the next try ends it."""

from dataclasses import replace

import pytest
from enrollment.domain.enrolment import SEATED, WITHDRAWN
from enrollment.domain.errors import UnknownPerson
from enrollment.domain.people import next_person_id
from enrollment.usecases.delete_person import DeletePerson
from enrollment.usecases.leave_class import LeaveClass

from tests.unit.enrollment.personal_records import Died, WorldRecords
from tests.unit.enrollment.world import World, a_book, a_row


class NothingIssued:
    """Nobody has a certificate."""

    def is_issued(self, class_id: str, person_id: str) -> bool:
        return False


@pytest.fixture
def world() -> World:
    made = World(a_book(1))
    made.send("k1", a_row(1), a_row(2))
    return made


def deleting(world: World, records: WorldRecords) -> DeletePerson:
    leave = LeaveClass(world.enrolments, NothingIssued(), world.seats)
    return DeletePerson(world.people, world.enrolments, records, leave, world.audit)


def person_of(world: World, phone: str) -> str:
    return next(p.id for p, _ in world.people.rows.values() if p.phone == phone)


@pytest.mark.parametrize("dies_before", range(10))
def test_whoever_dies_on_the_way_is_followed_by_another(
    world: World, dies_before: int
) -> None:
    person_id = person_of(world, "13800000001")
    records = WorldRecords(world, dies_before)
    if dies_before:
        with pytest.raises(Died):
            deleting(world, records)(person_id, "staff")
    deleting(world, records)(person_id, "staff")
    deleting(world, records)(person_id, "staff")
    everything = repr((world.people.rows, world.people.memberships, world.chunks.rows))
    assert "13800000001" not in everything
    assert "张1" not in everything
    assert [line[1] for line in world.audit.lines] == ["person-deleted"]
    states = {e.person_id: e.state for e in world.enrolments.rows.values()}
    assert states.pop(person_id) == WITHDRAWN
    assert set(states.values()) == {SEATED}, "who waited has the seat"


def test_nobody_is_deleted_who_is_not_there(world: World) -> None:
    with pytest.raises(UnknownPerson):
        deleting(world, WorldRecords(world))("nobody", "staff")


def test_the_same_row_names_a_new_person_after_it(world: World) -> None:
    person_id = person_of(world, "13800000001")
    deleting(world, WorldRecords(world))(person_id, "staff")
    world.send("k2", replace(a_row(1), number=9))
    again = person_of(world, "13800000001")
    assert again == next_person_id(b"secret", person_id)
    deleting(world, WorldRecords(world))(again, "staff")
    world.send("k3", replace(a_row(1), number=9))
    assert person_of(world, "13800000001") == next_person_id(b"secret", again)
