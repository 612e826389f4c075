"""Months of history: files of records, imported as a college's staff would."""

import datetime
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chassis.clock import COLLEGE_ZONE

from biyong.demo.fill import NotFilled
from biyong.demo.life.college import College
from biyong.demo.people import Invented
from biyong.records.file import read_records
from biyong.records.sending import REFUSED, send_records

HOURS = (0.5, 1, 1.5, 2, 3)
"""What a course of the old platform counted."""
MOST_PAGES = 60
BREATH_SECONDS = 0.2
"""Between two batches: whoever uses the site is not kept waiting by the past."""
DAYS_A_MONTH = 30
EARLY, LATE = datetime.time(9), datetime.time(20)
"""People learn between these."""


def import_finished(college: College) -> None:
    """So many of each class have completed its course. Raises NotFilled, Refused,
    Away."""
    lines = [
        line for class_ in college.data["classes"] for line in _finish(college, class_)
    ]
    _import(college, "finished", lines)


def import_history(college: College) -> None:
    """What people completed in the months before, across the catalogue. Raises
    NotFilled, Refused, Away."""
    courses = _find_courses_on_site(college)
    lines = [
        line
        for person in college.trainees
        for line in _past_of(college, person, courses)
    ]
    _import(college, "history", sorted(lines, key=lambda line: line["completed_at"]))


def _finish(college: College, class_: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The lines of those who are through, the first of them first."""
    seated, chance = college.find_seated(class_), _chance_of(class_["key"])
    through = seated[: len(seated) * class_["done"] // 100]
    first, last = class_["starts"] + 1, min(class_["ends"], -1)
    for person in through:
        day = chance.randint(first, last) if first < last else last
        yield _line(college, person, day, chance) | {
            "class": college.note(f"class-{class_['key']}"),
            "hours": 1.0,
        }


def _past_of(
    college: College, person: Invented, courses: list[str]
) -> Iterator[dict[str, Any]]:
    chance, history = _chance_of(person.phone), college.data["history"]
    count = min(chance.randint(history["least"], history["most"]), len(courses))
    for course_id in chance.sample(courses, count):
        day = -chance.randint(1, history["months"] * DAYS_A_MONTH)
        yield _line(college, person, day, chance) | {
            "course": course_id,
            "hours": chance.choice(HOURS),
        }


def _line(
    college: College, person: Invented, day: int, chance: random.Random
) -> dict[str, Any]:
    at = datetime.time(chance.randint(EARLY.hour, LATE.hour), chance.randint(0, 59))
    moment = datetime.datetime.combine(college.shift_day(day), at, COLLEGE_ZONE)
    return {"phone": person.phone, "completed_at": moment.isoformat()}


def _find_courses_on_site(college: College) -> list[str]:
    """The courses without lectures: what was learnt before the platform was."""
    found: list[str] = []
    after = ""
    for _ in range(MOST_PAGES):
        page = college.staff.ask("GET", "catalog", "courses", after=after)
        found += [
            course["id"]
            for course in page["items"]
            if not any(lesson["lecture_id"] for lesson in course["lessons"])
        ]
        after = page["next"]
        if not after:
            break
    return sorted(found)


def _import(college: College, name: str, lines: list[dict[str, Any]]) -> None:
    """Write the file, once, and import it: whoever goes on sends the same again."""
    path: Path = college.demo.folder / f"records-{name}.jsonl"
    if not path.exists():
        text = "".join(json.dumps(line) + "\n" for line in lines)
        part = path.with_suffix(".part")
        part.write_text(text, "utf-8")
        part.replace(path)
    read = read_records(path)

    def tell(done: int) -> None:
        college.demo.tell(f"records: {done} of {len(read)}")
        time.sleep(BREATH_SECONDS)

    sent = send_records(college.staff, read, college.data["source"], tell=tell)
    refused = [line for line in sent if line.outcome == REFUSED]
    if refused:
        one = refused[0]
        raise NotFilled(
            f"{len(refused)} lines of {path} were refused: {one.line} {one.reason}"
        )


def _chance_of(seed: str) -> random.Random:
    """The same chances each time for the same thing."""
    return random.Random(seed)  # noqa: S311 - an invented past, no secret
