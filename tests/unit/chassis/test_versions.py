"""One event in several versions: lifted to the newest, said in all that are heard."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from chassis.events.envelope import Envelope, Refused, to_bytes, to_consumed_versions
from chassis.inbox.handler_table import HandlerTable, Unhandled

from tests.price_contracts import V1, V2, V3, contracts_of, price


class Ear:
    """Writes down what its handler was given."""

    def __init__(self) -> None:
        self.heard: list[Envelope] = []

    def handle(self, events: Sequence[Envelope]) -> None:
        self.heard += events


@pytest.fixture
def ear() -> Ear:
    return Ear()


def test_an_older_version_is_lifted_step_by_step_before_it_is_handled(
    tmp_path: Path, ear: Ear
) -> None:
    registry = contracts_of(tmp_path, {V1: ["ear"], V2: [], V3: ["ear"]})
    versions = HandlerTable({V3: ear.handle}, registry)
    assert versions.consumed_types == [V1, V2, V3]
    for event in (price(V1, {"yuan": 3}), price(V2, {"fen": 310})):
        read = versions.read_event(to_bytes(event))
        assert read == event, "kept and held as it was said"
        versions.handle_events([event])
    versions.handle_events([price(V3, {"fen": 5, "currency": "EUR"})])
    assert [(one.type, one.data) for one in ear.heard] == [
        (V3, {"fen": 300, "currency": "CNY"}),
        (V3, {"fen": 310, "currency": "CNY"}),
        (V3, {"fen": 5, "currency": "EUR"}),
    ]


def test_every_version_is_checked_by_its_own_contract_when_it_comes_in(
    tmp_path: Path, ear: Ear
) -> None:
    registry = contracts_of(tmp_path, {V1: ["ear"], V2: ["ear"]})
    versions = HandlerTable({V2: ear.handle}, registry)
    with pytest.raises(Refused, match="yuan"):
        versions.read_event(to_bytes(price(V1, {"fen": 300})))


def test_what_was_lifted_is_checked_by_the_newest_contract(
    tmp_path: Path, ear: Ear
) -> None:
    registry = contracts_of(tmp_path, {V1: ["ear"], V2: ["ear"]})
    versions = HandlerTable({V2: ear.handle}, registry)
    with pytest.raises(Refused, match=r"price\.set\.v2.*fen.* is not of type"):
        versions.handle_events([price(V1, {"yuan": 0.005})])
    assert ear.heard == []


def test_a_version_newer_than_any_known_is_read_but_not_handled_and_the_reason_told(
    tmp_path: Path, ear: Ear
) -> None:
    versions = HandlerTable({V1: ear.handle}, contracts_of(tmp_path, {V1: ["ear"]}))
    event = price(V2, {"fen": 300})
    assert versions.read_event(to_bytes(event)) == event
    with pytest.raises(Unhandled, match=rf"{V2} is newer than {V1}.*: upgrade"):
        versions.handle_events([event])
    assert ear.heard == []


@pytest.mark.parametrize(
    "type_", ["market.price.kept.v1", "market.price.set", "market.price.set.v0", ""]
)
def test_an_event_nobody_has_a_contract_of_is_refused(
    tmp_path: Path, ear: Ear, type_: str
) -> None:
    versions = HandlerTable({V1: ear.handle}, contracts_of(tmp_path, {V1: ["ear"]}))
    with pytest.raises(Refused, match="unknown event type or version"):
        versions.read_event(to_bytes(price(type_, {"yuan": 3})))


def test_a_known_type_without_a_handler_is_not_handled(
    tmp_path: Path, ear: Ear
) -> None:
    registry = contracts_of(tmp_path, {V1: ["ear"], V2: ["other"]})
    with pytest.raises(Unhandled, match=f"{V2} has no handler here"):
        HandlerTable({V1: ear.handle}, registry).handle_events(
            [price(V2, {"fen": 300})]
        )


def test_an_event_is_said_in_every_version_that_somebody_hears_newest_first(
    tmp_path: Path,
) -> None:
    registry = contracts_of(tmp_path, {V1: ["behind"], V2: [], V3: ["ahead"]})
    event = price(V3, {"fen": 314, "currency": "CNY"})
    said = to_consumed_versions(event, registry)
    assert [(one.type, one.data, one.alsoas) for one in said] == [
        (V3, {"fen": 314, "currency": "CNY"}, V1),
        (V1, {"yuan": 3}, ""),
    ]
    assert {(one.id, one.partitionkey, one.sequence) for one in said} == {
        (event.id, event.partitionkey, event.sequence)
    }


def test_an_event_in_one_version_is_said_as_it_is_and_unheard_not_at_all(
    tmp_path: Path,
) -> None:
    event = price(V1, {"yuan": 3})
    assert to_consumed_versions(event, contracts_of(tmp_path / "a", {V1: ["ear"]})) == [
        event
    ]
    assert to_consumed_versions(event, contracts_of(tmp_path / "b", {V1: []})) == []


def test_a_newer_form_is_left_alone_by_whom_an_older_one_comes_to(
    tmp_path: Path, ear: Ear
) -> None:
    release = contracts_of(tmp_path / "new", {V1: ["ear"], V2: ["ear"], V3: ["x"]})
    newest, middle, oldest = to_consumed_versions(
        price(V3, {"fen": 3, "currency": ""}), release
    )
    first = HandlerTable(
        {V1: ear.handle}, contracts_of(tmp_path / "old", {V1: ["ear"]})
    )
    assert first.read_event(to_bytes(newest)) is None
    assert first.read_event(to_bytes(middle)) is None
    assert first.read_event(to_bytes(oldest)) == oldest
    ahead = HandlerTable({V2: ear.handle}, release)
    assert ahead.read_event(to_bytes(middle)) == middle, (
        "its own version, so it is handled"
    )


def test_a_service_handles_the_newest_version_it_is_named_in(tmp_path: Path) -> None:
    registry = contracts_of(tmp_path, {V1: ["a", "b"], V2: ["b", "c"]})
    assert registry.consumed_by("a") == {V1}
    assert registry.consumed_by("b") == {V2}
    assert registry.consumed_by("c") == {V2}
    assert registry.consumed_by("d") == set()
