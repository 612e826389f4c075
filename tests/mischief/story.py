"""One story through every service: from a course to a certificate.

Two people get the two seats of a class and two wait; one leaves, so the first in line
moves up; who left asks in vain to come back; one watches both lectures to the end and
stays with the certificate, one watches half of one; staff add hours, correct one and
take that back; then the class gets a seat more, is changed and closed.
"""

import dataclasses
import datetime
import time
from itertools import count, islice
from pathlib import Path
from typing import Any

import msgspec
import pytest
from biyong.door import Door, Refused
from biyong.mails import invitation_to
from biyong.upload import upload_lecture
from catalog.domain.content import LECTURE, Lesson
from catalog.domain.course import Course
from catalog.domain.training_class import TrainingClass
from catalog.events.to_events import to_event
from catalog.store import documents
from catalog.store.classes import CLASS_FORM, StoredClasses
from catalog.store.courses import COURSE_FORM, StoredCourses
from catalog.usecases.open_class import open_class
from chassis.broker.topology import partition_of
from chassis.storage.aggregates import Aggregates
from enrollment.domain.enrolment import enrolment_id
from enrollment.domain.people import person_id
from enrollment.events.roster_consumer import EXCHANGE, TYPE

import contracts
from tests.mischief.college import PERSON_SECRET, College
from tests.mischief.going import Going
from tests.platform import chain
from tests.platform.running import agree, until

COURSE, CLASS, BRANCH = "course1", "class1", "dongcheng"
LECTURES = ("lecture1", "lecture2")
NOT_YET = {"not-ready", "not-enrolled", "unknown-lecture"}
SECONDS, FASTEST, PASSWORD = 2, 2.0, "ein-gutes-passwort"
LESSONS = tuple(
    Lesson(f"l{place}", f"第{place}讲", LECTURE, lecture)
    for place, lecture in enumerate(LECTURES, 1)
)
NAMES = ("甲", "乙", "丙", "丁", "戊")


def _are_together(phone: str) -> bool:
    """Whether person and enrolment of this phone share the partition of the class."""
    person = person_id(PERSON_SECRET.encode(), BRANCH, phone, "")
    keys = (person, enrolment_id(CLASS, person, 1))
    return all(partition_of(key) == partition_of(CLASS) for key in keys)


PHONES = list(islice(filter(_are_together, map(str, count(13600000000))), len(NAMES)))
"""So that there is much to mix within a partition, not only across."""


