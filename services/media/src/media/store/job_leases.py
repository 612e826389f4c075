"""The job lease port over the chassis' leases, and what both kinds of jobs keep."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.storage.leases import Heartbeat, claim_document, renew_document
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of
from pymongo.collection import Collection

from media.domain.errors import NoLecture
from media.domain.job import FULL, NO_ROOM, OBJECTS_AWAY, Job
from media.objects.port import NoObject, Objects, ObjectsUnavailable
from media.usecases.ports import Interrupted, LeaseLost, Stopping

LEASE_SECONDS = 30.0  # half of the minute within which work goes on after a kill
RANK = "work_rank"
Rows = Collection[dict[str, Any]]


@dataclass(frozen=True)
class LeaseTerms:
    """Terms of this process's leases: so many seconds each, until it stops."""

    is_stopping: Callable[[], bool] = lambda: False
    seconds: float = LEASE_SECONDS


ALONE = LeaseTerms()


def work_fields(job: Job, waits: bool, cost: float) -> dict[str, Any]:
    """When it is due, and its place in the line.

    Whoever comes later is ahead by what the work costs less, so that a short one never
    waits for a long one, and a long one only for what came within its own length.
    While it is held, when it is due is the lease's own.
    """
    if waits and job.is_held:
        return {}
    due = job.again_at if waits else None
    return {"work_due": due, RANK: job.since + cost, "work_cost": cost}


class StoredJobLease:
    """A lease on a claimed document: the job lease port."""

    def __init__(
        self,
        rows: Rows,
        claimed: Mapping[str, Any],
        waiting: Mapping[str, Any],
        leasing: LeaseTerms,
    ) -> None:
        self.rows, self.waiting, self.leasing = rows, waiting, leasing
        self.id: str = claimed["_id"]
        self.tries: int = claimed["work_tries"]
        self.heartbeat: Heartbeat | None = None

    @contextmanager
    def renew_often(self, tell: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Renewed until the block ends; `tell` is called now and then meanwhile."""
        with Heartbeat(self._renew_lease, tell, self.leasing.seconds) as self.heartbeat:
            yield

    def ensure_ours(self) -> None:
        """Nothing while the lease is held. Raises LeaseLost, Stopping."""
        if self.leasing.is_stopping():
            raise Stopping
        if self.heartbeat is None or not self.heartbeat.is_ours():
            raise LeaseLost(self.id)

    def ensure_ours_in_store(self) -> None:
        """Ask the store itself. Raises LeaseLost, Stopping."""
        self.ensure_ours()
        if not self._renew_lease():
            raise LeaseLost(self.id)

    def _renew_lease(self) -> bool:
        return renew_document(
            self.rows, self.id, self.tries, self.leasing.seconds, self.waiting
        )


def claim_job(
    rows: Rows, waiting: Mapping[str, Any], leasing: LeaseTerms
) -> StoredJobLease | None:
    """The first in line of those that wait and are due, or None."""
    bare = {name: value for name, value in waiting.items() if name == "state"}
    claimed = claim_document(rows, waiting, leasing.seconds, RANK)
    return StoredJobLease(rows, claimed, bare, leasing) if claimed else None


def get_place_in_line(rows: Rows, id_: str, state: str) -> int:
    """The place in the line: how many of this state are ahead, plus one."""
    row = rows.find_one({"_id": id_}, {RANK: 1}) or {}
    ahead = {"state": state, "work_due": {"$ne": None}, "job.is_held": False}
    return 1 + rows.count_documents(ahead | {RANK: {"$lt": row.get(RANK, 0.0)}})


def fetch_object(
    objects: Objects, key: str, path: Path, check: Callable[[], None]
) -> None:
    """Copy an object to a file, asking `check` between the pieces.

    Raises NoLecture where it is not there, Interrupted, and what `check` raises.
    """
    try:
        with no_fault_of_the_file(), path.open("wb") as file:
            for piece in objects.read_range(key, 0, objects.get_size(key)):
                check()
                file.write(piece)
    except NoObject as error:
        raise NoLecture("parts-gone") from error


@contextmanager
def no_fault_of_the_file() -> Iterator[None]:
    """What disk and object store say, as the ports have it: Interrupted."""
    try:
        yield
    except ObjectsUnavailable as error:
        full = getattr(error.__cause__, "errno", None) in FULL
        logger().warning("objects_away", reason=reason_of(error))
        raise Interrupted(NO_ROOM if full else OBJECTS_AWAY) from error
    except OSError as error:
        if error.errno not in FULL:
            raise
        logger().warning("scratch_full", reason=reason_of(error))
        raise Interrupted(NO_ROOM) from error
