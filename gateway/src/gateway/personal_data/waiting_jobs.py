"""Exports and deletions that wait, and rounds of invitations, for operators."""

import time

from chassis.operations.jobs import find_moments, to_status
from chassis.operations.overview import JobStatus
from chassis.storage.collections import Rows

from gateway.identity.invitation_rounds import RUNNING
from gateway.personal_data.deletions import OPEN
from gateway.personal_data.exports import WAITING


def find_jobs(exports: Rows, deletions: Rows, rounds: Rows) -> list[JobStatus]:
    """Those that wait or are worked on; deletions whose day has come."""
    due = {"work_due": {"$lte": time.time()}, "state": {"$in": list(OPEN)}}
    waiting = {"work_due": {"$gte": 0}, "state": WAITING}
    return [
        to_status("exports", find_moments(exports, waiting, "work_due")),
        to_status("deletions", find_moments(deletions, due, "work_due")),
        to_status("invitations", find_moments(rounds, {"state": RUNNING}, "began")),
    ]
