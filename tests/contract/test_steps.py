"""Every version after the first is reached by a step, and leads back by it."""

from pathlib import Path

import pytest
from contracts.registry import ContractRegistry, name_of, version_of
from contracts.upcasting import VersionStep

import contracts
from tests.price_contracts import STEPS, V1, V2, V3, contracts_of


def wrong_steps(registry: ContractRegistry) -> list[str]:
    """What is missing or does not fit between the versions of a registry."""
    later = {type_ for type_ in registry.all_types() if version_of(type_) > 1}
    found = [f"{type_} has no step" for type_ in sorted(later - set(registry.steps))]
    found += [f"{type_} is unknown" for type_ in sorted(set(registry.steps) - later)]
    for new in sorted(later & set(registry.steps)):
        old = f"{name_of(new)}.v{version_of(new) - 1}"
        lifted = registry.upcast_data(registry.example_of(old)["data"], old, new)
        lowered = registry.downcast_data(registry.example_of(new)["data"], new, old)
        if not registry.validator_of(new).is_valid(lifted):
            found.append(f"{old} lifted does not fit {new}")
        if not registry.validator_of(old).is_valid(lowered):
            found.append(f"{new} lowered does not fit {old}")
    return found


def test_every_later_version_has_a_step_that_fits_both_ways() -> None:
    assert wrong_steps(contracts.REGISTRY) == []


def test_all_versions_of_an_event_are_said_by_one_service() -> None:
    for type_ in contracts.all_types():
        newest = contracts.REGISTRY.newest_version(type_)
        assert newest is not None
        assert contracts.producer_of(type_) == contracts.producer_of(newest)


def test_steps_that_fit_are_found_right(tmp_path: Path) -> None:
    assert wrong_steps(contracts_of(tmp_path, {V1: [], V2: [], V3: ["x"]})) == []


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ({}, f"{V2} has no step"),
        ({**STEPS, V1: STEPS[V2]}, f"{V1} is unknown"),
        ({V2: VersionStep(dict, STEPS[V2].downcast)}, f"{V1} lifted does not fit {V2}"),
        ({V2: VersionStep(STEPS[V2].upcast, dict)}, f"{V2} lowered does not fit {V1}"),
    ],
)
def test_a_step_that_is_missing_or_does_not_fit_is_noticed(
    tmp_path: Path, steps: dict[str, VersionStep], fault: str
) -> None:
    registry = contracts_of(tmp_path, {V1: ["x"], V2: ["x"]})
    assert fault in wrong_steps(ContractRegistry(registry.folder, steps))
