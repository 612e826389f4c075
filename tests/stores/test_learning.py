"""Learning's stores keep what the use cases ask of them, on every engine."""

import datetime
from collections.abc import Callable
from dataclasses import replace

import pytest
from chassis.storage.aggregates import mapping_of
from learning.domain.certificate import Certificate
from learning.domain.course import LECTURE, Course, Lesson, Seat, TrainingClass
from learning.domain.hours import ZONE, HoursEntry, for_lecture
from learning.domain.record import Record, Watched
from learning.events.to_events import to_event
from learning.store import documents
from learning.store.projections import AT_ONCE, StoredProjections
from learning.store.records import (
    StoredCertificates,
    StoredLedger,
    StoredRecords,
)

from tests.engines import Kept
from tests.stores.rows import outbox, overtaken, said, version

LESSONS = (
    Lesson("l1", "触电急救", LECTURE, "v1"),
    Lesson("l2", "再看一遍", LECTURE, "v1"),
    Lesson("l3", "考试", "test"),
)
COURSE = Course("a", 2, "安全生产", LESSONS)
SEAT = Seat("c1.wang.1", "wang", "c1", "a", seated=True)
NEW_YEAR = datetime.datetime(2023, 12, 31, 16, 0, 0, 125_000, datetime.UTC)
CERTIFICATE = Certificate(
    number="BY-2024-AAAA-BBBB-CCCC",
    person_id="wang",
    class_id="c1",
    name="王小明",
    title="三月班",
    hours="12.50",
    issued_on="2024-03-09",
    issuer="工会干校",
    key_id="k1",
    signature="s1",
)
Decided = tuple[Record, list[object]] | None


@pytest.fixture
def projections(kept: Kept) -> StoredProjections:
    kept.declare(
        "learning", documents.CourseDocument, documents.ClassDocument,
        documents.SeatDocument, documents.WatchedDocument,
    )  # fmt: skip
    return StoredProjections()


@pytest.fixture
def records(kept: Kept) -> StoredRecords:
    return StoredRecords(
        kept.aggregates(
            "learning", documents.RecordDocument, mapping_of(Record), to_event
        ),
    )


@pytest.fixture
def ledger(kept: Kept) -> StoredLedger:
    form = mapping_of(HoursEntry)
    return StoredLedger(
        kept.aggregates("learning", documents.HoursDocument, form, to_event)
    )


@pytest.fixture
def certificates(kept: Kept) -> StoredCertificates:
    form = mapping_of(Certificate)
    return StoredCertificates(
        kept.aggregates("learning", documents.CertificateDocument, form, to_event)
    )


def told(course: Course) -> tuple[str, int, Course]:
    return course.id, course.edition, course


def done(lesson: str, course: Course = COURSE) -> Callable[[Record], Decided]:
    return lambda record: record.complete_lesson(course, lesson, NEW_YEAR)


def line(lecture: str, at: datetime.datetime, person: str = "wang") -> HoursEntry:
    return for_lecture(person, lecture, 1, 900.0, "触电急救", at)


def test_a_course_is_found_by_id_and_by_the_lectures_it_shows(
    projections: StoredProjections,
) -> None:
    other = Course("b", 1, "劳动法", (Lesson("l1", "导言", LECTURE, "v2"),))
    for course in (COURSE, other):
        projections.put_courses([told(course)])
    assert projections.get_course("a") == COURSE
    assert projections.get_course("c") is None
    assert projections.find_courses_showing("v1") == [COURSE]
    assert projections.find_courses_showing("") == []


def test_a_newer_edition_shows_its_own_lectures(projections: StoredProjections) -> None:
    newer = replace(COURSE, edition=3, lessons=(Lesson("l4", "新课", LECTURE, "v4"),))
    projections.put_courses([told(COURSE)])
    projections.put_courses([told(newer)])
    assert projections.find_courses_showing("v4") == [newer]
    assert projections.find_courses_showing("v1") == []


@pytest.mark.parametrize("edition", [1, 2])
def test_an_older_or_the_same_edition_changes_nothing(
    projections: StoredProjections, edition: int
) -> None:
    projections.put_courses([told(COURSE)])
    projections.put_courses([told(replace(COURSE, edition=edition, title="旧"))])
    assert projections.get_course("a") == COURSE


