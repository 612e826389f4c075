"""Correcting a person: who may, what is refused, and the audit line."""

from dataclasses import dataclass

import pytest
from enrollment.domain.errors import (
    EditConflict,
    FieldIllegal,
    NotYourPerson,
    UnknownPerson,
)
from enrollment.domain.people import Membership
from enrollment.usecases.correct_person import Corrector, CorrectPerson

from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.world import ID_NUMBER, NOW, World, a_book, a_row


@dataclass(frozen=True)
class Below:
    """The scope of a branch, or of all for an empty one."""

    branch: str

    def covers(self, line: tuple[str, ...]) -> bool:
        return not self.branch or self.branch in line


STAFF = Corrector("a-staff", True, Below(""), "q1")
OFFICER = Corrector("an-officer", False, Below("dc"), "q2")
STRANGER = Corrector("another", False, Below("xc"), "q3")


@pytest.fixture
def world() -> MergingWorld:
    made = MergingWorld(a_book(9))
    made.send("k1", a_row(1))
    return made


@pytest.fixture
def person_id(world: World) -> str:
    return next(iter(world.people.rows))


@pytest.fixture
def correct(world: MergingWorld) -> CorrectPerson:
    return CorrectPerson(
        world.branches, world.people, world.merges, lambda: NOW, world.audit
    )


def test_staff_correct_a_name_with_an_audit_line(
    world: World, correct: CorrectPerson, person_id: str
) -> None:
    person = correct(STAFF, person_id, {"name": "章一", "id_number": ID_NUMBER})
    assert (person.name, person.id_number) == ("章一", ID_NUMBER)
    (line,) = world.people.find_changes(person_id)
    assert (line.by, line.fields) == ("a-staff", ("id_number", "name"))
    assert world.audit.lines == [
        ("a-staff", "person-corrected", person_id, {"fields": "id_number,name"})
    ]


def test_the_branch_that_holds_a_person_corrects_contacts_and_the_writing_of_a_name(
    correct: CorrectPerson, person_id: str
) -> None:
    wanted = {"name": "张 1", "phone": "139 0000 0001", "email": "a＠b.cn"}
    person = correct(OFFICER, person_id, wanted)
    assert (person.name, person.phone, person.email) == (
        "张 1", "13900000001", "a@b.cn",
    )  # fmt: skip


@pytest.mark.parametrize("wanted", [{"name": "李四"}, {"id_number": ID_NUMBER}])
def test_another_name_or_id_number_is_for_staff(
    world: World, correct: CorrectPerson, person_id: str, wanted: dict[str, str]
) -> None:
    with pytest.raises(NotYourPerson):
        correct(OFFICER, person_id, wanted)
    assert world.people.find_changes(person_id) == []


def test_a_branch_does_not_correct_whom_another_holds_too(
    world: World, correct: CorrectPerson, person_id: str
) -> None:
    world.people.create_memberships([Membership(person_id, "xc", "W1", "2026-01-01")])
    with pytest.raises(NotYourPerson):
        correct(OFFICER, person_id, {"phone": "13900000001"})


def test_a_branch_does_not_correct_a_record_that_counts_for_one_of_another(
    world: MergingWorld, correct: CorrectPerson, person_id: str
) -> None:
    world.send("k2", a_row(2), branch="xc")
    [other] = set(world.people.rows) - {person_id}
    world.merge(other, person_id)
    with pytest.raises(NotYourPerson):
        correct(OFFICER, person_id, {"phone": "13900000001"})
    world.unmerge(other, person_id)
    assert correct(OFFICER, person_id, {"phone": "13900000001"}).phone == "13900000001"


def test_a_person_of_others_is_unknown(correct: CorrectPerson, person_id: str) -> None:
    with pytest.raises(UnknownPerson):
        correct(STRANGER, person_id, {"phone": "13900000001"})
    with pytest.raises(UnknownPerson):
        correct(STAFF, "nobody", {"phone": "13900000001"})


@pytest.mark.parametrize(
    ("field", "raw", "reason"),
    [
        ("phone", "12345", "phone-invalid"),
        ("phone", "", "phone-invalid"),
        ("name", "", "name-missing"),
        ("name", "<b>", "name-invalid"),
        ("email", "a@b", "email-invalid"),
        ("id_number", "1", "id-number-invalid"),
    ],
)
def test_a_field_that_cannot_be_taken_says_which_and_why(
    correct: CorrectPerson, person_id: str, field: str, raw: str, reason: str
) -> None:
    with pytest.raises(FieldIllegal) as refused:
        correct(STAFF, person_id, {field: raw})
    assert refused.value.members == {"field": field, "reason": reason}


def test_an_address_may_be_taken_away_and_what_stays_is_no_change(
    world: World, correct: CorrectPerson, person_id: str
) -> None:
    correct(STAFF, person_id, {"email": "", "phone": "13800000001"})
    assert world.people.find_changes(person_id) == []


def test_an_edit_names_the_version_that_was_seen(
    world: World, correct: CorrectPerson, person_id: str
) -> None:
    first = correct(OFFICER, person_id, {"email": "a@b.cn"}, 0)
    assert first.revision == 1
    with pytest.raises(EditConflict) as late:
        correct(STAFF, person_id, {"email": "c@d.cn"}, 0)
    assert late.value.members["version"] == 1
    assert len(world.people.find_changes(person_id)) == 1
    assert correct(STAFF, person_id, {"email": "a@b.cn"}, 0).revision == 1


def test_everybody_mends_the_writing_of_the_own_name_and_nothing_else(
    world: World, correct: CorrectPerson, person_id: str
) -> None:
    own = Corrector("own-account", False, Below("nowhere"), "q4", person_id)
    assert correct(own, person_id, {"name": "张 1"}).name == "张 1"
    for wanted in ({"name": "章1"}, {"phone": "13900000001"}):
        with pytest.raises(NotYourPerson):
            correct(own, person_id, wanted)
    with pytest.raises(UnknownPerson):
        correct(own, "somebody", {"name": "张 1"})
