"""One event in several versions: each is a type; a newer one waits for an upgrade."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from chassis.events.envelope import Envelope, Refused, to_bytes
from chassis.inbox.handler_table import HandlerTable, Unhandled

import contracts
from tests.price_contracts import V1, V2, contracts_of, price


class Ear:
    """Writes down what its handler was given."""

    def __init__(self) -> None:
        self.heard: list[Envelope] = []

    def handle(self, events: Sequence[Envelope]) -> None:
        self.heard += events


@pytest.fixture
def ear() -> Ear:
    return Ear()


def test_each_version_is_handled_by_its_own_handler(tmp_path: Path, ear: Ear) -> None:
    other, registry = Ear(), contracts_of(tmp_path, {V1: ["ear"], V2: ["ear"]})
    table = HandlerTable({V2: ear.handle, V1: other.handle}, registry)
    assert table.consumed_types == [V1, V2]
    older, newer = price(V1, {"yuan": 3}), price(V2, {"fen": 310}, version=2)
    for event in (older, newer):
        assert table.read_event(to_bytes(event)) == event
        table.handle_events([event])
    assert (other.heard, ear.heard) == ([older], [newer])


def test_every_version_is_checked_by_its_own_contract_when_it_comes_in(
    tmp_path: Path, ear: Ear
) -> None:
    registry = contracts_of(tmp_path, {V1: ["ear"], V2: ["ear"]})
    table = HandlerTable({V2: ear.handle}, registry)
    with pytest.raises(Refused, match="yuan"):
        table.read_event(to_bytes(price(V1, {"fen": 300})))


def test_a_version_newer_than_any_known_is_read_but_not_handled_and_the_reason_told(
    tmp_path: Path, ear: Ear
) -> None:
    table = HandlerTable({V1: ear.handle}, contracts_of(tmp_path, {V1: ["ear"]}))
    event = price(V2, {"fen": 300})
    assert table.read_event(to_bytes(event)) == event
    with pytest.raises(Unhandled, match=rf"{V2} is newer than {V1}.*: upgrade"):
        table.handle_events([event])
    assert ear.heard == []


@pytest.mark.parametrize(
    "type_", ["market.price.kept.v1", "market.price.set", "market.price.set.v0", ""]
)
def test_an_event_nobody_has_a_contract_of_is_refused(
    tmp_path: Path, ear: Ear, type_: str
) -> None:
    table = HandlerTable({V1: ear.handle}, contracts_of(tmp_path, {V1: ["ear"]}))
    with pytest.raises(Refused, match="unknown event type or version"):
        table.read_event(to_bytes(price(type_, {"yuan": 3})))


def test_a_known_type_without_a_handler_is_not_handled(
    tmp_path: Path, ear: Ear
) -> None:
    registry = contracts_of(tmp_path, {V1: ["ear"], V2: ["other"]})
    with pytest.raises(Unhandled, match=f"{V2} has no handler here"):
        HandlerTable({V1: ear.handle}, registry).handle_events(
            [price(V2, {"fen": 300})]
        )


def test_a_service_handles_every_version_it_is_named_in(tmp_path: Path) -> None:
    registry = contracts_of(tmp_path, {V1: ["a", "b"], V2: ["b", "c"]})
    assert registry.consumed_by("a") == {V1}
    assert registry.consumed_by("b") == {V1, V2}
    assert registry.consumed_by("c") == {V2}
    assert registry.consumed_by("d") == set()


def test_all_versions_of_an_event_are_published_by_one_service() -> None:
    for type_ in contracts.all_types():
        newest = contracts.REGISTRY.newest_version(type_)
        assert newest is not None
        assert contracts.producer_of(type_) == contracts.producer_of(newest)
