"""The faults: a name, how it hurts, and that it heals before it returns."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.load import Load
from tests.chaos.stage import RELAY, Stage

UNDER_LOAD_SECONDS = 60


@dataclass(frozen=True)
class Scene:
    """What a fault has in hand: all parts, the running clients, how many rounds."""

    stage: Stage
    load: Load
    rounds: int

    def go_on(self, events: int) -> None:
        """Until so many more writes' events were acknowledged."""
        self.load.await_events(events, UNDER_LOAD_SECONDS)


@dataclass(frozen=True)
class Fault:
    """One entry of the table."""

    name: str
    act: Callable[[Scene], None]
    short_rounds: int = 2
    long_rounds: int = 20
    needs: str = ""


def nothing(scene: Scene) -> None:
    """For comparison."""
    scene.go_on(100)


def relay_killed(scene: Scene) -> None:
    for _ in range(scene.rounds):
        starts = scene.stage.fleet.starts(RELAY)
        scene.go_on(random.randint(1, 100))
        scene.stage.fleet.kill(RELAY)
        scene.stage.fleet.await_start(RELAY, starts)


FAULTS = (
    Fault("nothing", nothing),
    Fault("relay-killed", relay_killed),
)
