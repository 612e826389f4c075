"""Which human a row means: in any order, and never beyond the sender's branches."""

import pytest
from enrollment.domain.people import Membership
from enrollment.domain.roster import Outcome

from tests.unit.enrollment.world import ID_NUMBER, World, a_book, a_row

OTHER_NUMBER = "110101199003078515"


def said(outcomes: tuple[Outcome, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.outcome, one.reason, one.notes) for one in outcomes]


def a_world() -> World:
    return World(a_book(9), a_book(9, class_id="c2"), a_book(9, class_id="c3"))


def test_an_id_number_that_comes_later_is_noted_of_the_same_person() -> None:
    world = a_world()
    world.send("k1", a_row(1))
    outcomes = world.send("k2", a_row(1, class_id="c2", id_number=ID_NUMBER))
    assert said(outcomes) == [("enrolled", "", ("person-updated",))]
    ((person, _),) = world.people.rows.values()
    assert person.id_number == ID_NUMBER


def test_a_person_first_named_by_id_number_is_found_without_it() -> None:
    world = a_world()
    world.send("k1", a_row(1, id_number=ID_NUMBER))
    assert said(world.send("k2", a_row(1, class_id="c2"))) == [("enrolled", "", ())]
    assert len(world.people.rows) == 1


def test_another_member_number_of_the_same_human_is_a_second_membership() -> None:
    world = a_world()
    world.send("k1", a_row(1))
    outcomes = world.send("k2", a_row(1, class_id="c2", member_no="M1b"))
    assert said(outcomes) == [("enrolled", "", ("second-number",))]
    assert len(world.people.rows) == 1
    assert set(world.people.memberships) == {"dc:M1", "dc:M1b"}


def test_a_later_address_and_a_new_phone_are_written_with_an_audit_line() -> None:
    world = a_world()
    world.send("k1", a_row(1))
    row = a_row(1, class_id="c2", phone="13900000009", email="one@biyong.example")
    assert said(world.send("k2", row)) == [("enrolled", "", ("person-updated",))]
    ((person, _),) = world.people.rows.values()
    assert (person.phone, person.email) == ("13900000009", "one@biyong.example")
    (change,) = world.people.changes.values()
    assert (change.by, change.fields) == ("dc", ("phone", "email"))
    assert "139" not in str(change)


def test_whom_another_branch_holds_too_no_row_gives_another_phone_or_address() -> None:
    world = a_world()
    world.send("k1", a_row(1))
    ((person, _),) = world.people.rows.values()
    world.people.create_memberships([Membership(person.id, "xc", "W1", "2026-01-01")])
    row = a_row(1, class_id="c2", phone="13900000009", email="one@biyong.example")
    assert said(world.send("k2", row)) == [("enrolled", "", ("contacts-kept",))]
    ((after, _),) = world.people.rows.values()
    assert after == person
    above = a_row(1, class_id="c3", branch_id="dc", phone="13900000009")
    outcomes = world.send("k3", above, branch="bj")
    assert said(outcomes) == [("enrolled", "", ("person-updated",))]


def test_whom_another_branch_held_once_a_row_gives_another_phone() -> None:
    world = a_world()
    world.send("k1", a_row(1))
    ((person, _),) = world.people.rows.values()
    over = Membership(person.id, "xc", "W1", "2026-01-01", "2026-02-01")
    world.people.create_memberships([over])
    row = a_row(1, class_id="c2", phone="13900000009")
    assert said(world.send("k2", row)) == [("enrolled", "", ("person-updated",))]


def test_a_branch_that_does_not_hold_the_person_changes_no_contacts() -> None:
    world = a_world()
    world.send("k1", a_row(1, branch_id="dc-school"))
    row = a_row(1, class_id="c2", email="other@biyong.example")
    assert said(world.send("k2", row)) == [("enrolled", "", ("contacts-kept",))]
    ((person, _),) = world.people.rows.values()
    assert person.email == ""


def test_a_row_that_is_not_taken_changes_nobody() -> None:
    world = a_world()
    world.send("k1", a_row(1))
    before = dict(world.people.rows)
    row = a_row(1, class_id="nowhere", email="one@biyong.example")
    world.send("k2", row, a_row(2, person=1), a_row(3, person=1, phone="13900000009"))
    assert world.people.rows == before


