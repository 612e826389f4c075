"""The gateway notes who is from the directory, on every engine."""

import pytest
from gateway.identity.directory_entries import DirectoryEntries

from tests.engines import Kept


@pytest.fixture
def entries(kept: Kept) -> DirectoryEntries:
    entries = DirectoryEntries(kept.database("gateway"))
    entries.create_indexes()
    return entries


def test_a_persons_entry_is_noted_found_and_forgotten(
    entries: DirectoryEntries,
) -> None:
    assert entries.put_entries({"p1": "E1", "p2": "E2"}) == set()
    assert entries.put_entries({"p1": "E9"}) == set()
    assert (entries.get_entry("p1"), entries.get_entry("")) == ("E9", "")
    assert entries.find_entries(["p1", "p2", "p3"]) == {"p1": "E9", "p2": "E2"}
    assert (entries.delete_entry("p1"), entries.delete_entry("p1")) == (True, False)
    assert entries.get_entry("p1") == ""


def test_an_entry_of_another_person_is_refused_beside_good_ones(
    entries: DirectoryEntries,
) -> None:
    entries.put_entries({"p1": "E1", "p2": "E2"})
    assert entries.put_entries({"p2": "E1", "p3": "E1", "p4": "E4"}) == {"p2", "p3"}
    assert entries.find_entries(["p1", "p2", "p3", "p4"]) == {
        "p1": "E1",
        "p2": "E2",
        "p4": "E4",
    }
    assert entries.put_entries({}) == set()
