"""Groups of records: chains are followed, circles end, nobody else is in them."""

from tests.doubles.aliases import groups_of


def test_who_was_never_merged_is_alone() -> None:
    groups = groups_of()
    assert groups.find_groups(["a", "b"]) == {"a": ("a",), "b": ("b",)}
    assert groups.get_survivor("") == ""
    assert groups.find_group("") == ("",)


def test_a_chain_leads_to_one_survivor_with_all_behind_it() -> None:
    groups = groups_of({"b": "a", "c": "b", "d": "a", "x": "y"})
    for person in "abcd":
        assert groups.find_group(person) == ("a", "b", "c", "d")
        assert groups.get_survivor(person) == "a"
    assert groups.find_group("y") == ("y", "x")


def test_a_circle_that_events_out_of_order_make_ends() -> None:
    groups = groups_of({"a": "b", "b": "a"})
    assert set(groups.find_group("a")) == {"a", "b"}