@dataclasses.dataclass
class Story:
    """Tells one story in one college; `going` decides what happens in between."""

    college: College
    going: Going
    lecture: Path

    def tell(self) -> None:
        """From the first page to the last, until all is quiet."""
        self.open_a_class()
        self._enrol()
        self._leave(1)
        self._ask(1)
        self._learn()
        self._correct(0)
        self._add_a_seat()
        self._change()
        self._close()
        self._cancel()
        self._put_seats_back()
        self.going.settle()

    def open_a_class(self) -> None:
        """Two seats in a class of a published course, whose lectures are made."""
        self._set_up()
        self._make_lectures()
        self._publish()

    def _operator(
        self, method: str, path: str, body: object = None, match: str = ""
    ) -> Any:
        said = self.college.operator.call(method, path, object, body, match=match)
        self.going.a_few_steps()
        return said

    def _set_up(self) -> None:
        modules = [{"code": "m1", "name": "模块", "topics": []}]
        area = {"name": "方向", "place": 1, "modules": modules}
        self._operator("PUT", "/api/catalog/areas/a1", area, "*")
        branch = {"id": BRANCH, "name": "东城区总工会", "parent": ""}
        self._operator("POST", "/api/enrollment/branches", branch)

    def _make_lectures(self) -> None:
        """Uploaded, to be checked, heard of by media itself, transcoded."""
        operator, file = self.college.operator, self.lecture
        for lecture in LECTURES:
            upload_lecture(operator, file, "短讲", lambda _: None, lecture)
            self.going.a_few_steps()

    def _publish(self) -> None:
        """Course and class under ids of our own, so that a seed tells the whole."""
        wake = self.college.services["catalog"].relay.wake.set
        courses = StoredCourses(
            Aggregates("catalog", documents.CourseDocument, COURSE_FORM, to_event, wake)
        )
        courses.create(Course(COURSE, "集体协商", "m1", "", "", LESSONS))
        self._operator("POST", f"/api/catalog/courses/{COURSE}/publication")
        classes = StoredClasses(
            Aggregates("catalog", documents.ClassDocument, CLASS_FORM, to_event, wake)
        )
        first, last = "2026-12-01", "2099-12-31"
        new = TrainingClass(CLASS, COURSE, "一班", 2, (), first, last, "", "online")
        open_class(classes, courses, new, datetime.date.fromisoformat(first))
        self.going.a_few_steps()

    def _enrol(self) -> None:
        """Three rows over the broker, then two over HTTP, one of them known."""
        self._send("r1.1", 0, 1, 2)
        self.going.until(lambda: self.has_receipt("r1.1"))
        rows = {"roster_id": "r2", "rows": self._rows(2, 3)}
        path = f"/api/enrollment/branches/{BRANCH}/chunks/r2.1"
        self._operator("PUT", path, rows)
        self.going.until(lambda: self.has_receipt("r2.1"))

    def _rows(self, *places: int) -> list[dict[str, Any]]:
        return [
            {
                "row": place + 2, "name": NAMES[place], "member_no": f"T-{place}",
                "phone": PHONES[place], "class_id": CLASS, "email": _mail(place),
            }
            for place in places
        ]  # fmt: skip

    def _send(self, key: str, *places: int) -> None:
        self.send_chunk(key, *places)
        self.going.a_few_steps()

    def send_chunk(self, key: str, *places: int) -> None:
        """The rows of these people, over the broker."""
        self.send_rows(key, self._rows(*places))

    def send_rows(self, key: str, rows: list[dict[str, Any]]) -> None:
        """These rows, over the broker."""
        data = {
            "branch_id": BRANCH, "roster_id": key.partition(".")[0], "key": key,
            "dry_run": False, "rows": rows,
        }  # fmt: skip
        event = {**contracts.example_of(TYPE), "id": f"{BRANCH}/{key}", "data": data}
        body, account = msgspec.json.encode(event), f"branch.{BRANCH}"
        self.college.bus.send(EXCHANGE, f"{account}.roster", body, account)

    def has_receipt(self, key: str) -> bool:
        """Whether the branch has received what became of a chunk."""
        bodies = self.college.bus.received(BRANCH)
        return any(
            msgspec.json.decode(one)["data"]["chunk_id"] == key for one in bodies
        )

    def _leave(self, place: int) -> None:
        """One gives the seat back, so the next in line gets it."""
        [person] = self.college.databases["enrollment"]["people"].find(
            {"phone": PHONES[place]}
        )
        left = enrolment_id(CLASS, str(person["_id"]), 1)
        self._operator("DELETE", f"/api/enrollment/enrolments/{left}")

    def _ask(self, place: int) -> None:
        """Who left asks to come back, and is told no."""
        trainee = self._trainee(place)
        asked = trainee.call(
            "POST", f"/api/enrollment/classes/{CLASS}/requests", dict[str, Any], {}
        )
        self.going.a_few_steps()
        answer = {"ids": [asked["id"]], "decision": "refused", "reason": "名额有限"}
        self._operator("POST", "/api/enrollment/requests/decisions", answer)

    def _add_a_seat(self) -> None:
        """The class gets a third seat and the branch a quota: the fourth moves up, and
        catalog shows the answer before the class is changed there."""
        plan = {"capacity": 3, "quotas": [{"branch_id": BRANCH, "seats": 3}]}
        path = f"/api/enrollment/classes/{CLASS}/seat-plan"
        self._operator("PUT", path, plan, "*")
        shown = f"/api/catalog/classes/{CLASS}"
        self.going.until(lambda: self._operator("GET", shown)["capacity"] == 3)

    def _put_seats_back(self) -> None:
        """Once they have left, the class has the seats of its opening again: who hears
        the story anew knows these by the opening, and the others by nobody's word."""
        books = self.college.databases["enrollment"]["seat_books"]
        self.going.until(lambda: books.find_one({"_id": CLASS})["taken"] <= 2)
        path = f"/api/enrollment/classes/{CLASS}/seat-plan"
        self._operator("PUT", path, {"capacity": 2, "quotas": []}, "*")
        shown = f"/api/catalog/classes/{CLASS}"
        self.going.until(lambda: self._operator("GET", shown)["capacity"] == 2)

    def _learn(self) -> None:
        """The first watches all, who moved up watches half of a lecture."""
        first = self._trainee(0)
        for lecture in LECTURES:
            self._watch(first, lecture, SECONDS)
        self._stay_finished(first)
        self._watch(self._trainee(2), LECTURES[0], SECONDS / 2)

    def _correct(self, place: int) -> None:
        """Hours are added, corrected, and the correction is taken back."""
        [person] = self.college.databases["enrollment"]["people"].find(
            {"phone": PHONES[place]}
        )
        hours = f"/api/learning/people/{person['_id']}/hours"
        corrections = f"{hours}/lecture.{LECTURES[0]}.{person['_id']}/corrections"
        of_2025 = {"title": "面授", "year": 2025, "quarters": 2, "reason": "有签到表"}
        wrong, first = {"quarters": 1, "reason": "看错了", "seen": 0}, "correction.1."
        undoes = f"{first}lecture.{LECTURES[0]}.{person['_id']}"
        self._operator("POST", hours, of_2025 | {"seen": 0})
        self._operator("POST", corrections, wrong)
        back = {"reason": "改回", "seen": 1, "undoes": undoes}
        self._operator("POST", corrections, back)

    def _stay_finished(self, first: Door) -> None:
        """With the certificate nobody takes the first out of the class any more."""
        path = "/api/learning/certificates"
        self.going.until(lambda: first.call("GET", path, list[Any]))
        with pytest.raises(Refused) as refused:
            self._leave(0)
        assert refused.value.slug == "finished"

    def _trainee(self, place: int) -> Door:
        """Whoever was written to takes the invitation up."""
        mails = self.college.mails
        link = self.going.until(lambda: invitation_to(mails, _mail(place)))
        door = Door(self.college.operator.url)
        door.accept(str(link), PASSWORD)
        agree(door)
        return door

    def _watch(self, trainee: Door, lecture: str, end: float) -> None:
        path = f"/api/media/lectures/{lecture}"

        def admitted() -> bool:
            try:
                granted = trainee.call("POST", f"{path}/grants", dict[str, Any])
            except Refused as refused:
                if refused.slug not in NOT_YET:
                    raise
                return False
            ticket.update(granted)
            return True

        ticket: dict[str, Any] = {}
        self.going.until(admitted)
        who = {"player": "p", "token": ticket["token"]}
        trainee.call("POST", f"{path}/1/starts", dict, who)
        began = time.monotonic()
        chain.fetch_segments(trainee, ticket)
        for at in (0.0, end / 2):
            played = {**who, "start": at, "end": at + end / 2, "speed": FASTEST}
            time.sleep(max(0.0, began + played["end"] / FASTEST - time.monotonic()))
            self._report(trainee, ticket, played)

    def _report(
        self, trainee: Door, ticket: dict[str, Any], played: dict[str, Any]
    ) -> None:
        until(lambda: self._is_settled(trainee, ticket, played), 10)
        self.going.a_few_steps()

    def _is_settled(
        self, trainee: Door, ticket: dict[str, Any], played: dict[str, Any]
    ) -> bool:
        """Whether a report counts; what media lost is taken anew, as players do."""
        said = chain.call(trainee, ticket, "reports", played)
        if said["reason"] == "not-fetched":
            chain.fetch_segments(trainee, ticket)
        return bool(said["counted_to"] == played["end"])

    def _change(self) -> None:
        """The class gets another place and form. Title and days stay: a letter and a
        certificate have those of their moment, which another order would move."""
        body = {
            "title": "一班",
            "starts_on": "2026-12-01",
            "ends_on": "2099-12-31",
            "form": "onsite",
            "point": "东城区教学点",
        }
        self._operator("PUT", f"/api/catalog/classes/{CLASS}", body, "*")

    def _close(self) -> None:
        """Who comes when enrolment has heard of it comes too late."""
        self._operator("POST", f"/api/catalog/classes/{CLASS}/closing")
        self.going.settle()
        self._send("r3.1", 4)
        self.going.until(lambda: self.has_receipt("r3.1"))

    def _cancel(self) -> None:
        """The class opens again, and is cancelled: who has not finished it leaves."""
        self._operator("POST", f"/api/catalog/classes/{CLASS}/reopening")
        self.going.settle()
        reason = {"reason": "教学点停电"}
        self._operator("POST", f"/api/catalog/classes/{CLASS}/cancellation", reason)
        self.going.settle()


def _mail(place: int) -> str:
    return f"trainee{place}@biyong.example"
