"""Letting a college go on step by step, in an order that a seed decides."""

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from chassis.broker.topology import count_waiting
from chassis.inbox.retry_row import PARKED
from chassis.service.process import Loop
from enrollment.events.roster_consumer import QUEUE

from tests.mischief.college import College

T = TypeVar("T")
WORK = (
    "checking", "transcoding", "deciding", "deciding-small", "mailing", "mailing-sms",
    "making-up", "emptying-cancelled",
)  # fmt: skip
MOST_STEPS = 5_000


class OneRound(threading.Event):
    """Tells a loop to stop once it went round, and never lets it wait."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def is_set(self) -> bool:
        self.asked += 1
        return self.asked > 1

    def wait(self, timeout: float | None = None) -> bool:
        return True


class Going:
    """What a real day's threads do, one round of one loop at a time."""

    def __init__(self, college: College, chance: random.Random) -> None:
        self.college, self.chance = college, chance

    def a_few_steps(self) -> None:
        """Some of what is due, or some work; not all."""
        for _ in range(self.chance.randint(0, 8)):
            loops = self._due() or self._work()
            self.chance.choice(loops)(OneRound())

    def settle(self) -> None:
        """Until nothing is left to do."""
        for _ in range(MOST_STEPS):
            if not self._step():
                return
        raise AssertionError("never quiet")

    def until(self, is_so: Callable[[], T]) -> T:
        """Go on until this is true; what it answers."""
        for _ in range(MOST_STEPS):
            if found := is_so():
                return found
            went_on = [self._step() for _ in range(5)]
            assert any(went_on) or is_so(), f"all quiet, and not {is_so.__qualname__}"
        raise AssertionError(f"never {is_so.__qualname__}")

    def hear_all(self) -> None:
        """Until everybody has heard what was said; nobody says more meanwhile."""
        while due := self._hearing():
            self.chance.choice(due)(OneRound())

    def try_held(self) -> None:
        """Until nothing is held any more."""
        while self._try_held():
            pass

    def _step(self) -> bool:
        """One round of one loop; when none is due, let time pass. False: all quiet."""
        if due := self._due():
            self.chance.choice(due)(OneRound())
            return True
        return self._let_time_pass()

    def _due(self) -> list[Loop]:
        """The loops that have something to relay, to hear or to take in."""
        services = self.college.services
        due = self._hearing()
        due += [s.relay.run for s in services.values() if s.relay.wake.is_set()]
        if self._waits(QUEUE):
            due.append(services["enrollment"].workers["rosters"])
        return due

    def _hearing(self) -> list[Loop]:
        services = self.college.services.items()
        return [one.consumer.run for name, one in services if self._waits(name)]

    def _waits(self, queue: str) -> bool:
        return count_waiting(self.college.bus.find_queues(queue)) > 0

    def _work(self) -> list[Loop]:
        services = self.college.services.values()
        return [
            loop
            for service in services
            for name, loop in service.workers.items()
            if name in WORK
        ]

    def _let_time_pass(self) -> bool:
        """Workers and relays look, held sequences fall due; whether that did much."""
        for loop in self._work():
            loop(OneRound())
        for service in self.college.services.values():
            for collection in service.relay.outboxes:
                put_off = {"out_due": {"$gt": time.time()}}
                collection.update_many(put_off, {"$set": {"out_due": 0.0}})
            service.relay.wake.set()
            service.relay.run(OneRound())
        return self._make_up_some() or self._try_held() or bool(self._due())

    def make_up(self) -> None:
        """Until all that was watched before its course is made up."""
        while self._make_up_some():
            pass

    def _make_up_some(self) -> bool:
        """Let what waits fall due and make up for some seats; False if nothing does."""
        rows = self.college.databases["learning"]["makeups"]
        waits = {"work_due": {"$ne": None}}
        if not rows.update_many(waits, {"$set": {"work_due": 0.0}}).matched_count:
            return False
        self.college.services["learning"].workers["making-up"](OneRound())
        return True

    def _try_held(self) -> bool:
        """Let every held sequence fall due and try it; False if there is none."""
        held = False
        for name, service in self.college.services.items():
            rows = service.consumer.collections.retry_queue
            found = list(rows.find({}))
            parked = [row for row in found if row["state"] == PARKED]
            assert not parked, f"{name} parked {parked}"
            if found:
                rows.update_many({}, {"$set": {"due": 0.0}})
                service.consumer.retry_due()
                held = True
        return held
