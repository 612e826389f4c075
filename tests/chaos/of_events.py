"""Events that come too often, too many, in another order, or as poison."""

import random
from collections.abc import Callable

import msgspec
from chassis.broker.connect import open_transport
from chassis.broker.port import Message

from tests.chaos.load import FLOOD, Demand, running_load
from tests.chaos.mischief import Mischief
from tests.chaos.pair import PROGRESSED
from tests.chaos.scene import Broken, Scene
from tests.chaos.stage import RELAY
from tests.platform.running import until

TIMES, BRANCH_KEYS = 7, 5
SAMPLE = 50
LAST_TRY_SECONDS = 900
GARBAGE = (
    b"not an event",
    b"\xff\xfe\x00",
    b'{"specversion": "1.0"}',
    b"[" * 10_000,
)


def doubled_and_shuffled(scene: Scene) -> None:
    """Every event twice, each tenth five times, in random orders across keys."""
    scene.burden(RELAY, Mischief(doubles=True, shuffles=True))
    scene.await_heard(50 * scene.rounds)
    scene.burden(RELAY, Mischief())


def said_again_late(scene: Scene) -> None:
    """What was said before comes again in random orders, also within a key."""
    scene.await_heard(100)
    publisher = open_transport(scene.stage.bus_url).open_publisher()
    for _ in range(scene.rounds):
        said = scene.stage.sample_of_archive(scene.prefix, SAMPLE)
        random.shuffle(said)
        publisher.publish(
            [
                Message(e["type"], e["partitionkey"], msgspec.json.encode(e))
                for e in said
            ]
        )
    publisher.close()


def flooded(scene: Scene) -> None:
    """One branch asks for seven times as much as all others together."""
    demand = scene.load.demand
    flood = Demand(f"{scene.prefix}.{FLOOD}", demand.rate * TIMES, BRANCH_KEYS)
    with running_load(scene.load.url, flood, scene.load.ledger):
        scene.load.stop.wait(3 * scene.rounds)


def garbage(scene: Scene) -> None:
    """Garbage among healthy events is put aside, each piece once, and nothing else."""
    stage = scene.stage
    wanted = stage.put_aside() + scene.rounds
    publisher = open_transport(stage.bus_url).open_publisher()
    for turn in range(scene.rounds):
        scene.await_heard(10)
        key = f"{scene.prefix}.{random.randrange(scene.load.demand.keys)}"
        body = GARBAGE[turn % len(GARBAGE)] + str(turn).encode()
        publisher.publish([Message(PROGRESSED, key, body)] * 2)
    publisher.close()
    until(lambda: stage.put_aside() >= wanted, 30)
    if stage.put_aside() != wanted:
        raise Broken("something else was put aside")


def poisoned(scene: Scene) -> None:
    """One key's events cannot be handled for a while; no other key waits for it."""
    key = f"{scene.prefix}.0"
    for _ in range(scene.rounds):
        scene.stage.refuse(key)
        until(lambda: scene.stage.held(key) > 0, 60)
        before = len(scene.stage.heard(scene.prefix).get(key, ()))
        scene.await_heard(50)
        if len(scene.stage.heard(scene.prefix).get(key, ())) != before:
            raise Broken("an event behind a poisoned one was handled")
        scene.stage.refuse()


def parked_at_last(sign: str = "") -> Callable[[Scene], None]:
    """Poison until the last try is over; mended and replayed, all is heard in order.

    With the sign `!` the poison kills whoever handles it.
    """

    def act(scene: Scene) -> None:
        key = f"{scene.prefix}.0"
        scene.await_heard(50)
        scene.stage.refuse(f"{key}{sign}")
        until(lambda: scene.stage.parked(scene.prefix), LAST_TRY_SECONDS)
        scene.stage.refuse()
        if scene.stage.parked(scene.prefix) != 1 or scene.stage.replay(key) != 1:
            raise Broken("another key was parked too")

    return act