def test_a_class_is_told_once(projections: StoredProjections) -> None:
    opened = TrainingClass("c1", "a", "三月班")
    projections.put_classes([("c1", 1, opened)])
    projections.put_classes([("c1", 1, replace(opened, title="四月班"))])
    assert projections.get_class("c1") == opened
    assert projections.get_class("c2") is None


def test_a_persons_seats_in_a_course_are_given(projections: StoredProjections) -> None:
    second = replace(SEAT, id="c2.wang.1", class_id="c2", seated=False)
    elsewhere = replace(SEAT, id="c3.wang.1", course_id="b")
    others = replace(SEAT, id="c1.li.1", person_id="li")
    projections.put_seats([(s.id, 1, s) for s in (SEAT, second, elsewhere, others)])
    found = sorted(projections.find_seats("wang", "a"), key=lambda seat: seat.id)
    assert found == [SEAT, second]
    assert projections.find_seats("li", "b") == []


def test_a_seat_is_never_set_back(projections: StoredProjections) -> None:
    lost = replace(SEAT, seated=False)
    for seat, told_by in ((SEAT, 1), (lost, 2), (SEAT, 1), (SEAT, 2)):
        projections.put_seats([(SEAT.id, told_by, seat)])
    assert projections.find_seats("wang", "a") == [lost]
    other = replace(lost, id="c2.wang.1")
    projections.put_seats([(SEAT.id, 3, SEAT), (other.id, 1, other)])
    assert SEAT in projections.find_seats("wang", "a")


def test_a_seat_told_of_twice_at_once_is_as_the_newer_tells(
    projections: StoredProjections,
) -> None:
    lost = replace(SEAT, seated=False)
    projections.put_seats([(SEAT.id, 2, lost), (SEAT.id, 1, SEAT)])
    assert projections.find_seats("wang", "a") == [lost]


def test_a_record_is_empty_until_something_is_done(records: StoredRecords) -> None:
    assert records.get("wang", "a") == Record("wang", "a")
    assert records.change("wang", "a", lambda _: None) == Record("wang", "a")
    assert records.find_by_person("wang") == []


def test_the_first_lesson_makes_the_record_and_is_told_with_it(
    records: StoredRecords,
) -> None:
    made = records.change("wang", "a", done("l1"))
    assert made == Record("wang", "a", ("l1",), done_at=NEW_YEAR)
    assert records.get("wang", "a") == made
    [event] = outbox(records.rows, "wang.a")
    assert (event["id"], event["data"]["lesson_id"]) == ("wang.a.1.0", "l1")


def test_a_lesson_done_again_changes_nothing(records: StoredRecords) -> None:
    for _ in range(2):
        records.change("wang", "a", done("l1"))
    assert version(records.rows, "wang.a") == 1
    assert said(records.rows, "wang.a") == ["wang.a.1.0"]


@pytest.mark.parametrize("begun", [False, True])
def test_two_lessons_done_at_once_are_both_kept(
    records: StoredRecords, begun: bool
) -> None:
    if begun:
        records.change("wang", "a", done("l3"))
    by = overtaken(lambda: records.change("wang", "a", done("l1")), done("l2"))
    made = records.change("wang", "a", by)
    assert {"l1", "l2"} <= set(made.lessons_done)
    assert records.get("wang", "a") == made
    assert made.is_complete == begun


def test_what_one_lesson_completes_is_told_in_one_write(
    records: StoredRecords,
) -> None:
    for lesson in ("l1", "l2", "l3"):
        records.change("wang", "a", done(lesson))
    assert said(records.rows, "wang.a")[-2:] == ["wang.a.3.0", "wang.a.3.1"]


def test_of_the_records_asked_for_the_complete_ones_are_given(
    records: StoredRecords,
) -> None:
    short = replace(COURSE, lessons=LESSONS[:1])
    for person in ("wang", "li"):
        records.change(person, "a", done("l1", short))
    records.change("wang", "b", done("l1"))
    asked = [("wang", "a"), ("wang", "b"), ("nobody", "a")]
    assert records.find_complete(asked) == [Record("wang", "a", ("l1",), 2, NEW_YEAR)]
    assert records.find_complete([]) == []


