"""The chunks of rosters that wait to be decided, for operators."""

from chassis.operations.jobs import find_moments, to_status
from chassis.operations.overview import JobStatus
from chassis.storage.collections import Rows

from enrollment.store.undecided import UNDECIDED


def find_jobs(chunks: Rows) -> list[JobStatus]:
    """Those of all branches, from when each was received."""
    waiting = find_moments(chunks, {"state": UNDECIDED}, "received")
    return [to_status("chunks", waiting)]