@pytest.mark.parametrize(
    "name", ["阿卜杜拉•买买提", "阿卜杜拉．买买提", "阿卜杜拉 · 买买提"]
)
def test_another_writing_of_a_name_is_the_same_person(name: str) -> None:
    world = a_world()
    world.send("k1", a_row(1, name="阿卜杜拉·买买提"))
    assert said(world.send("k2", a_row(1, name=name, class_id="c2"))) == [
        ("enrolled", "", ())
    ]
    ((person, _),) = world.people.rows.values()
    assert person.name == "阿卜杜拉·买买提"


def test_an_address_that_cannot_be_written_to_is_told_and_a_full_width_one_taken() -> (
    None
):
    world = a_world()
    outcomes = world.send(
        "k1", a_row(1, email="a@b.cn;c@d.cn"), a_row(2, email="zhengyi＠biyong.example")
    )
    assert said(outcomes) == [
        ("enrolled", "", ("email-invalid",)),
        ("enrolled", "", ()),
    ]
    people = {person.name: person.email for person, _ in world.people.rows.values()}
    assert people == {"张1": "", "张2": "zhengyi@biyong.example"}


def test_a_number_that_a_spreadsheet_had_wrapped_is_restored_and_that_is_told() -> None:
    world = a_world()
    outcomes = world.send("k1", a_row(1, member_no='="0012"', phone="'13800000001"))
    assert said(outcomes) == [("enrolled", "", ("restored",))]
    assert set(world.people.memberships) == {"dc:0012"}


def test_another_id_number_under_a_member_number_is_another_human() -> None:
    world = a_world()
    world.send("k1", a_row(1, id_number=ID_NUMBER))
    outcomes = world.send("k2", a_row(1, class_id="c2", id_number=OTHER_NUMBER))
    assert said(outcomes) == [("rejected", "id-number-differs", ())]


def test_a_recycled_phone_has_a_new_owner_if_id_numbers_tell_them_apart() -> None:
    world = a_world()
    world.send("k1", a_row(1, id_number=ID_NUMBER))
    row = a_row(2, phone="13800000001", id_number=OTHER_NUMBER)
    assert said(world.send("k2", row)) == [("enrolled", "", ())]
    assert len(world.people.rows) == 2


def test_two_records_of_one_human_are_named_as_such() -> None:
    world = a_world()
    world.send("k1", a_row(1, name="吴一"), a_row(2, name="吴一", id_number=ID_NUMBER))
    outcomes = world.send(
        "k2", a_row(1, name="吴一", id_number=ID_NUMBER, class_id="c2")
    )
    assert said(outcomes) == [("rejected", "two-records", ())]


def test_nothing_is_told_about_people_of_other_branches() -> None:
    """Another branch's row reads alike whether its phone is known elsewhere or not."""
    world = a_world()
    world.send("k1", a_row(1, id_number=ID_NUMBER), branch="dc")
    for dry_run in (True, False):
        outcomes = world.send(
            f"probe-{dry_run}",
            a_row(1, name="别人", member_no="X1"),
            a_row(2, person=1, name="张1", member_no="X2", class_id="c2"),
            a_row(3, person=3, id_number=ID_NUMBER, member_no="X3"),
            a_row(4, person=4, member_no="X4"),
            branch="xc",
            dry_run=dry_run,
        )
        assert said(outcomes[:1]) == said(outcomes[3:])
        assert {(one.outcome, one.reason) for one in outcomes[::2]} == {
            ("enrolled", "")
        }
    own = [e for e in world.enrolments.rows.values() if "dc" in e.line]
    assert [e.person_id for e in own] == [world.people.memberships["dc:M1"].person_id]
    assert world.people.changes == {}


def test_an_ancestor_sees_the_people_below_and_a_branch_not_those_above() -> None:
    world = a_world()
    world.send("k1", a_row(1), branch="dc-school")
    outcomes = world.send("k2", a_row(1, branch_id="dc-school"), branch="bj")
    assert said(outcomes) == [("already-enrolled", "", ())]
    world.send("k3", a_row(5), branch="bj")
    assert said(world.send("k4", a_row(5), branch="dc")) == [("enrolled", "", ())]
