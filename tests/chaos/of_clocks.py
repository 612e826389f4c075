"""Clocks that jump, each process by its own."""

from tests.chaos.load import Demand, running_load
from tests.chaos.scene import UNDER_LOAD_SECONDS, Scene
from tests.chaos.stage import RELAY, WORKERS, WRITER
from tests.parts.clock import FalseClock

HOUR, KEYS = 3600, 5
ALL = (*WORKERS, RELAY, WRITER)
"""The writer last: a relay that goes ahead after it would say what waits for later."""


def clocks_jump(scene: Scene) -> None:
    """Each goes an hour ahead, an hour behind, and is put right, while all run."""
    scene.await_heard(10)
    for turn in range(scene.rounds):
        for name in ALL:
            for seconds in (HOUR, -HOUR):
                clock = scene.stage.clocks[name]
                _jump(scene, clock, seconds, f"{turn}.{name}.{seconds}")


def _jump(scene: Scene, clock: FalseClock, seconds: int, keys: str) -> None:
    """With keys that nobody writes again once the clock is right."""
    demand = Demand(f"{scene.prefix}.{keys}", scene.load.demand.rate, KEYS)
    clock.jump(seconds)
    with running_load(scene.load.url, demand, scene.load.ledger) as load:
        load.await_events(20, UNDER_LOAD_SECONDS)
    clock.jump(0)
