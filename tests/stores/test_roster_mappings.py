"""Mappings of columns are remembered by branch and heads, on every engine."""

import pytest
from gateway.identity.tokens import moment_in
from gateway.roster_files.column_mapping import ColumnMapping
from gateway.roster_files.roster_mappings import MAPPING_SECONDS, RosterMappings

from tests.engines import Kept

CHOSEN = ColumnMapping({"name": (0,), "phone": (2, 5), "branch_name": (4,)}, "f1")


@pytest.fixture
def mappings(kept: Kept) -> RosterMappings:
    made = RosterMappings(kept.database("gateway"))
    made.create_indexes()
    return made


def test_a_mapping_comes_back_as_it_was_chosen(mappings: RosterMappings) -> None:
    mappings.put_mapping("east", CHOSEN)
    assert mappings.get_mapping("east", "f1") == CHOSEN


def test_other_heads_and_other_branches_have_none(mappings: RosterMappings) -> None:
    mappings.put_mapping("east", CHOSEN)
    assert mappings.get_mapping("east", "f2") is None
    assert mappings.get_mapping("west", "f1") is None


def test_the_latest_choice_counts(mappings: RosterMappings) -> None:
    mappings.put_mapping("east", CHOSEN)
    other = ColumnMapping({"name": (1,)}, "f1")
    mappings.put_mapping("east", other)
    assert mappings.get_mapping("east", "f1") == other


def test_what_is_deleted_is_asked_about_again(mappings: RosterMappings) -> None:
    mappings.put_mapping("east", CHOSEN)
    mappings.delete_mapping("east", "f1")
    assert mappings.get_mapping("east", "f1") is None


def test_a_table_without_heads_is_not_remembered(mappings: RosterMappings) -> None:
    mappings.put_mapping("east", ColumnMapping({"name": (0,)}))
    assert mappings.get_mapping("east", "") is None


def test_a_mapping_ends_two_years_after_its_last_use(mappings: RosterMappings) -> None:
    mappings.put_mapping("east", CHOSEN)
    row = mappings.rows.find_one({})
    assert row is not None
    left = row["until"] - moment_in(MAPPING_SECONDS)
    assert abs(left.total_seconds()) < 60
    mappings.rows.update_one({}, {"$set": {"until": moment_in(-1)}})
    assert mappings.get_mapping("east", "f1") is None
