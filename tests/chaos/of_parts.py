"""Broker, store and the wires to them: away, full, frozen, slow, cut."""

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from tests.chaos.scene import UNDER_LOAD_SECONDS, Scene
from tests.chaos.stage import RELAY, WORKERS
from tests.parts.faults import Wire
from tests.platform.running import until

OUTAGE_SECONDS = 3.0
LONG_OUTAGE_SECONDS = 60.0
SLOW_MS = 200
BACKLOG = 50
CONNECTIONS = len((RELAY, *WORKERS))
"""Each of these processes keeps one to the broker."""


def broker_stopped(scene: Scene) -> None:
    for _ in range(scene.rounds):
        scene.await_heard(10)
        scene.stage.broker.stop()
        scene.go_on(OUTAGE_SECONDS)
        scene.stage.broker.start()


def broker_killed(scene: Scene) -> None:
    for _ in range(scene.rounds):
        scene.await_heard(10)
        scene.stage.broker.kill()
        scene.go_on(OUTAGE_SECONDS)
        scene.stage.broker.start()


def broker_away_for_a_minute(scene: Scene) -> None:
    scene.await_heard(10)
    scene.stage.broker.kill()
    scene.load.stop.wait(LONG_OUTAGE_SECONDS)
    scene.stage.broker.start()


def broker_wiped(scene: Scene) -> None:
    """Every other time, from the first on, with events in the queues of who hears."""
    for turn in range(scene.rounds):
        scene.await_heard(10)
        hearers = WORKERS if turn % 2 == 0 else ()
        with _frozen(scene, hearers):
            scene.await_said(BACKLOG if hearers else 0)
            scene.stage.broker.wipe()


@contextmanager
def _frozen(scene: Scene, names: Iterable[str]) -> Iterator[None]:
    for name in names:
        scene.stage.fleet.signal(name, signal.SIGSTOP)
    try:
        yield
    finally:
        for name in names:
            scene.stage.fleet.signal(name, signal.SIGCONT)


def a_node_killed(scene: Scene) -> None:
    """One of three, each in its turn; it comes back while all goes on."""
    nodes = scene.stage.nodes
    for turn in range(scene.rounds):
        scene.await_heard(10)
        node = nodes[turn % len(nodes)]
        node.kill()
        scene.await_heard(10)
        node.start()


def a_node_restarted(scene: Scene) -> None:
    nodes = scene.stage.nodes
    for turn in range(scene.rounds):
        scene.await_heard(10)
        node = nodes[turn % len(nodes)]
        node.stop()
        node.start()


def a_node_frozen(scene: Scene) -> None:
    """To the others it is as one behind a cut wire: open, and silent."""
    nodes = scene.stage.nodes
    for turn in range(scene.rounds):
        scene.await_heard(10)
        node = nodes[turn % len(nodes)]
        node.freeze()
        scene.go_on(4 * OUTAGE_SECONDS)
        node.thaw()


def partitioned(scene: Scene) -> None:
    """A node to which no client is connected is lost to all, each in its turn."""
    for turn in range(scene.rounds):
        _lose(scene, turn, turn + 1)


def partitioned_with_clients(scene: Scene) -> None:
    """The node of all clients is lost to the other two; the clients still reach it."""
    for turn in range(scene.rounds):
        _lose(scene, turn, turn, to_clients=False)


def partitioned_from_clients(scene: Scene) -> None:
    """The node of all clients is lost to all: their connections stay, and are mute."""
    for turn in range(scene.rounds):
        _lose(scene, turn, turn)


def _lose(scene: Scene, place: int, used: int, to_clients: bool = True) -> None:
    """One node while clients use one: events are heard again before it is found.

    Every second time it lasts so long that the nodes take each other for gone.
    """
    cluster = scene.stage.cluster
    assert cluster is not None
    lost, theirs = (cluster.nodes[n % len(cluster.nodes)] for n in (place, used))
    cluster.front.lead_to(theirs)
    until(lambda: cluster.front.joined_to(theirs) >= CONNECTIONS, UNDER_LOAD_SECONDS)
    scene.await_heard(50)
    cluster.front.lead_to_any()
    with cluster.losing(lost, to_clients):
        scene.go_on(OUTAGE_SECONDS * (1, 10)[place % 2])
        scene.await_said(50)
        scene.await_heard(100)


def broker_frozen(scene: Scene) -> None:
    for _ in range(scene.rounds):
        scene.await_heard(10)
        scene.stage.broker.freeze()
        scene.go_on(4 * OUTAGE_SECONDS)
        scene.stage.broker.thaw()


def broker_out_of_disk(scene: Scene) -> None:
    _alarmed(scene, "set_disk_free_limit", "9999GB", "10MB")


def broker_out_of_memory(scene: Scene) -> None:
    _alarmed(scene, "set_vm_memory_high_watermark", "0.00001", "0.6")


def _alarmed(scene: Scene, limit: str, hurt: str, heal: str) -> None:
    for _ in range(scene.rounds):
        scene.await_heard(10)
        scene.stage.broker.control(limit, hurt)
        scene.go_on(OUTAGE_SECONDS)
        scene.stage.broker.control(limit, heal)


def store_killed(scene: Scene) -> None:
    for _ in range(scene.rounds):
        scene.await_heard(10)
        scene.go_on(0.3)
        scene.kill("store")


def store_stopped(scene: Scene) -> None:
    for _ in range(scene.rounds):
        scene.await_heard(10)
        with scene.stage.fleet.without("store"):
            scene.go_on(OUTAGE_SECONDS)


def store_frozen(scene: Scene) -> None:
    for _ in range(scene.rounds):
        scene.await_heard(10)
        scene.stage.fleet.signal("store", signal.SIGSTOP)
        scene.go_on(OUTAGE_SECONDS)
        scene.stage.fleet.signal("store", signal.SIGCONT)


def slow(wire_of: Callable[[Scene], Wire]) -> Callable[[Scene], None]:
    """Every answer on the wire comes late."""

    def act(scene: Scene) -> None:
        wire = wire_of(scene)
        with _spoilt(wire, partial(wire.slow, SLOW_MS)):
            for _ in range(scene.rounds):
                scene.await_heard(20)

    return act


def mute(wire_of: Callable[[Scene], Wire]) -> Callable[[Scene], None]:
    """The wire is open and nothing comes through: a partition, or a hang."""

    def act(scene: Scene) -> None:
        wire = wire_of(scene)
        for _ in range(scene.rounds):
            scene.await_heard(10)
            with _spoilt(wire, wire.mute):
                scene.go_on(4 * OUTAGE_SECONDS)

    return act


def cut(wire_of: Callable[[Scene], Wire]) -> Callable[[Scene], None]:
    """Connections break after some bytes, in either direction."""

    def act(scene: Scene) -> None:
        wire = wire_of(scene)
        for turn in range(scene.rounds):
            scene.await_heard(10)
            stream = ("downstream", "upstream")[turn % 2]
            with _spoilt(wire, partial(wire.cut_after, 20_000, stream)):
                scene.go_on(OUTAGE_SECONDS)

    return act


@contextmanager
def _spoilt(wire: Wire, spoil: Callable[[], None]) -> Iterator[None]:
    spoil()
    try:
        yield
    finally:
        wire.heal()


def bus(scene: Scene) -> Wire:
    """The wire to the broker."""
    return scene.stage.bus_wire


def store(scene: Scene) -> Wire:
    """The wire to the store."""
    return scene.stage.store_wire
