"""Enrollment and learning in memory, and what people of a college do in any order."""

import datetime
import random
from collections.abc import Callable

import pytest
from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN, Enrolment
from enrollment.domain.errors import UnknownPerson
from enrollment.domain.people import membership_id
from enrollment.domain.roster import Row, chunk_id
from enrollment.usecases.correct_person import Corrector, CorrectPerson
from enrollment.usecases.transfer_member import Transfer, TransferMember
from learning.domain.course import Course, Lesson, Seat, TrainingClass
from learning.domain.errors import NotConsumedYet
from learning.usecases.follow_merges import FollowMerges
from learning.usecases.join_human import find_certificates
from learning.usecases.reissue_certificates import ReissueCertificates

from tests.unit.enrollment.fakes import TODAY
from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.scopes import ALL as EVERYBODY
from tests.unit.enrollment.world import NOW, a_book, a_row
from tests.unit.forgetting import Forgetting
from tests.unit.identity_rule import FIELDS, GIVEN, IdentityRule
from tests.unit.learning.world import World as LearningWorld
from tests.unit.people_rule import PeopleRule

STEPS, HUMANS = 30, 5
LECTURES = {"c1": ("a", "b"), "c2": ("b", "c", "d")}
COURSES = {"c1": "k1", "c2": "k2"}
EVERYTHING = 10_000
"""More events than a round has."""


