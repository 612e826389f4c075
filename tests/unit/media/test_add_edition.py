"""The next edition of a lecture: one number each, and one edition for a source."""

from dataclasses import replace

from media.domain.events import LectureUploaded
from media.domain.lecture import DELETED, Edition
from media.usecases.add_edition import add_edition

from tests.unit.media.fakes import FakeEditions, an_edition

NEW = Edition("v1", 0, "新版", "sources/v1/new", 20.0, 8)


def test_the_first_file_of_a_lecture_is_edition_one_and_is_told() -> None:
    editions = FakeEditions()
    assert add_edition(editions, NEW).number == 1
    assert editions.told == [LectureUploaded("v1", 1, 20.0, 8)]


def test_the_number_a_file_brings_counts_for_nothing() -> None:
    editions = FakeEditions()
    assert add_edition(editions, replace(NEW, number=7)).number == 1


def test_the_next_number_follows_the_highest_even_of_a_deleted_edition() -> None:
    editions = FakeEditions().put(an_edition(1), an_edition(2, DELETED))
    assert add_edition(editions, NEW).number == 3


def test_a_source_becomes_an_edition_once() -> None:
    editions = FakeEditions().put(an_edition(1))
    first = add_edition(editions, NEW)
    assert add_edition(editions, replace(NEW, title="又来")) == first
    assert list(editions.rows) == ["v1.1", "v1.2"]
    assert len(editions.told) == 1


def test_who_takes_the_same_number_at_the_same_time_gets_the_next() -> None:
    editions = FakeEditions()
    other = replace(NEW, source="sources/v1/other")
    editions.meanwhile.append(lambda: add_edition(editions, other))
    assert add_edition(editions, NEW).number == 2
    by_number = {edition.number: edition.source for edition in editions.rows.values()}
    assert by_number == {1: other.source, 2: NEW.source}
