"""What a fault has in hand, and how a fault is entered in the table."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from pymongo.errors import PyMongoError

from tests.chaos.judging import Heard
from tests.chaos.load import Load
from tests.chaos.mischief import Mischief
from tests.chaos.stage import ONE_NODE, Ground, Stage
from tests.platform.running import until

UNDER_LOAD_SECONDS, LOOK_SECONDS = 90, 0.25


class Broken(Exception):
    """A promise that the ledger cannot see was broken; says which."""


@dataclass(frozen=True)
class Scene:
    """All parts, the running clients, and how often to hurt."""

    stage: Stage
    load: Load
    rounds: int
    receipts: dict[str, list[Heard]] = field(default_factory=dict)
    """What branches were told of their rosters, by chunk."""

    @property
    def prefix(self) -> str:
        """What all keys of this fault begin with."""
        return self.load.demand.prefix

    def go_on(self, seconds: float) -> None:
        """Let the load run for about so long, wherever that ends."""
        self.load.stop.wait(seconds * random.uniform(0.5, 1.5))

    def await_writes(self, events: int) -> None:
        """Until so many more events were acknowledged."""
        self.load.await_events(events, UNDER_LOAD_SECONDS)

    def await_said(self, events: int) -> None:
        """Until the relay has said so many more."""
        self._await_more(self.stage.archived, events)

    def await_heard(self, events: int) -> None:
        """Until the workers have had so many more effects."""
        stage, prefix = self.stage, self.prefix
        self._await_more(lambda: sum(map(len, stage.heard(prefix).values())), events)

    def _await_more(self, count: Callable[[], int], events: int) -> None:
        (before,) = until(lambda: _answered(count), UNDER_LOAD_SECONDS)
        wanted = (before + events,)
        until(
            lambda: _answered(count) >= wanted, UNDER_LOAD_SECONDS, every=LOOK_SECONDS
        )

    def kill(self, name: str) -> None:
        """kill -9 one process; back when it has been started again."""
        starts = self.stage.fleet.starts(name)
        self.stage.fleet.kill(name)
        self.stage.fleet.await_start(name, starts)

    def burden(self, name: str, mischief: Mischief) -> None:
        """Start one process again with this mischief in it."""
        asked = msgspec.json.encode(mischief).decode()
        self.start_again(name, {"MISCHIEF": asked})

    def start_again(self, name: str, environ: Mapping[str, str]) -> None:
        """kill -9 one process; it comes back with this added to its environment."""
        starts = self.stage.fleet.starts(name)
        self.stage.fleet.replace(name, environ)
        self.stage.fleet.await_start(name, starts)


def _answered(count: Callable[[], int]) -> tuple[int, ...]:
    """What it counts; nothing while the store is away or just coming back."""
    try:
        return (count(),)
    except PyMongoError:
        return ()


@dataclass(frozen=True)
class Bars:
    """What must hold beside the ledger, in seconds; none where it is not asked.

    `in_order`: each key's events in their order, which only a loss of queues excuses.
    """

    write_p99: float = float("inf")
    fresh_p99: float = float("inf")
    fresh_all: float = float("inf")
    drain: float = float("inf")
    reads_all_answered: bool = False
    in_order: bool = True


@dataclass(frozen=True)
class Fault:
    """One entry of the table. A form with no rounds leaves it out.

    `needs` names what must be built first: until then it runs only when asked for by
    name. `apart`: each node of its cluster must have a machine of its own.
    """

    name: str
    act: Callable[[Scene], None]
    short_rounds: int = 1
    long_rounds: int = 20
    bars: Bars = field(default_factory=Bars)
    rate: float = 0
    needs: str = ""
    ground: Ground = ONE_NODE
    apart: bool = False
