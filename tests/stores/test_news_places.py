"""Up to where officers have looked, on every engine."""

import pytest
from gateway.identity.news_places import NewsPlaces

from tests.engines import Kept


@pytest.fixture(name="places")
def _places(kept: Kept) -> NewsPlaces:
    places = NewsPlaces(kept.database("gateway"))
    places.create_indexes()
    return places


def test_a_number_only_rises(places: NewsPlaces) -> None:
    assert places.get_number("shi", "beijing") == 0
    places.put_number("shi", "beijing", 7)
    places.put_number("shi", "beijing", 3)
    assert places.get_number("shi", "beijing") == 7


def test_another_branch_is_begun_anew(places: NewsPlaces) -> None:
    places.put_number("shi", "beijing", 7)
    assert places.get_number("shi", "dongcheng") == 0
    places.put_number("shi", "dongcheng", 2)
    assert places.get_number("shi", "dongcheng") == 2


def test_who_is_forgotten_leaves_none(places: NewsPlaces) -> None:
    places.forgotten.begin_person("shi")
    places.put_number("shi", "beijing", 7)
    assert places.get_number("shi", "beijing") == 0