def test_all_of_a_persons_records_are_given(records: StoredRecords) -> None:
    for person, course in (("wang", "a"), ("wang", "b"), ("li", "a")):
        records.change(person, course, done("l1"))
    found = {record.course_id for record in records.find_by_person("wang")}
    assert found == {"a", "b"}


def test_of_a_lecture_the_edition_that_was_watched_most_counts(
    projections: StoredProjections,
) -> None:
    for id_, told_by, percent in (("v1.1", 2, 75), ("v1.1", 1, 50), ("v1.2", 9, 25)):
        projections.put_watched(
            [(f"wang.{id_}", told_by, Watched("wang", "v1", percent))]
        )
    projections.put_watched([("wang.v2.1", 1, Watched("wang", "v2", 25))])
    projections.put_watched([("li.v1.1", 1, Watched("li", "v1", 100))])
    assert projections.find_watched_percents("wang") == {"v1": 75, "v2": 25}
    assert projections.find_watched_percents("nobody") == {}


def test_who_has_hours_for_which_lectures_is_found(ledger: StoredLedger) -> None:
    for person, lecture in (("wang", "v1"), ("wang", "v3"), ("li", "v1")):
        ledger.credit(line(lecture, NEW_YEAR, person))
    own, other = line("v1", NEW_YEAR), line("v1", NEW_YEAR, "li")
    assert ledger.find_credited(["wang"], ["v1", "v2"]) == {("wang", "v1"): own}
    both = {("li", "v1"): other, ("wang", "v1"): own}
    assert ledger.find_credited(["li", "wang"], ["v1"]) == both
    assert ledger.find_credited(["wang"], []) == {}


def correction(of: HoursEntry, number: int, quarters: int) -> HoursEntry:
    id_, reason = f"correction.{number}.{of.id}", "correction"
    new = replace(of, id=id_, reason=reason, quarters=quarters, corrects=of.id)
    return replace(new, note="看错了", by="jiaowu", rule="by-hand-1")


def test_a_correction_is_added_once_and_told(ledger: StoredLedger) -> None:
    entry = line("v1", NEW_YEAR)
    first = correction(entry, 1, -1)
    ledger.credit(entry)
    assert ledger.add(first)
    assert not ledger.add(replace(first, quarters=-2))
    assert (ledger.get(first.id), ledger.get("nothing")) == (first, None)
    [event] = outbox(ledger.rows, first.id)
    assert event["type"] == "learning.hours.corrected.v1"
    assert event["data"]["quarters"] == -1
    assert "note" not in event["data"]


def test_corrections_are_found_by_what_they_correct_and_count(
    ledger: StoredLedger,
) -> None:
    own, other = line("v1", NEW_YEAR), line("v1", NEW_YEAR, "li")
    corrections = [correction(own, 1, -2), correction(own, 2, 1)]
    for entry in (own, other, *corrections):
        ledger.add(entry)
    found = ledger.find_corrections([own.id, other.id])
    assert sorted(found, key=lambda one: one.id) == corrections
    assert ledger.find_corrections([other.id]) == ledger.find_corrections([]) == []
    credited = ledger.find_credited(["wang", "li"], ["v1"])
    quarters = {pair: entry.quarters for pair, entry in credited.items()}
    assert quarters == {("wang", "v1"): own.quarters - 1, ("li", "v1"): other.quarters}
    year = ledger.find_by_person("wang", own.year)
    assert sum(entry.quarters for entry in year) == own.quarters - 1


def test_an_entry_of_before_corrections_reads_as_it_was(ledger: StoredLedger) -> None:
    entry = line("v1", NEW_YEAR)
    ledger.credit(entry)
    gone = dict.fromkeys(("seconds", "corrects", "undoes", "note", "by"), "")
    ledger.rows.collection.update_one({"_id": entry.id}, {"$unset": gone})
    assert ledger.get(entry.id) == replace(entry, seconds=0.0)
    assert ledger.find_corrections([entry.id]) == []


