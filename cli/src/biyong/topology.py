"""`biyong events topology`: every service's queues, what waits and what fails."""

import datetime
from collections.abc import Sequence

from chassis.broker.topology import QueueStatus, sum_queues
from chassis.operations.console import EventConsole
from chassis.operations.failures import FailingWork
from chassis.outbox.backlog import MOST, BacklogStatus
from gateway.clients.services import NAMES
from rich.markup import escape
from rich.tree import Tree

from biyong.faults import Fault
from biyong.operating import EXIT_FOUND, event_operations, show_all

NO_REASON = "its relay gave no reason; perhaps none runs"


def show_topology() -> None:
    """Draw the queues; say what is missing, what waits to be said, what work fails.

    Exit code 1 if anything is missing.
    """
    with event_operations() as operations:
        queues = operations.ask_all(EventConsole.find_queues)
        backlog = operations.ask_all(EventConsole.find_backlog)
        failures = operations.ask_all(EventConsole.find_failures)
    drawing, faults = Tree("biyong.events"), 0
    for service in NAMES:
        waits = [_waits_text(outbox) for outbox in backlog.get(service, [])]
        fails = [_fails_text(work) for work in failures.get(service, [])]
        if service in queues or waits or fails:
            rows = queues.get(service)
            branch = drawing.add(f"{service}: {_sum_texts(rows)}")
            faults += _draw_faults(branch, rows or [])
            for line in waits + fails:
                branch.add(f"[red]{escape(line)}")
    show_all(drawing)
    if faults:
        raise Fault("restart those services: they make what is missing", EXIT_FOUND)


def _sum_texts(queues: Sequence[QueueStatus] | None) -> str:
    if queues is None:
        return "its queues could not be looked at"
    sums = sum_queues(queues)
    many = f"{sums.queues} queues, {sums.waiting} waiting"
    return f"{many}, {sums.aside} put aside by the bus"


def _draw_faults(branch: Tree, queues: Sequence[QueueStatus]) -> int:
    """What single queues are not as they should be; how many things are missing."""
    sums = sum_queues(queues)
    for state, names in (
        ("is missing", sums.missing),
        ("is heard by nobody: perhaps it is dead", sums.dead),
    ):
        for name in names:
            branch.add(f"[red]{name} {state}")
    return len(sums.missing)


def _waits_text(outbox: BacklogStatus) -> str:
    """What waits in an outbox, for how long, and why."""
    age = datetime.timedelta(seconds=round(outbox.seconds))
    many = f"{outbox.documents}{' or more' if outbox.documents >= MOST else ''}"
    return (
        f"{many} of {outbox.outbox} have waited to be said, the oldest for {age}: "
        f"{outbox.why or NO_REASON}"
    )


def _fails_text(work: FailingWork) -> str:
    """What work fails, how often, since when and why; it is tried again by itself."""
    return (
        f"{work.work} has failed {work.times} times since {work.since.isoformat()}, "
        f"last {work.last.isoformat()}: {work.why}"
    )
