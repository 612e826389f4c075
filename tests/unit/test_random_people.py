"""Corrections, merges, unmerges, transfers, deletions, seats and watching in any order:
hours, seats and certificates are neither lost nor doubled, and who is deleted stands
nowhere, by rules written apart."""

import pytest
from enrollment.domain.enrolment import SEATED, WITHDRAWN
from enrollment.domain.roster import Row
from learning.usecases.join_human import find_hours

from tests.depth import rounds
from tests.unit.college import LECTURES, College
from tests.unit.enrollment.world import NOW

ROUNDS = rounds(300, 10_000)


def check_seats(college: College) -> None:
    rows = college.enrollment.enrolments.rows.values()
    standing = [one for one in rows if one.state != WITHDRAWN]
    found = sorted((one.person_id, one.class_id) for one in standing)
    assert found == sorted(college.rule.stands)
    for class_id in LECTURES:
        book = college.enrollment.books.get(class_id)
        assert book is not None
        of_class = [one for one in standing if one.class_id == class_id]
        seated = [one for one in of_class if one.state == SEATED]
        assert (book.taken, book.waiting) == (
            len(seated),
            len(of_class) - len(seated),
        )
        assert book.taken == min(book.capacity, len(of_class))


def check_record(college: College) -> None:
    learning, rule = college.learning, college.rule
    for person in college.people:
        group = rule.find_group(person)
        assert set(learning.groups.find_group(person)) == group
        entries = find_hours(
            learning.ledger, learning.groups.find_group(person), NOW.year
        )
        assert sum(one.quarters for one in entries) == rule.count_quarters(group)
        assert college.certified(person) == {
            class_id for class_id in LECTURES if is_earned(college, group, class_id)
        }


def is_earned(college: College, group: set[str], class_id: str) -> bool:
    """Completed by one human in a seat, or before it was taken."""
    moment = college.rule.completed_at(group, class_id)
    rows = college.enrollment.enrolments.rows.values()
    return moment is not None and any(
        one.state == SEATED
        or (one.seated_until is not None and one.seated_until >= moment)
        for one in rows
        if one.person_id in group and one.class_id == class_id
    )


def check_certificates(college: College) -> None:
    """A name that was replaced stands on what was replaced, or is void; that of who is
    deleted on none."""
    identity = college.identity
    certificates = college.learning.certificates.rows
    for one in certificates.values():
        assert one.name in identity.names[one.person_id]
        assert one.signature == "signed"
        if one.is_current and not one.revoked_on:
            assert one.name == identity.known[one.person_id]["name"]
        if one.replaces:
            assert certificates[one.replaces].replaced_by == one.number


def check_people(college: College) -> None:
    identity = college.identity
    rows = college.enrollment.people.rows.values()
    assert {
        person.id: {
            "name": person.name,
            "phone": person.phone,
            "id_number": person.id_number,
        }
        for person, _ in rows
    } == identity.known
    assert {person.id for person, _ in rows if person.is_deleted} == identity.deleted
    memberships = college.enrollment.people.memberships.values()
    assert not {one.person_id for one in memberships} & identity.deleted


def check_rows(college: College) -> None:
    """Rows of chunks stay as they were written, but those of who is deleted."""
    identity = college.identity
    for id_, chunk in college.enrollment.chunks.rows.items():
        is_blank = identity.chunks[id_] in identity.deleted
        for row in chunk.rows:
            assert (row == Row(row.number, "", "", "", row.class_id)) == is_blank


def check_everything_else(college: College) -> None:
    """No name, phone or number that is nobody's any more."""
    text = show_stores(college)
    assert not [value for value in college.identity.forbidden() if value in text]


def show_stores(college: College) -> str:
    """All that is stored and told, but rows of chunks and certificates."""
    world, learning = college.enrollment, college.learning
    people, projections = world.people, learning.projections
    return repr(
        [
            (people.rows, people.memberships, people.changes),
            (world.enrolments.rows, world.enrolments.told),
            (world.merges.rows, world.merges.told, world.books.rows),
            (world.chunks.told, world.audit.lines, world.audit.reasons),
            [(chunk.outcomes, chunk.sent_by) for chunk in world.chunks.rows.values()],
            (learning.records.rows, learning.records.told),
            (learning.ledger.rows, learning.ledger.told),
            (learning.certificates.told, learning.leads, college.aliases),
            (projections.seats, projections.watched_rows, learning.make_ups.rows),
        ]
    )


def check_border(college: College) -> None:
    people = college.enrollment.people
    for person, branches in college.rule.branches.items():
        active = people.pick_active(people.find_memberships_of([person]))
        assert {one.branch_id for one in active} == branches


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_lost_or_doubled_whatever_people_do(part: int) -> None:
    for seed in range(part, ROUNDS, 4):
        college = College(seed)
        try:
            college.run()
            check_seats(college)
            check_record(college)
            check_certificates(college)
            check_people(college)
            check_rows(college)
            check_everything_else(college)
            check_border(college)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
