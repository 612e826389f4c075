"""Random histories of people on the real stores: hours, seats and certificates are
neither lost nor doubled, a replaced name is only where it may be, and of who is deleted
nothing is anywhere.

The rules are those of `tests/unit/test_random_people.py`, which tells many more
histories in memory.
"""

import email
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from enrollment.domain.enrolment import SEATED, WITHDRAWN

from tests.depth import rounds
from tests.doubles.fault_injection import Mischief
from tests.mischief.college import College
from tests.mischief.crowd import SEATS, Crowd
from tests.unit.college import LECTURES
from tests.unit.people_rule import QUARTERS

HISTORIES, ACTS, PEOPLE = rounds(3, 60), 14, 4
AS_WRITTEN = ("enrollment.chunks.", "enrollment.chunk_digests.", "mails/")
"""Rows of rosters, which are repaired and sent again, and letters that have left."""
SECRETS = "secrets"
"""Keys and passwords, which nobody writes anything into."""


def dump_everything(college: College) -> dict[str, str]:
    """Every document of every database, all that lies on the bus, and every file."""
    found: dict[str, str] = {}
    client = college.databases["gateway"].client
    for database in client.list_database_names():
        for name in client[database].list_collection_names():
            for row in client[database][name].find():
                found[f"{database}.{name}.{row['_id']}"] = repr(row)
    bus = college.bus
    found["bus"] = "".join(
        post.body.decode()
        for queue in bus.by_name.values()
        for post in (
            *(post for partition in queue.partitions for post in partition.posts),
            *(post for post, _ in queue.parked),
        )
    )
    found["receipts"] = b"".join(
        body for bodies in bus.receipts_queues.values() for body in bodies
    ).decode()
    home = college.mails.parent
    for path in sorted(home.rglob("*")):
        if path.is_file() and SECRETS not in path.parts:
            found[str(path.relative_to(home))] = read_file(path)
    return found


def read_file(path: Path) -> str:
    """A file as text; a letter as who gets it reads it."""
    content = path.read_bytes()
    if path.suffix != ".eml":
        return content.decode("utf-8", "backslashreplace")
    letter = email.message_from_bytes(content, policy=default)
    return f"{letter['To']} {letter['Subject']} {letter.get_content()}"


def find_traces(stored: dict[str, str], wanted: set[str]) -> list[str]:
    return [
        f"{place}: {value}"
        for place, text in stored.items()
        for value in sorted(wanted)
        if value in text
    ]


def check_deleted(crowd: Crowd) -> None:
    """Nothing that was said of them is anywhere, nor the keyed hash of a number."""
    traces = find_traces(dump_everything(crowd.college), crowd.identity.gone())
    assert traces == []


def check_names(crowd: Crowd) -> None:
    """A replaced name is only in rows as they were written, in letters that have left,
    and on replaced certificates."""
    living = crowd.identity.living()
    names = {name for one in living for name in crowd.identity.names[one]}
    replaced = names - {crowd.identity.known[one]["name"] for one in living}
    kept = {
        f"learning.certificates.{one['_id']}"
        for one in crowd.find("learning", "certificates")
        if one["replaced_by"] or one["revoked_on"]
    }
    stored = {
        place: text
        for place, text in dump_everything(crowd.college).items()
        if not place.startswith(AS_WRITTEN) and place not in kept
    }
    assert find_traces(stored, replaced) == []


def check_seats(crowd: Crowd) -> None:
    for class_id in LECTURES:
        rows = crowd.find("enrollment", "enrolments", class_id=class_id)
        standing = [one for one in rows if one["state"] != WITHDRAWN]
        assert sorted(one["person_id"] for one in standing) == sorted(
            person for person, of in crowd.rule.stands if of == class_id
        )
        seated = [one for one in standing if one["state"] == SEATED]
        [book] = crowd.find("enrollment", "seat_books", _id=class_id)
        waiting = len(standing) - len(seated)
        assert (book["taken"], book["waiting"]) == (len(seated), waiting)
        assert len(seated) == min(SEATS[class_id], len(standing))
        assert book["journal"] == []


def check_hours(crowd: Crowd) -> None:
    entries = crowd.find("learning", "hours")
    assert {entry["quarters"] for entry in entries} <= {QUARTERS}
    found = sorted(
        (entry["person_id"], entry["_id"].split(".")[1]) for entry in entries
    )
    assert found == sorted(crowd.rule.watched)
    for person in crowd.rule.branches:
        group = crowd.rule.find_group(person)
        lectures = {lecture for one, lecture in found if one in group}
        assert QUARTERS * len(lectures) == crowd.rule.count_quarters(group)


def check_certificates(crowd: Crowd) -> None:
    """One of each class that a human has earned in a seat, signed, rightly named."""
    known = crowd.identity.known
    standing = [
        one
        for one in crowd.find("learning", "certificates", replaced_by="")
        if not one["revoked_on"]
    ]
    for one in standing:
        assert one["name"] == known[one["person_id"]]["name"]
    for person in crowd.rule.branches:
        group = crowd.rule.find_group(person)
        theirs = [one["class_id"] for one in standing if one["person_id"] in group]
        earned = [one for one in LECTURES if is_earned(crowd, group, one)]
        assert sorted(set(theirs)) == sorted(earned)
        alone = [one["class_id"] for one in standing if one["person_id"] == person]
        assert len(alone) == len(set(alone))


def is_earned(crowd: Crowd, group: set[str], class_id: str) -> bool:
    """Completed by one human in a seat, or before it was taken."""
    moment = crowd.rule.completed_at(group, class_id)
    rows: list[dict[str, Any]] = [
        one
        for one in crowd.find("enrollment", "enrolments", class_id=class_id)
        if one["person_id"] in group
    ]
    return moment is not None and any(
        one["state"] == SEATED
        or (
            one["seated_until"] is not None
            and one["seated_until"].timestamp() >= moment.timestamp()
        )
        for one in rows
    )


def check_people(crowd: Crowd) -> None:
    rows = {one["_id"]: one for one in crowd.find("enrollment", "people")}
    for person, known in crowd.identity.known.items():
        assert (rows[person]["name"], rows[person]["phone"]) == (
            known["name"],
            known["phone"],
        )
        assert bool(rows[person]["deleted_on"]) == (person in crowd.identity.deleted)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_nothing_is_lost_or_doubled_and_who_is_deleted_is_nowhere(
    college: College, seed: int
) -> None:
    college.empty()
    college.bus.mischief = Mischief.of(seed)
    crowd = Crowd(college, seed, PEOPLE)
    acts = [
        *(crowd.enrol, crowd.try_roster, crowd.watch, crowd.leave, crowd.merge),
        *(crowd.unmerge, crowd.correct, crowd.transfer, crowd.take_up),
        crowd.send_again,
    ]
    weights = [3, 1, 4, *crowd.chance.choices((1, 2, 4), k=len(acts) - 3)]
    for step in range(ACTS):
        [act] = crowd.chance.choices(acts, weights)
        is_time_to_go = step % (ACTS // 2) == ACTS // 2 - 1
        if not crowd.identity.living():
            crowd.send_again()
        elif is_time_to_go:
            crowd.delete()
            check_deleted(crowd)
        else:
            act()
    crowd.settle()
    check_deleted(crowd)
    check_names(crowd)
    check_seats(crowd)
    check_hours(crowd)
    check_certificates(crowd)
    check_people(crowd)
