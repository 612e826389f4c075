"""What a bus may do to its users and still keep its word."""

import enum
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
LONGEST_SILENCE = 4


class Loss(enum.Enum):
    """How an acknowledgement may end other than well."""

    BEFORE = "lost before the bus had it"
    AFTER = "lost after the bus had it"
    TAKEN_OVER = "somebody else holds the partition now"


@dataclass
class Mischief:
    """How often a bus in memory misbehaves: each share is a chance from 0 to 1.

    `duplicates` of messages that come once more, at once or after they were
    acknowledged; `delays` of looks at a partition after which it stays silent for
    some more looks, while others flow; `reorders` of batches that are mixed across
    keys, and cut short, never within a key; `unconfirmed` of publishings whose
    confirm is lost after the bus took all, some or none; `cut` of deliveries that are
    lost on their way to whoever hears them, and of acknowledgements that find the
    connection, or the partition, gone.

    One `chance` decides all, so a seed tells the whole story to whoever takes the
    same steps. `done` counts what was done, by name.
    """

    chance: random.Random = field(default_factory=random.Random)
    duplicates: float = 0.0
    delays: float = 0.0
    reorders: float = 0.0
    unconfirmed: float = 0.0
    cut: float = 0.0
    done: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, seed: int) -> "Mischief":
        """Every kind of it, decided by this seed."""
        return cls(random.Random(seed), 0.2, 0.1, 0.5, 0.2, 0.1)

    def _does(self, what: str, share: float) -> bool:
        if share <= 0 or self.chance.random() >= share:
            return False
        self.done[what] += 1
        return True

    def duplicates_at_once(self) -> bool:
        """Whether a message is taken in twice."""
        return self._does("duplicate at once", self.duplicates)

    def duplicates_late(self) -> bool:
        """Whether a message comes again though it was acknowledged."""
        return self._does("late duplicate", self.duplicates)

    def silence(self) -> int:
        """For how many looks a partition stays silent from now on."""
        if not self._does("delay", self.delays):
            return 0
        return self.chance.randint(1, LONGEST_SILENCE)

    def first(self, partitions: Sequence[T]) -> T:
        """Which partition is read next."""
        return self.chance.choice(partitions) if self.reorders else partitions[0]

    def mixed(self, waiting: Sequence[T], key: Callable[[T], str]) -> list[T]:
        """Some of what waits, each key's in its order."""
        if not self._does("reordering", self.reorders):
            return list(waiting)
        by_key: dict[str, list[T]] = {}
        for one in waiting:
            by_key.setdefault(key(one), []).append(one)
        turns = [key(one) for one in waiting]
        self.chance.shuffle(turns)
        turns = turns[: self.chance.randint(1, len(turns))]
        return [by_key[turn].pop(0) for turn in turns]

    def taken(self, count: int) -> int | None:
        """How many messages are taken before the confirm is lost; None if it comes."""
        if not self._does("lost confirm", self.unconfirmed):
            return None
        return self.chance.choice([0, self.chance.randint(0, count), count])

    def loses_delivery(self) -> bool:
        """Whether the connection is lost when messages were just handed to it."""
        return self._does("lost delivery", self.cut)

    def loss(self) -> Loss | None:
        """How this acknowledgement is lost, if it is."""
        if not self._does("lost acknowledgement", self.cut):
            return None
        return self.chance.choice(list(Loss))
