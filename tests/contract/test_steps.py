"""Every version after the first is reached by a step, and leads back by it."""

from pathlib import Path

import pytest
from contracts.book import Book, name_of, number_of
from contracts.upcasting import Step

import contracts
from tests.price_contracts import STEPS, V1, V2, V3, contracts_of


def wrong_steps(book: Book) -> list[str]:
    """What is missing or does not fit between the versions of a book."""
    later = {type_ for type_ in book.all_types() if number_of(type_) > 1}
    found = [f"{type_} has no step" for type_ in sorted(later - set(book.steps))]
    found += [f"{type_} is unknown" for type_ in sorted(set(book.steps) - later)]
    for new in sorted(later & set(book.steps)):
        old = f"{name_of(new)}.v{number_of(new) - 1}"
        lifted = book.lift(book.example(old)["data"], old, new)
        lowered = book.lower(book.example(new)["data"], new, old)
        if not book.validator(new).is_valid(lifted):
            found.append(f"{old} lifted does not fit {new}")
        if not book.validator(old).is_valid(lowered):
            found.append(f"{new} lowered does not fit {old}")
    return found


def test_every_later_version_has_a_step_that_fits_both_ways() -> None:
    assert wrong_steps(contracts.OURS) == []


def test_all_versions_of_an_event_are_said_by_one_service() -> None:
    for type_ in contracts.all_types():
        newest = contracts.OURS.newest(type_)
        assert newest is not None
        assert contracts.sayer(type_) == contracts.sayer(newest)


def test_steps_that_fit_are_found_right(tmp_path: Path) -> None:
    assert wrong_steps(contracts_of(tmp_path, {V1: [], V2: [], V3: ["x"]})) == []


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ({}, f"{V2} has no step"),
        ({**STEPS, V1: STEPS[V2]}, f"{V1} is unknown"),
        ({V2: Step(dict, STEPS[V2].lower)}, f"{V1} lifted does not fit {V2}"),
        ({V2: Step(STEPS[V2].lift, dict)}, f"{V2} lowered does not fit {V1}"),
    ],
)
def test_a_step_that_is_missing_or_does_not_fit_is_noticed(
    tmp_path: Path, steps: dict[str, Step], fault: str
) -> None:
    book = contracts_of(tmp_path, {V1: ["x"], V2: ["x"]})
    assert fault in wrong_steps(Book(book.folder, steps))
