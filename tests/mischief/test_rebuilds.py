"""A rebuild ends the same on a bus that repeats, delays and loses what it confirms."""

import pytest

from tests.doubles.fault_injection import Mischief
from tests.doubles.memory_bus import InMemoryTransport
from tests.engines import Kept
from tests.messaging.loops import running
from tests.messaging.rebuilt import CLASSES, Catalog, Notify, both
from tests.platform.running import until


@pytest.mark.parametrize("seed", range(3))
def test_a_rebuild_goes_through_trouble(kept: Kept, seed: int) -> None:
    bus = InMemoryTransport()
    bus.mischief = Mischief.of(seed)
    catalog, notify = Catalog(kept, bus), Notify(kept, bus)
    catalog.open(CLASSES)
    notify.fill(catalog.classes)
    whole = notify.named()
    notify.titles.collection.delete_many({"_id": {"$gt": "c100"}})
    with running(*both(catalog, notify)):
        notify.rebuilding.start("titles")
        until(lambda: notify.state() == "done", 60)
    assert notify.named() == whole
    assert notify.rebuilding.progress("titles")["told"] == CLASSES
