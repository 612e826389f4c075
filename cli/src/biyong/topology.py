"""`biyong events topology`: every service's queues, what waits and what fails."""

import datetime

import msgspec
from chassis.broker.queue_status import (
    EVENTS,
    QueueStatus,
    count_parked,
    count_waiting,
    dead_queues,
)
from chassis.outbox.backlog import MOST
from rich.markup import escape
from rich.tree import Tree

from biyong.operating import (
    EXIT_FOUND,
    SERVICES,
    Row,
    ended,
    everywhere,
    operator,
    show_all,
)

NO_REASON = "its relay gave no reason; perhaps none runs"
NOT_LOOKED_AT = "its queues could not be looked at"


def topology() -> None:
    """Draw the queues; say what is missing, what waits to be said, what work fails.

    Exit code 1 if anything is missing.
    """
    with operator() as door:
        found = dict(everywhere(door, "topology"))
        unsaid = dict(everywhere(door, "unsaid"))
        failing = dict(everywhere(door, "failing"))
    drawing, faults = Tree("biyong.facts"), 0
    for name in SERVICES:
        if not (name in found or unsaid.get(name) or failing.get(name)):
            continue
        rows = found.get(name)
        queues = msgspec.convert(rows or [], list[QueueStatus])
        summary = _sum_up(queues) if rows is not None else NOT_LOOKED_AT
        branch = drawing.add(f"{name}: {summary}")
        faults += _draw_faults(branch, queues)
        for outbox in unsaid.get(name, []):
            branch.add(f"[red]{escape(_waits(outbox))}")
        for work in failing.get(name, []):
            branch.add(f"[red]{escape(_fails(work))}")
    show_all(drawing)
    if faults:
        raise ended("restart those services: they make what is missing", EXIT_FOUND)


def _sum_up(queues: list[QueueStatus]) -> str:
    """A service's queues in a few numbers."""
    count = sum(queue.kind == EVENTS for queue in queues)
    return (
        f"{count} queues, {count_waiting(queues)} waiting, "
        f"{count_parked(queues)} put aside by the bus"
    )


def _draw_faults(branch: Tree, queues: list[QueueStatus]) -> int:
    """What is wrong with single queues; how many are or consume not as they should."""
    faults = [f"{queue.name} is not there" for queue in queues if not queue.there]
    faults += [
        f"{queue.name} does not hear {type_}"
        for queue in queues
        for type_ in queue.unbound
    ]
    dead = [
        f"{name} is heard by nobody: perhaps it is dead" for name in dead_queues(queues)
    ]
    for line in faults + dead:
        branch.add(f"[red]{line}")
    return len(faults)


def _waits(outbox: Row) -> str:
    """What waits in an outbox, for how long, and why."""
    age = datetime.timedelta(seconds=round(outbox["seconds"]))
    many = f"{outbox['documents']}{' or more' if outbox['documents'] >= MOST else ''}"
    return (
        f"{many} of {outbox['outbox']} have waited to be said, the oldest for {age}: "
        f"{outbox['why'] or NO_REASON}"
    )


def _fails(work: Row) -> str:
    """What work fails, how often, since when and why; it is tried again by itself."""
    return (
        f"{work['work']} has failed {work['times']} times since {work['since']}, "
        f"last {work['last']}: {work['why']}"
    )
