"""People are found by part of their name, within a branch, once they were looked at."""

from dataclasses import dataclass

import pytest
from chassis.storage.aggregates import mapping_of
from enrollment.domain.doubles import Double
from enrollment.domain.name_index import NameEntry
from enrollment.domain.people import (
    Branch,
    Membership,
    Person,
    PersonChange,
    branch_below,
    root_branch,
)
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.branches import StoredBranches, branch_form
from enrollment.store.doubles import StoredDoubles
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.name_index import DuePeople, StoredNameIndex
from enrollment.store.people import StoredPeople, person_form
from enrollment.usecases.follow_people import FollowPeople
from enrollment.usecases.search_people import PeopleSearch, SearchPeople

from tests.engines import Kept
from tests.stores.rows import outbox

CITY = root_branch("bj", "市总")
EAST, WEST = branch_below(CITY, "dc", "东城"), branch_below(CITY, "xc", "西城")
WANG = Person("wang", "王小明", "13800000001")
OUYANG = Person("ouyang", "欧阳小明", "13800000002")
ALIM = Person("alim", "阿里木·买买提", "13800000003")


@dataclass(frozen=True)
class Below:
    """The scope of a branch, or of all for None."""

    branch: str | None

    def covers(self, line: tuple[str, ...]) -> bool:
        return self.branch is None or self.branch in line


@dataclass
class People:
    """People, the name index, and who fills it."""

    people: StoredPeople
    follow: FollowPeople
    search: SearchPeople
    due: DuePeople

    def find(self, words: str, branch: str | None = None, limit: int = 9) -> set[str]:
        asked = PeopleSearch(words, "", "", limit)
        found, _ = self.search(Below(branch), asked)
        return {person.id for person, _ in found}


@pytest.fixture
def made(kept: Kept) -> People:
    def rows(document: type, form: object) -> object:
        return kept.aggregates("enrollment", document, form, to_event)  # type: ignore[arg-type]

    numbers = IdNumbers(b"secret")
    persons = rows(documents.PersonDocument, person_form(numbers))
    people = StoredPeople(
        persons,  # type: ignore[arg-type]
        rows(documents.MembershipDocument, mapping_of(Membership)),  # type: ignore[arg-type]
        rows(documents.PersonChangeDocument, mapping_of(PersonChange)),  # type: ignore[arg-type]
        numbers,
    )
    branches = StoredBranches(rows(documents.BranchDocument, branch_form()))  # type: ignore[arg-type]
    names = StoredNameIndex(
        rows(documents.NameEntryDocument, mapping_of(NameEntry))  # type: ignore[arg-type]
    )
    doubles = StoredDoubles(rows(documents.DoubleDocument, mapping_of(Double)))  # type: ignore[arg-type]
    for branch in (CITY, EAST, WEST):
        _put(branches, branch)
    people.create_memberships(
        [
            Membership("wang", "dc", "D1", "2026-01-01"),
            Membership("ouyang", "xc", "X1", "2026-01-01"),
            Membership("alim", "xc", "X2", "2026-01-01"),
        ]
    )
    people.create_people([(WANG, "dc"), (OUYANG, "xc"), (ALIM, "xc")])
    due = DuePeople(persons)  # type: ignore[arg-type]
    follow = FollowPeople(due, people, branches, names, doubles)
    assert follow()
    assert not follow()
    return People(people, follow, SearchPeople(branches, people, names), due)


def _put(branches: StoredBranches, branch: Branch) -> None:
    assert branches.create(branch)


@pytest.mark.parametrize(
    ("words", "branch", "found"),
    [
        ("小明", None, {"wang", "ouyang"}),
        ("小明", "dc", {"wang"}),
        ("王", "bj", {"wang"}),
        ("王", "xc", set()),
        (" 阿里木•买买提 ", None, {"alim"}),
        ("里木", "xc", {"alim"}),
        ("阿里木·买买提·别人", None, set()),
        ("13800000001", "dc", {"wang"}),
        ("13800000001", "xc", set()),
        ("X2", "xc", {"alim"}),
        ("X2", None, set()),
        ("  ", None, set()),
    ],
)
def test_people_are_found_within_the_border(
    made: People, words: str, branch: str | None, found: set[str]
) -> None:
    assert made.find(words, branch) == found


def test_who_changes_or_joins_a_branch_is_found_anew(made: People) -> None:
    change = PersonChange("wang", "staff", "q1", ("name",), "2026-11-23T04:00:00")
    made.people.change(change, {"name": "汪小明"}, 0)
    made.people.create_memberships([Membership("wang", "xc", "X9", "2026-01-01")])
    assert made.follow()
    assert not made.follow()
    assert made.find("王小") == set()
    assert made.find("汪", "xc") == {"wang"}
    types = [event["type"] for event in outbox(made.due.rows, "wang")]
    assert types == ["enrollment.person.registered.v1", "enrollment.name.changed.v1"]


def test_who_of_ones_own_is_in_a_branch_that_one_does_not_see_is_not_told(
    made: People,
) -> None:
    made.people.put_membership(Membership("wang", "xc", "X9", "2026-01-01"))
    assert made.follow()
    for words in ("小明", "X9"):
        assert made.search(Below("dc"), PeopleSearch(words, "xc", "", 9)) == ([], "")
    found, _ = made.search(Below("bj"), PeopleSearch("小明", "dc", "", 9))
    assert [person.id for person, _ in found] == ["wang"]


def test_a_long_list_is_read_page_by_page(made: People) -> None:
    asked = PeopleSearch("小明", "", "", 1)
    first, following = made.search(Below(None), asked)
    more = PeopleSearch("小明", "", following, 1)
    second, _ = made.search(Below(None), more)
    assert [one[0].id for one in first + second] == ["wang", "ouyang"]


def test_members_of_a_branch_are_looked_at_again_when_asked(made: People) -> None:
    made.people.mark_members("xc")
    due = {person.id for person, _ in made.due.find_due(9)}
    assert due == {"ouyang", "alim"}
    assert made.follow()
    assert not made.follow()
