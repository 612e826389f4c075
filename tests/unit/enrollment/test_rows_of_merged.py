"""What a branch writes in a row changes no record that counts for somebody else's."""

import pytest
from enrollment.domain.people import Membership, Person
from enrollment.domain.roster import Row
from enrollment.usecases.register_people import RegisterPeople

from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.world import ID_NUMBER, NOW, a_book, a_row

NEW = {"phone": "13900000009", "email": "one@biyong.example", "id_number": ID_NUMBER}


def a_world() -> MergingWorld:
    """Two books, and one human whom two branches that are not related named."""
    world = MergingWorld(a_book(9), a_book(9, class_id="c2"), a_book(9, class_id="c3"))
    world.send("k1", a_row(1))
    world.people.create_people(
        [(Person("other", "张1", "13800000001", "", "old@biyong.example"), "xc")]
    )
    world.people.create_memberships([Membership("other", "xc", "W1", "2026-01-01")])
    return world


def named_by_dc(world: MergingWorld) -> str:
    return world.people.memberships["dc:M1"].person_id


@pytest.mark.parametrize("is_alias", [True, False])
def test_a_row_changes_neither_contacts_nor_id_number_of_whom_others_hold_as_merged(
    is_alias: bool,
) -> None:
    world = a_world()
    own = named_by_dc(world)
    world.merge(*(("other", own) if is_alias else (own, "other")))
    before = dict(world.people.rows)
    (outcome,) = world.send("k2", a_row(1, class_id="c2", **NEW))
    assert (outcome.outcome, outcome.notes) == ("enrolled", ("contacts-kept",))
    assert world.people.rows == before
    assert not [c for c in world.people.changes.values() if "phone" in c.fields]


def test_nor_of_an_alias_whose_survivor_the_branch_holds_too() -> None:
    world = a_world()
    own = named_by_dc(world)
    world.people.memberships["xc:W1"] = Membership("other", "dc", "W1", "2026-01-01")
    world.merge("other", own)
    before = dict(world.people.rows)
    (outcome,) = world.send("k2", a_row(1, class_id="c2", **NEW))
    assert outcome.notes == ("contacts-kept",)
    assert world.people.rows == before


def test_the_record_that_counts_is_changed_by_the_branch_that_holds_all_of_them() -> (
    None
):
    world = a_world()
    own = named_by_dc(world)
    world.merge(own, "other")
    row = a_row(1, class_id="c2", branch_id="dc", **NEW)
    (outcome,) = world.send("k2", row, branch="bj")
    assert outcome.notes == ("person-updated",)
    person, _ = world.people.rows[own]
    assert (person.phone, person.id_number) == (NEW["phone"], ID_NUMBER)


def test_a_dry_run_says_the_same_and_once_they_are_two_the_row_counts_again() -> None:
    world = a_world()
    own = named_by_dc(world)
    world.merge("other", own)
    (dry,) = world.send("k2", a_row(1, class_id="c2", **NEW), dry_run=True)
    assert dry.notes == ("contacts-kept",)
    world.unmerge("other", own)
    (outcome,) = world.send("k3", a_row(1, class_id="c3", **NEW))
    assert outcome.notes == ("person-updated",)


def test_nor_does_whoever_registers_people_without_a_class() -> None:
    world = a_world()
    own = named_by_dc(world)
    world.merge("other", own)
    register = RegisterPeople(
        world.branches,
        world.people,
        b"secret",
        lambda: NOW,
        world.audit,
        world.merges.find_groups,
    )
    before = dict(world.people.rows)
    row = Row(1, "张1", "M1", class_id="", **NEW)
    (outcome,) = register("dc", [row], "request", "chen", dry_run=False)
    assert (outcome.outcome, outcome.fields) == ("unchanged", ())
    assert world.people.rows == before