def test_certificates_are_found_by_what_narrows_in_the_order_of_numbers(
    certificates: StoredCertificates,
) -> None:
    numbers = [f"BY-2024-AAAA-BBBB-CCC{last}" for last in "CDEF"]
    people = ("wang", "li", "wang", "zhao")
    for number, person in zip(numbers, people, strict=True):
        certificates.issue(replace(CERTIFICATE, number=number, person_id=person))

    def find(limit: int = 9, after: str = "", **wanted: list[str]) -> list[str]:
        found = certificates.find_matching(wanted, after, limit)
        return [one.number for one in found]

    assert find() == numbers
    assert find(2, numbers[0]) == numbers[1:3]
    assert find(person_id=["wang", "li"]) == numbers[:3]
    assert find(after=numbers[0], person_id=["wang"]) == [numbers[2]]
    assert find(class_id=["c1"], person_id=["zhao"]) == [numbers[3]]
    assert find(class_id=["nothing"]) == []


def test_a_keys_first_day_is_that_of_a_certificate_that_shows_its_name(
    certificates: StoredCertificates,
) -> None:
    days = {
        "C": ("2024-03-09", "王"),
        "D": ("2024-03-07", "李"),
        "E": ("2024-01-01", ""),
    }
    for last, (day, name) in days.items():
        number = f"BY-2024-AAAA-BBBB-CCC{last}"
        new = replace(CERTIFICATE, number=number, issued_on=day, name=name)
        certificates.issue(new if name else replace(new, name="王"))
        if not name:
            certificates.change(number, lambda one: (replace(one, name=""), ()))
    assert certificates.find_first_day("k1") == "2024-03-07"
    assert certificates.find_first_day("other") == ""


def test_what_is_watched_of_an_edition_and_who_ever_had_a_seat_are_known(
    projections: StoredProjections,
) -> None:
    projections.put_watched([("wang.v1.2", 1, Watched("wang", "v1", 75))])
    projections.put_seats([(SEAT.id, 1, SEAT)])
    watched = [projections.get_watched("wang", "v1", edition) for edition in (1, 2)]
    assert watched == [0, 75]
    assert (projections.has_seat("wang"), projections.has_seat("li")) == (True, False)


def test_the_seats_in_a_course_are_given_some_at_a_time_by_id(
    projections: StoredProjections,
) -> None:
    many = [replace(SEAT, id=f"c1.p{n:03}.1") for n in range(AT_ONCE)]
    last = replace(SEAT, id="c2.li.1", seated=False, seated_until=NEW_YEAR)
    elsewhere = replace(SEAT, id="c3.zhao.1", course_id="b")
    projections.put_seats([(s.id, 1, s) for s in (*many, last, elsewhere)])
    assert projections.find_next_seats("a", "") == many
    assert projections.find_next_seats("a", many[-1].id) == [last]
    assert projections.find_next_seats("a", last.id) == []


def test_records_of_a_course_are_given_for_everybody_asked_for(
    records: StoredRecords,
) -> None:
    records.change("wang", "a", done("l1"))
    found = {one.person_id: one for one in records.find_by_course("a", ["wang", "li"])}
    assert found["wang"].lessons_done == ("l1",)
    assert found["li"] == Record("li", "a")


def test_hours_are_credited_and_told_once(ledger: StoredLedger) -> None:
    entry = line("v1", NEW_YEAR)
    ledger.credit(entry)
    ledger.credit(replace(entry, quarters=4, title="别的"))
    assert ledger.find_by_person("wang", 2024) == [entry]
    [event] = outbox(ledger.rows, entry.id)
    assert event["id"] == "lecture.v1.wang.1.0"
    assert event["data"]["quarters"] == 2


def test_a_persons_lines_of_a_year_come_newest_first(ledger: StoredLedger) -> None:
    for minutes, lecture in ((5, "v1"), (60, "v2"), (0, "v3"), (-1, "v4")):
        ledger.credit(line(lecture, NEW_YEAR + datetime.timedelta(minutes=minutes)))
    ledger.credit(line("v1", NEW_YEAR, "li"))
    found = [entry.id for entry in ledger.find_by_person("wang", 2024)]
    assert found == ["lecture.v2.wang", "lecture.v1.wang", "lecture.v3.wang"]
    assert len(ledger.find_by_person("wang", 2023)) == 1


