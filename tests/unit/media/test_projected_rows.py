"""What others say, as media keeps it."""

import pytest
from chassis.events.envelope import Envelope, from_document
from media.domain.entitlement import ShownCourse
from media.events import projected_rows

import contracts

PUBLISHED = "catalog.course.published.v1"


@pytest.fixture
def event() -> Envelope:
    return from_document(contracts.example_of(PUBLISHED))


def test_a_published_course_shows_its_lectures_and_its_fastest_rate(
    event: Envelope,
) -> None:
    shown = ShownCourse("crs40bd", 1, ("lec9f3",), 1.5)
    assert projected_rows.row_of_course(event) == ("crs40bd", 3, shown)
