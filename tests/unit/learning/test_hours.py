"""Learning hours in quarters."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from learning.domain.hours import (
    RULE,
    YEARLY_TARGET_QUARTERS,
    HoursEntry,
    for_lecture,
    quarters_for,
)


def an_entry(at: str, edition: int = 1, seconds: float = 1800) -> HoursEntry:
    moment = datetime.datetime.fromisoformat(at)
    return for_lecture("p", "lec", edition, seconds, "第一讲", moment)


@pytest.mark.parametrize(
    ("minutes", "quarters"),
    [(0.1, 1), (14.99, 1), (15.01, 2), (29.99, 2), (30, 4), (45, 4), (600, 4)],
)
def test_the_scale_is_that_of_the_published_rule(minutes: float, quarters: int) -> None:
    assert quarters_for(minutes * 60) == quarters


@given(st.floats(0, 50_000), st.floats(0, 50_000))
def test_a_longer_lecture_never_gives_fewer_hours(a: float, b: float) -> None:
    shorter, longer = sorted((a, b))
    assert quarters_for(shorter) <= quarters_for(longer)


def test_the_yearly_target_is_fifty_hours() -> None:
    assert YEARLY_TARGET_QUARTERS / 4 == 50


@pytest.mark.parametrize(
    ("at", "year"),
    [
        ("2026-12-31T15:59:59+00:00", 2026),
        ("2026-12-31T16:00:00+00:00", 2027),
        ("2026-12-31T23:59:59+08:00", 2026),
    ],
)
def test_the_year_of_hours_is_a_year_in_shanghai(at: str, year: int) -> None:
    assert an_entry(at).year == year


def test_a_lecture_is_credited_once_whatever_edition_is_watched() -> None:
    first = an_entry("2026-11-23T00:00:00+00:00", edition=1)
    second = an_entry("2027-11-23T00:00:00+00:00", edition=2, seconds=60)
    assert first.id == second.id


def test_every_line_names_the_rule_and_the_edition_it_was_made_by() -> None:
    entry = an_entry("2026-11-23T00:00:00+00:00", edition=4)
    assert (entry.rule, entry.edition, entry.reason) == (RULE, 4, "lecture")


def test_crediting_tells_who_and_how_much() -> None:
    (told,) = an_entry("2026-11-23T00:00:00+00:00").creation_events()
    assert vars(told) == {
        "entry_id": "lecture.lec.p",
        "person_id": "p",
        "quarters": 4,
        "year": 2026,
        "reason": "lecture",
        "title": "第一讲",
        "imported": False,
    }
