"""Names on the bus: the same for ever, and never two for one."""

import pytest
from chassis.broker import topology
from hypothesis import given
from hypothesis import strategies as st

PARTITIONS = range(topology.PARTITIONS)


@given(st.text())
def test_every_key_has_one_partition_of_sixteen(key: str) -> None:
    assert topology.partition_of(key) in PARTITIONS
    assert topology.partition_of(key) == topology.partition_of(key)


@pytest.mark.parametrize(
    ("key", "partition"), [("", 0), ("a", 3), ("cls7h2k.pq81m.1", 4), ("北京", 1)]
)
def test_a_keys_partition_never_changes(key: str, partition: int) -> None:
    """These numbers are kept: another one would break the order of what is queued."""
    assert topology.partition_of(key) == partition


def test_keys_spread_over_all_partitions() -> None:
    found = [topology.partition_of(f"c1.p{at}.1") for at in range(3200)]
    counts = [found.count(partition) for partition in PARTITIONS]
    assert min(counts) > 100
    assert max(counts) < 400


def test_the_routing_key_ends_with_the_partition() -> None:
    key = topology.routing_key("enrollment.seat.taken.v1", 7)
    assert key == "enrollment.seat.taken.v1.p07"


def test_no_two_queues_have_one_name() -> None:
    services = ("catalog", "enrollment", "media", "learning", "notify", "gateway")
    names = [topology.queue_name(s, p) for s in services for p in PARTITIONS]
    names += [topology.parked_queue(s) for s in services]
    names += [topology.wake_queue(s) for s in services]
    names += [topology.receipts_queue(s) for s in services]
    assert len(names) == len(set(names))


def test_a_branch_finds_its_receipts_under_its_own_name() -> None:
    assert topology.receipts_queue("dc").startswith("branch.dc.")


def test_what_must_outlive_every_release_is_named_as_ever() -> None:
    assert topology.PARTITIONS == 16
    assert topology.EXCHANGE == "biyong.events"
    assert topology.queue_name("media", 3) == "media.p03"
    assert topology.DELIVERY_LIMIT >= 2