def test_the_years_of_a_person_are_found_each_once(ledger: StoredLedger) -> None:
    for minutes, lecture in ((5, "v1"), (60, "v2"), (-1, "v3")):
        ledger.credit(line(lecture, NEW_YEAR + datetime.timedelta(minutes=minutes)))
    ledger.credit(line("v1", NEW_YEAR + datetime.timedelta(days=800), "li"))
    assert ledger.find_years("wang") == {2023, 2024}
    assert ledger.find_years("nobody") == set()


def test_a_line_keeps_its_moment_in_whichever_zone_it_was_said(
    ledger: StoredLedger,
) -> None:
    ledger.credit(line("v1", NEW_YEAR.astimezone(ZONE)))
    [kept] = ledger.find_by_person("wang", 2024)
    assert kept.at == NEW_YEAR
    assert kept.at.utcoffset() == datetime.timedelta(0)


def test_a_certificate_is_issued_and_told_once(
    certificates: StoredCertificates,
) -> None:
    certificates.issue(CERTIFICATE)
    certificates.issue(replace(CERTIFICATE, name="李雷"))
    assert certificates.get(CERTIFICATE.number) == CERTIFICATE
    assert certificates.get("BY-2024-AAAA-BBBB-CCCD") is None
    told = said(certificates.rows, CERTIFICATE.number)
    assert told == ["BY-2024-AAAA-BBBB-CCCC.1.0"]


def test_a_certificate_is_revoked_in_its_place_and_told_once(
    certificates: StoredCertificates,
) -> None:
    certificates.issue(CERTIFICATE)
    day = NEW_YEAR.date()
    for reason in ("误发", "别的"):
        certificates.change(
            CERTIFICATE.number, lambda one, why=reason: one.revoke(why, day)
        )
    revoked = replace(CERTIFICATE, revoked_on="2023-12-31", revoked_for="误发")
    assert certificates.get(CERTIFICATE.number) == revoked
    assert version(certificates.rows, CERTIFICATE.number) == 2
    _, event = outbox(certificates.rows, CERTIFICATE.number)
    assert event["type"] == "learning.certificate.revoked.v1"
    assert "误发" not in str(event["data"])


def test_a_persons_certificate_of_a_class_is_found(
    certificates: StoredCertificates,
) -> None:
    certificates.issue(CERTIFICATE)
    assert certificates.get_by_class("wang", "c1") == CERTIFICATE
    assert certificates.get_by_class("wang", "c2") is None
    assert certificates.get_by_class("li", "c1") is None


def test_nothing_that_a_person_has_is_cut(
    certificates: StoredCertificates, records: StoredRecords, ledger: StoredLedger
) -> None:
    many = 1001
    record = Record("wang", "a", ("l1",))
    entry = line("v0", NEW_YEAR)
    records.rows.add_many(
        (f"wang.{n}", replace(record, course_id=str(n)), ()) for n in range(many)
    )
    ledger.rows.add_many(
        (f"lecture.{n}.wang", replace(entry, id=f"lecture.{n}.wang"), ())
        for n in range(many)
    )
    certificates.rows.add_many(
        (f"BY-{n}", replace(CERTIFICATE, number=f"BY-{n}", class_id=str(n)), ())
        for n in range(many)
    )
    assert len(records.find_by_person("wang")) == many
    assert len(ledger.find_by_person("wang", 2024)) == many
    assert len(certificates.find_by_person("wang")) == many
    assert certificates.get_by_class("wang", "1000") is not None


def test_all_of_a_persons_certificates_are_given(
    certificates: StoredCertificates,
) -> None:
    second = replace(CERTIFICATE, number="BY-2023-AAAA-BBBB-CCCC", class_id="c0")
    others = replace(CERTIFICATE, number="BY-2024-DDDD-BBBB-CCCC", person_id="li")
    for one in (CERTIFICATE, second, others):
        certificates.issue(one)
    found = sorted(certificates.find_by_person("wang"), key=lambda one: one.number)
    assert found == [second, CERTIFICATE]
