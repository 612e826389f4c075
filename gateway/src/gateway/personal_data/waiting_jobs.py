"""Exports and deletions that wait, and rounds of invitations, for operators."""

from typing import Any

from chassis.clock import utc_now
from chassis.operations.jobs import find_moments, to_status
from chassis.operations.overview import JobStatus
from chassis.storage.collections import Rows

from gateway.identity.invitation_rounds import RUNNING
from gateway.personal_data.deletions import OPEN
from gateway.personal_data.exports import WAITING


def find_jobs(exports: Rows, deletions: Rows, rounds: Rows) -> list[JobStatus]:
    """Those that wait or are worked on; deletions since their day has come, however
    often they were taken up since."""
    due: dict[str, Any] = {"work_due": {"$gte": 0}, "state": {"$in": list(OPEN)}}
    due |= {"due": {"$lte": utc_now()}}
    waiting = {"work_due": {"$gte": 0}, "state": WAITING}
    return [
        to_status("exports", find_moments(exports, waiting, "work_due")),
        to_status("deletions", find_moments(deletions, due, "due")),
        to_status("invitations", find_moments(rounds, {"state": RUNNING}, "began")),
    ]
