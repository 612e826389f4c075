"""An event is of the service whose type it bears, and of nobody else."""

import msgspec
import pytest
from chassis.events.envelope import can_send, from_bytes

import contracts

TYPES = sorted(contracts.REGISTRY.all_types())


@pytest.mark.parametrize("type_", TYPES)
def test_the_service_of_its_type_may_publish_an_event_and_no_other(type_: str) -> None:
    event = from_bytes(msgspec.json.encode(contracts.example_of(type_)))
    service = type_.partition(".")[0]
    assert can_send(event, service)
    for account in ("", "stranger", f"{service}s", service.upper(), f"{service}."):
        assert not can_send(event, account)
    others = {other.partition(".")[0] for other in TYPES} - {service}
    assert not [other for other in others if can_send(event, other)]
