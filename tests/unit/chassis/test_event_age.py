"""How old events are when they are handled, by which workers are scaled."""

from datetime import timedelta
from pathlib import Path

from chassis.clock import utc_now
from chassis.inbox.dispatch import Dispatcher
from chassis.inbox.handler_table import HandlerTable
from chassis.storage.collections import MessagingCollections
from msgspec.structs import replace
from prometheus_client import REGISTRY
from pymongo import MongoClient

from tests.price_contracts import V1, contracts_of, price


def count_younger_than(seconds: str) -> float:
    """How many events were handled no older than this."""
    name = "biyong_event_age_seconds_bucket"
    return REGISTRY.get_sample_value(name, {"le": seconds}) or 0.0


def test_an_events_age_is_shown_once_it_is_handled(tmp_path: Path) -> None:
    registry = contracts_of(tmp_path, {V1: ["ear"]})
    table = HandlerTable({V1: lambda _: None}, registry)
    with MongoClient(connect=False) as nowhere:
        dispatcher = Dispatcher(table, MessagingCollections(nowhere["ear"]))
        before = {s: count_younger_than(s) for s in ("20.0", "60.0")}
        then = (utc_now() - timedelta(seconds=40)).isoformat(timespec="milliseconds")
        old = replace(price(V1, {"yuan": 3}), time=then)
        assert dispatcher.handle_layer([old]) == {}
    assert count_younger_than("60.0") == before["60.0"] + 1
    assert count_younger_than("20.0") == before["20.0"]
