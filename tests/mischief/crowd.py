"""People of a real college who do what people do, in an order that a seed decides.

The services are wired as they really are; what must be true of them afterwards says a
rule that was written apart, as for those in memory.
"""

import datetime
import random
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from biyong.door import Door, Refused
from biyong.mails import invitation_to
from chassis.broker.port import Message
from enrollment.domain.enrolment import SEATED, WITHDRAWN

import contracts
from tests.mischief.college import College
from tests.mischief.going import Going, OneRound
from tests.mischief.replay import publish_all
from tests.unit.college import COURSES, LECTURES
from tests.unit.identity_rule import FIELDS, GIVEN, IdentityRule
from tests.unit.people_rule import PeopleRule

BRANCHES = ("dongcheng", "xicheng")
SEATS = {"c1": 3, "c2": 4}
"""Fewer than people, so that some wait and move up."""
PASSWORD = "ein-gutes-passwort"
HALF_AN_HOUR = 1800.0
FOLLOWING = ("inviting", "following", "names", "settling", "doubles")
"""Workers whose work follows from what people do."""
Row = dict[str, Any]


class Crowd:
    """The people of one history, and what must be true of them."""

    def __init__(self, college: College, seed: int, people: int) -> None:
        self.college, self.chance = college, random.Random(seed)
        self.going = Going(college, self.chance)
        self.rule, self.identity = PeopleRule(LECTURES), IdentityRule()
        self.rows: dict[str, tuple[str, Row]] = {}
        self.written = 0
        self.open_classes()
        for number in range(people):
            self.meet(BRANCHES[number % 2], self.new_row(GIVEN[number]))

    # what the others see of it

    def ask(self, method: str, path: str, body: object = None, match: str = "") -> Any:
        return self.college.operator.call(method, path, object, body, match=match)

    def find(self, service: str, collection: str, **wanted: object) -> list[Row]:
        return list(self.college.databases[service][collection].find(wanted))

    def settle(self) -> None:
        """Until nothing is left to do."""
        self.going.settle()
        for service in self.college.services.values():
            for name in FOLLOWING:
                if name in service.workers:
                    service.workers[name](OneRound())
        self.going.settle()

    def open_classes(self) -> None:
        """Two branches, and two classes of courses that share a lecture."""
        for branch in BRANCHES:
            body = {"id": branch, "name": f"{branch}工会", "parent": ""}
            self.ask("POST", "/api/enrollment/branches", body)
        for class_id, lectures in LECTURES.items():
            course = COURSES[class_id]
            lessons = [
                {"lesson_id": f"s-{one}", "title": one, "kind": "lecture",
                 "lecture_id": one} for one in lectures
            ]  # fmt: skip
            about = {"course_id": course, "title": f"课程{course}", "lessons": lessons}
            self.publish("catalog.course.published.v1", course, about)
            opened = {
                "class_id": class_id, "course_id": course, "title": f"班{class_id}",
                "capacity": SEATS[class_id], "quotas": [], "ends_on": "2099-12-31",
            }  # fmt: skip
            self.publish("catalog.class.opened.v1", class_id, opened)
        self.settle()

    def publish(self, type_: str, key: str, data: Mapping[str, object]) -> None:
        """An event of a service that does not take part."""
        event = contracts.example_of(type_)
        event |= {
            "id": f"{key}.1.0", "subject": key, "partitionkey": key,
            "sequence": f"{1:012d}", "data": event["data"] | data,
            "time": _now().isoformat(timespec="milliseconds"),
        }  # fmt: skip
        publish_all(self.college, [Message(type_, key, msgspec.json.encode(event))])

    # who there is

    def new_row(self, given: str, **more: str) -> Row:
        """A row of somebody whom nobody knows."""
        self.written += 1
        number = f"{self.written:04d}"
        return {
            "row": 2, "name": f"张{given}", "phone": f"1376{number}931",
            "member_no": f"MITGLIED-{number}", "class_id": self.pick_class(),
            "email": f"post{number}@weg.example", "id_number": "", **more,
        }  # fmt: skip

    def pick_class(self) -> str:
        return self.chance.choice(sorted(LECTURES))

    def pick(self) -> str:
        return self.chance.choice(self.identity.living())

    def send(self, branch: str, row: Row, *, dry_run: bool = False) -> str:
        """A branch sends a row; whom it named, once that is decided."""
        self.written += 1
        key = f"r{self.written}.1"
        body = {"roster_id": f"r{self.written}", "rows": [row], "dry_run": dry_run}
        path = f"/api/enrollment/branches/{branch}/chunks/{key}"
        self.ask("PUT", path, body)
        self.settle()
        [outcome] = self.ask("GET", path)["outcomes"]
        assert outcome["outcome"] != "rejected", outcome
        if dry_run:
            return ""
        member = {"_id": f"{branch}:{row['member_no']}"}
        [membership] = self.find("enrollment", "memberships", **member)
        return str(membership["person_id"])

    def meet(self, branch: str, row: Row) -> None:
        person = self.send(branch, row)
        self.rule.branches[person] = {branch}
        self.note_row(person, branch, row)

    def note_row(self, person: str, branch: str, row: Row) -> None:
        self.rows[person] = branch, row
        said = {**row, "row": "", "class_id": ""}
        self.identity.learn(person, **said)
        for one in self.find("enrollment", "people", _id=person):
            self.identity.said[person] |= {one["id_key"]} - {""}
        self.rule.branches[person].add(branch)
        self.rule.enrol(person, row["class_id"])

    def write_row(self, person: str) -> tuple[str, Row]:
        """What the branch writes of somebody that it knows."""
        branch, row = self.rows[person]
        known = self.identity.known[person]
        said = {name: known[name] for name in (*FIELDS, "email")}
        return branch, row | said | {"class_id": self.pick_class()}

    # what people do

    def enrol(self) -> None:
        person = self.pick()
        branch, row = self.write_row(person)
        assert self.send(branch, row) == person
        self.note_row(person, branch, row)

    def try_roster(self) -> None:
        """A dry run changes nothing."""
        self.send(*self.write_row(self.pick()), dry_run=True)

    def watch(self) -> None:
        person = self.rule.find_root(self.pick())
        for lecture in self.chance.sample("abcd", self.chance.randrange(1, 5)):
            if (person, lecture) in self.rule.watched:
                continue
            self.rule.watched[person, lecture] = _now()
            data = {
                "person_id": person, "lecture_id": lecture, "edition": 1,
                "seconds": HALF_AN_HOUR,
            }  # fmt: skip
            self.publish("media.watch.completed.v1", f"{person}.{lecture}", data)
        self.going.a_few_steps()

    def leave(self) -> None:
        """A human gives up a place, unless the class is finished."""
        self.settle()
        living = self.identity.living()
        standing = [one for one in sorted(self.rule.stands) if one[0] in living]
        if not standing:
            return
        person, class_id = self.chance.choice(standing)
        [row] = self.standing([person], class_id)
        path = f"/api/enrollment/enrolments/{row['_id']}"
        if self.certified(person, class_id) and row["state"] == SEATED:
            with pytest.raises(Refused):
                self.ask("DELETE", path)
            return
        self.ask("DELETE", path)
        self.rule.stands.discard((person, class_id))
        self.settle()

    def standing(self, people: list[str], class_id: str) -> list[Row]:
        found = self.find("enrollment", "enrolments", class_id=class_id)
        return [
            one for one in found
            if one["person_id"] in people and one["state"] != WITHDRAWN
        ]  # fmt: skip

    def certified(self, person: str, class_id: str) -> bool:
        group = self.rule.find_group(person)
        return any(
            one["person_id"] in group and not one["revoked_on"]
            for one in self.find("learning", "certificates", class_id=class_id)
        )

    def merge(self) -> None:
        self.settle()
        people = self.identity.living()
        if len(people) < 2:
            return
        person, survivor = self.chance.sample(people, 2)
        rule = self.rule
        if rule.find_root(survivor) != survivor or person in rule.merges:
            return
        if rule.find_root(person) == survivor:
            return
        group = rule.find_group(person) | rule.find_group(survivor)
        best = {one: self.best_of(group, one) for one in LECTURES}
        if "" in best.values():
            return
        path = f"/api/enrollment/people/{survivor}/merges"
        self.ask("POST", path, {"person_id": person})
        rule.merge(person, survivor, best, LECTURES)
        self.settle()

    def best_of(self, group: set[str], class_id: str) -> str:
        """Whose enrolment of several comes first; empty where two are finished."""
        rows = self.standing(sorted(group), class_id)
        done = {
            one["person_id"]
            for one in self.find("learning", "certificates", class_id=class_id)
            if not one["revoked_on"]
        }
        finished = [one for one in rows if one["person_id"] in done]
        if len(finished) > 1:
            return ""
        seated = [one for one in rows if one["state"] == SEATED]
        first = min(
            finished or seated or rows, key=lambda one: one["ticket"], default=None
        )
        return first["person_id"] if first else "nobody"

    def unmerge(self) -> None:
        self.settle()
        if not self.rule.merges:
            return
        person = self.chance.choice(sorted(self.rule.merges))
        if person in self.identity.deleted:
            return
        survivor = self.rule.merges[person].survivor
        path = f"/api/enrollment/people/{survivor}/merges/{person}"
        self.ask("DELETE", path)
        self.rule.unmerge(person)
        self.settle()

    def correct(self) -> None:
        """A name, a phone, an ID number; nobody waits for what follows."""
        self.correct_one(self.pick())

    def correct_one(self, person: str) -> None:
        field = self.chance.choice(FIELDS)
        value = self.identity.invent(person, field, self.chance.randrange(99))
        path = f"/api/enrollment/people/{person}"
        self.ask("PATCH", path, {field: value})
        self.identity.learn(person, **{field: value})
        self.going.a_few_steps()

    def take_up(self) -> None:
        """Somebody takes up the account, and asks for a code."""
        self.settle()
        known = self.identity.known[self.pick()]
        if link := invitation_to(self.college.mails, known["email"]):
            door = Door(self.college.operator.url)
            try:
                door.accept(str(link), PASSWORD)
            except Refused:
                return  # it was taken up
        self.ask("POST", "/api/sign-in-codes", {"login": known["phone"]})
        self.going.a_few_steps()

    def transfer(self) -> None:
        person = self.pick()
        branches = sorted(self.rule.branches[person])
        if not branches:
            return
        branch = self.chance.choice(branches)
        [other] = set(BRANCHES) - {branch}
        moving = {"day": _now().date().isoformat(), "leaves": branch}
        if other not in self.rule.branches[person]:
            self.written += 1
            number = f"MITGLIED-{self.written:04d}"
            moving |= {"joins": other, "member_no": number}
            self.identity.learn(person, member_no=number)
        self.ask("POST", f"/api/enrollment/people/{person}/transfers", moving)
        self.rule.branches[person] ^= {branch, other}

    def delete(self) -> None:
        """A human is deleted under all records; a correction was just made."""
        self.settle()
        asked = self.pick()
        group = sorted(self.rule.find_group(asked))
        finished = {one: self.find_finished(one) for one in group}
        self.correct_one(asked)
        reason = {"reason": "本人要求"}
        self.ask("POST", f"/api/people/{asked}/deletion", reason)
        at_once = {"$set": {"work_due": 0.0}}
        deletions = self.college.databases["gateway"]["deletions"]
        while deletions.update_many({"work_due": {"$ne": None}}, at_once).matched_count:
            self.college.services["gateway"].workers["deleting"](OneRound())
            self.going.a_few_steps()
        for person in group:
            self.rule.delete(person, finished[person])
            self.identity.delete(person)
        self.settle()

    def find_finished(self, person: str) -> set[str]:
        """The classes whose seat was used."""
        return {
            one["class_id"]
            for one in self.find("enrollment", "enrolments", person_id=person)
            if one["state"] == SEATED and self.certified(person, one["class_id"])
        }

    def send_again(self) -> None:
        """An old row of somebody who is deleted names a new person."""
        gone = sorted(self.identity.deleted & self.rows.keys())
        if gone:
            self.meet(*self.rows.pop(self.chance.choice(gone)))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
