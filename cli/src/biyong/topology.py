"""`biyong events topology`: every service's queues, what waits and what fails."""

import datetime

from chassis.broker.port import FACTS, PARKED, WAKE
from chassis.operations.queue_status import answers, kind_of, unheard
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
        branch = drawing.add(_line(name, found.get(name)))
        faults += _draw_queues(branch, found.get(name, []))
        for outbox in unsaid.get(name, []):
            branch.add(f"[red]{escape(_waits(outbox))}")
        for work in failing.get(name, []):
            branch.add(f"[red]{escape(_fails(work))}")
    show_all(drawing)
    if faults:
        raise ended("restart those services: they make what is missing", EXIT_FOUND)


def _line(name: str, queues: list[Row] | None) -> str:
    if queues is None:
        return f"{name}: its queues could not be looked at"
    hearing = [queue["waiting"] for queue in queues if kind_of(queue) == FACTS]
    aside = sum(queue["waiting"] for queue in queues if kind_of(queue) == PARKED)
    return (
        f"{name}: {len(hearing)} queues, {sum(hearing)} waiting, "
        f"{aside} put aside by the bus"
    )


def _draw_queues(branch: Tree, queues: list[Row]) -> int:
    """What is to be said of single queues; how many are or hear not as they should."""
    faults = 0
    for queue in queues:
        if kind_of(queue) == WAKE and queue["there"]:
            branch.add(f"{queue['name']} {_relays(queue['consumers'])}")
        if not answers(queue):
            branch.add(f"[red]{queue['name']} does not answer: is its node cut off?")
            continue
        lacks = [] if queue["there"] else ["is not there"]
        lacks += [f"does not hear {type_}" for type_ in queue["unbound"]]
        faults += len(lacks)
        for line in lacks:
            branch.add(f"[red]{queue['name']} {line}")
    for queue_name in unheard(queues):
        branch.add(f"[red]{queue_name} is heard by nobody: perhaps it is dead")
    return faults


def _relays(consumers: int) -> str:
    """What a wake queue is worth now."""
    if consumers:
        return "wakes the relay"
    return "nobody hears it; a relay in the same process needs none, others look alone"


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