class College:
    """Enrollment and learning in memory, events between them late and out of order."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.enrollment = MergingWorld(a_book(4), a_book(3, class_id="c2"))
        self.learning = LearningWorld()
        self.rule = PeopleRule(LECTURES)
        self.pending: dict[str, list[Callable[[], None]]] = {}
        self.told: dict[str, tuple[int, Enrolment]] = {}
        self.aliases: dict[str, tuple[int, str]] = {}
        self.numbers: dict[str, str] = {}
        self.identity = IdentityRule()
        self.old_rows: dict[str, list[tuple[str, Row]]] = {}
        self.forgetting = Forgetting(self.enrollment, self.learning, self.certified)
        self.step = 0
        for class_id, lectures in LECTURES.items():
            course = COURSES[class_id]
            lessons = tuple(Lesson(f"s-{one}", one, "lecture", one) for one in lectures)
            self.learning.projections.put_courses(
                [(course, 1, Course(course, 1, course, lessons))]
            )
            opened = TrainingClass(class_id, course, class_id)
            self.learning.projections.put_classes([(class_id, 1, opened)])
        self.people: list[str] = []
        for number in range(HUMANS):
            branch = "dc" if number % 2 else "xc"
            self.meet(f"k{number}", a_row(number, name=f"张{GIVEN[number]}"), branch)
        self.tell_seats()

    def meet(self, key: str, row: Row, branch: str) -> None:
        """A branch names somebody whom nobody knows."""
        before = set(self.enrollment.people.rows)
        [outcome] = self.enrollment.send(key, row, branch=branch)
        assert outcome.outcome != "rejected", outcome
        [person] = set(self.enrollment.people.rows) - before
        self.people.append(person)
        self.rule.branches[person] = {branch}
        self.rule.enrol(person, row.class_id)
        self.numbers[person] = membership_id(branch, row.member_no)
        self.note_row(key, person, row, branch)

    def note_row(self, key: str, person: str, row: Row, branch: str) -> None:
        """A row that named somebody was taken."""
        said = {"name": row.name, "phone": row.phone, "id_number": row.id_number}
        self.identity.learn(person, **said)
        self.identity.chunks[chunk_id(branch, key)] = person
        self.old_rows.setdefault(person, []).append((branch, row))

    def now(self) -> datetime.datetime:
        return NOW + datetime.timedelta(minutes=self.step)

    # events

    def publish(self, key: str, event: Callable[[], None]) -> None:
        self.pending.setdefault(key, []).append(event)

    def deliver(self, most: int) -> None:
        """Some events, those of each key in their order."""
        for _ in range(most):
            if not self.pending:
                return
            self.handle(self.random.choice(sorted(self.pending)))

    def handle(self, key: str) -> bool:
        """The next event of a key; False if what it builds on has yet to come: it is
        tried again, and those behind it wait."""
        try:
            self.pending[key][0]()
        except NotConsumedYet:
            return False
        del self.pending[key][0]
        if not self.pending[key]:
            del self.pending[key]
        return True

    def deliver_seats(self) -> None:
        """That seats were given up is consumed before what is done afterwards, as in
        `leave`."""
        self.tell_seats()
        for id_ in sorted(self.told):
            while id_ in self.pending and self.handle(id_):
                pass

    def tell_seats(self) -> None:
        """What changed of enrolments since it was told."""
        for id_, enrolment in sorted(self.enrollment.enrolments.rows.items()):
            version, before = self.told.get(id_, (0, None))
            if before == enrolment or enrolment.state == WAITING:
                continue
            self.told[id_] = (version + 1, enrolment)
            seat = Seat(
                id_,
                enrolment.person_id,
                enrolment.class_id,
                COURSES[enrolment.class_id],
                enrolment.state == SEATED,
                enrolment.seated_until,
            )
            self.publish(id_, lambda s=seat, v=version + 1: self.learning.follow(s, v))

    def tell_merge(self, person: str, survivor: str, lead: str) -> None:
        version = self.aliases.get(person, (0, ""))[0] + 1
        self.aliases[person] = (version, lead)

        def follow() -> None:
            self.learning.leads.pop(person, None)
            if lead:
                self.learning.leads[person] = lead
            learning = self.learning
            follower = FollowMerges(
                learning.complete, learning.certificates, learning.clock.now
            )
            follower([person, survivor])

        self.publish(f"merge.{person}", follow)

    # what people do

    def pick(self) -> str:
        """Somebody who is not deleted."""
        return self.random.choice(self.identity.living())

    def pick_busy(self) -> str:
        """Somebody of whom more is to be told still, or who has finished a class; or
        anybody, as often."""
        living = self.identity.living()
        busy = [one for one in living if one in self.pending or self.certified(one)]
        return self.random.choice(self.random.choice([busy, living]) or living)

    def write_row(self, person: str) -> tuple[str, Row]:
        """What the own branch writes of a record, and which it is."""
        branch, _, number = self.numbers[person].rpartition(":")
        known = self.identity.known[person]
        class_id = self.random.choice(sorted(LECTURES))
        return branch, a_row(1, member_no=number, class_id=class_id, **known)

    def enrol(self) -> None:
        """The own branch names a record for a class; who had left it is back."""
        person, key = self.pick(), f"r{self.step}"
        branch, row = self.write_row(person)
        [outcome] = self.enrollment.send(key, row, branch=branch)
        assert outcome.outcome != "rejected", outcome
        self.note_row(key, person, row, branch)
        self.rule.enrol(person, row.class_id)
        self.rule.branches[person].add(branch)

    def leave(self) -> None:
        """A human gives up a place, unless the class is finished.

        It is consumed before what is done afterwards: otherwise a certificate that is
        issued meanwhile stays (decision 0016).
        """
        living = self.identity.living()
        standing = [one for one in sorted(self.rule.stands) if one[0] in living]
        if not standing:
            return
        person, class_id = self.random.choice(standing)
        if class_id in self.certified(person):
            return
        for one in self.enrollment.standing(person, class_id=class_id):
            self.enrollment.seats.withdraw(one)
        self.rule.stands.discard((person, class_id))
        self.tell_seats()
        self.deliver(EVERYTHING)

    def watch(self) -> None:
        """Some lectures, under either account: what is watched is the survivor's."""
        person = self.rule.find_root(self.pick())
        moment = self.now()
        for lecture in self.random.sample("abcd", self.random.randrange(1, 5)):
            self.rule.watched.setdefault((person, lecture), moment)
            self.publish(
                f"{person}.{lecture}",
                lambda one=lecture: self.learning.hear(person, one, at=moment),
            )

    def merge(self) -> None:
        person, survivor = self.random.sample(self.people, 2)
        rule = self.rule
        if self.identity.deleted & {person, survivor}:
            self.refuse(lambda: self.enrollment.merge(survivor, person))
            return
        if rule.find_root(survivor) != survivor or person in rule.merges:
            return
        if rule.find_root(person) == survivor:
            return
        for class_id in LECTURES:
            for one in self.people:
                if class_id in self.certified_alone(one):
                    self.enrollment.finished.rows.add((one, class_id))
        group = rule.find_group(person) | rule.find_group(survivor)
        best = {class_id: self.best_of(group, class_id) for class_id in LECTURES}
        if "" in best.values():
            return
        self.enrollment.merge(survivor, person)
        rule.merge(person, survivor, best, LECTURES)
        self.tell_merge(person, survivor, survivor)
        self.deliver_seats()

    def best_of(self, group: set[str], class_id: str) -> str:
        """Whose enrolment of several comes first; empty where two are finished."""
        rows = self.enrollment.enrolments.rows.values()
        standing = [
            one
            for one in rows
            if one.person_id in group
            and one.class_id == class_id
            and one.state != WITHDRAWN
        ]
        done = self.enrollment.finished.rows
        finished = [one for one in standing if (one.person_id, class_id) in done]
        if len(finished) > 1:
            return ""
        seated = [one for one in standing if one.state == SEATED]
        first = min(
            finished or seated or standing, key=lambda one: one.ticket, default=None
        )
        return first.person_id if first else "nobody"

    def unmerge(self) -> None:
        if not self.rule.merges:
            return
        person = self.random.choice(sorted(self.rule.merges))
        survivor = self.rule.merges[person].survivor
        self.enrollment.unmerge(survivor, person)
        self.rule.unmerge(person)
        self.tell_merge(person, survivor, "")

    def correct(self) -> None:
        """A name, a phone or an ID number; of who is deleted there is none."""
        anybody = self.random.choice(self.people)
        person = self.random.choice([self.pick_busy(), anybody])
        field = self.random.choice(FIELDS)
        people, world = self.enrollment.people, self.enrollment
        by = Corrector("a-staff", True, EVERYBODY, f"q{self.step}")
        correct = CorrectPerson(
            world.branches, people, world.merges, self.now, world.audit
        )
        if person in self.identity.deleted:
            self.refuse(lambda: correct(by, person, {field: ""}))
            return
        value = self.identity.invent(person, field, self.random.randrange(99))
        correct(by, person, {field: value}, people.rows[person][0].revision)
        self.identity.learn(person, **{field: value})
        if field == "name":
            reissue = ReissueCertificates(self.learning.certify, self.learning.audit)
            self.publish(person, lambda: reissue(person))

    def transfer(self) -> None:
        person = self.random.choice(self.people)
        branch, other = self.random.sample(["dc", "xc"], 2)
        joins = self.random.choice([other, ""])
        number = f"T{self.people.index(person)}" if joins else ""
        by = Corrector("a-staff", True, EVERYBODY, f"t{self.step}")
        wanted = Transfer(branch, joins, number, TODAY)
        world = self.enrollment
        transfer = TransferMember(world.branches, world.people, self.now, world.audit)
        if person in self.identity.deleted:
            self.refuse(lambda: transfer(by, person, wanted))
        elif branch in self.rule.branches[person]:
            transfer(by, person, wanted)
            self.rule.branches[person] -= {branch}
            self.rule.branches[person] |= {joins} - {""}

    def refuse(self, act: Callable[[], object]) -> None:
        """Nothing can be done with who is deleted."""
        with pytest.raises(UnknownPerson):
            act()

    def delete(self) -> None:
        """A human is deleted under all records, as the gateway asks for it; a row that
        lies there still names nobody."""
        for person in sorted(self.rule.find_group(self.pick_busy())):
            branch, row = self.write_row(person)
            lying = self.enrollment.put(f"l{person}", row, branch=branch)
            self.identity.chunks[lying] = person
            finished = self.find_finished(person)
            self.forgetting.delete(person, self.random)
            self.enrollment.decide(lying)
            [outcome] = self.enrollment.chunks.rows[lying].outcomes
            assert outcome.outcome == "rejected", outcome
            self.rule.delete(person, finished)
            self.identity.delete(person)
            self.publish(person, lambda one=person: self.forgetting.forget(one))

    def find_finished(self, person: str) -> set[str]:
        """The classes whose seat was used."""
        seated = {
            one.class_id
            for one in self.enrollment.enrolments.rows.values()
            if one.person_id == person and one.state == SEATED
        }
        return seated & self.certified(person)

    def send_again(self) -> None:
        """An old row of somebody who is deleted names a new person."""
        gone = sorted(self.identity.deleted & self.old_rows.keys())
        if gone:
            rows = self.old_rows.pop(self.random.choice(gone))
            branch, row = self.random.choice(rows)
            self.meet(f"a{self.step}", row, branch)

    # what is seen

    def certified(self, person: str) -> set[str]:
        group = self.learning.groups.find_group(person)
        found = find_certificates(self.learning.certificates, group)
        return {one.class_id for one in found if not one.revoked_on}

    def certified_alone(self, person: str) -> set[str]:
        found = self.learning.certificates.find_by_person(person)
        return {one.class_id for one in found if not one.revoked_on}

    def run(self) -> None:
        """In each history some acts are frequent, and others seldom or never."""
        acts = (
            self.watch,
            self.enrol,
            self.leave,
            self.merge,
            self.unmerge,
            self.correct,
            self.transfer,
            self.delete,
            self.send_again,
        )
        weights = [4, *self.random.choices((0, 1, 2, 6), k=len(acts) - 1)]
        most = self.random.choice((2, 3, 5))
        for self.step in range(1, STEPS + 1):
            self.enrollment.now = self.now()
            self.enrollment.seats.now = self.now
            [act] = self.random.choices(acts, weights)
            (act if self.identity.living() else self.send_again)()
            self.tell_seats()
            self.deliver(self.random.randrange(most))
        self.deliver(EVERYTHING)
        assert not self.pending, "events wait for what never comes"
