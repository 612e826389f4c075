"""Processes that die: anywhere, and at the four worst places."""

from collections.abc import Callable, Sequence
from functools import partial

from tests.chaos.mischief import Mischief
from tests.chaos.scene import Scene
from tests.chaos.stage import RELAY, WORKERS, WRITER
from tests.platform.running import until

UNHARMED = Mischief()


def nothing(scene: Scene) -> None:
    """For comparison."""
    scene.await_heard(50)


def writer_killed(scene: Scene) -> None:
    for _ in range(scene.rounds):
        scene.await_writes(20)
        scene.go_on(0.3)
        scene.kill(WRITER)


def relay_killed(scene: Scene) -> None:
    for _ in range(scene.rounds):
        scene.await_said(1)
        scene.go_on(0.3)
        scene.kill(RELAY)


def workers_killed(scene: Scene) -> None:
    for _ in range(scene.rounds):
        for name in WORKERS:
            scene.await_heard(1)
            scene.go_on(0.3)
            scene.kill(name)


def relay_dies(mischief: Mischief) -> Callable[[Scene], None]:
    """The relay ends itself at a chosen call, as often as there are rounds."""
    return partial(_die, names=[RELAY], mischief=mischief)


def workers_die(mischief: Mischief) -> Callable[[Scene], None]:
    """A worker does, whichever has the queues."""
    return partial(_die, names=WORKERS, mischief=mischief)


def _die(scene: Scene, names: Sequence[str], mischief: Mischief) -> None:
    fleet = scene.stage.fleet
    scene.await_heard(1)
    for name in names:
        scene.burden(name, mischief)
    wanted = sum(map(fleet.kills, names)) + scene.rounds
    until(lambda: sum(map(fleet.kills, names)) >= wanted, 60 * scene.rounds)
    for name in names:
        scene.burden(name, UNHARMED)
