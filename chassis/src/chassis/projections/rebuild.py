"""Rebuilds: a read model made anew, beside live traffic, from its producer's snapshots.

Three stretches, each page by page, so that a rebuild can be stopped and gone on with:
every row is marked stale; the producer's snapshots fill the model and take the marks
away; a row that still bears one was filled by nobody, and goes. A page is pulled when
the one before it is in, so a rebuild never crowds out live events.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import mongoengine as me
import msgspec
from pymongo.errors import DuplicateKeyError

import contracts
from chassis.clock import utc_now
from chassis.events.envelope import Envelope, Refused
from chassis.events.page import SNAPSHOTS, EventPage, Pull
from chassis.http.problem import Problem
from chassis.ids import new_id
from chassis.inbox.handler_table import HandlerTable, Unhandled
from chassis.inbox.retry_policy import USUAL
from chassis.projections.projection import SUM_OF, ProjectedRow, Projection, sum_of
from chassis.storage import leases
from chassis.storage.collections import MessagingCollections
from chassis.telemetry.logs import logger

MARKING, FILLING, SWEEPING = "marking", "filling", "sweeping"
STOPPED, DONE, FAILED = "stopped", "done", "failed"
UNDER_WAY = {"state": {"$in": [MARKING, FILLING, SWEEPING]}}
AT_ONCE = 500
"""Rows of a page: as many as one bulk write holds comfortably."""
LEASE_SECONDS = 30.0
"""Longer than a page takes with the client's deadline of 10 s."""
MOST_TRIES = 40
"""So often in a row a producer may be away: about three hours of growing pauses."""
PASSING = {401, 408, 429}
"""Statuses below 500 that mend themselves: clocks that differ, slowness, a rush."""
UNFIT = (
    Refused,
    Unhandled,
    LookupError,
    TypeError,
    ValueError,
    msgspec.ValidationError,
    me.ValidationError,
)
"""What reading an event as a row raises when it cannot be read so."""
LONGEST_WHY = 300


class NoSuchModel(LookupError):
    """The service has no read model of this name."""


@dataclass(frozen=True)
class ReadModel:
    """Rows that repeat the events of one producer: event type → how a row is read."""

    name: str
    rows: Projection[Any]
    reads: Mapping[str, Callable[[Envelope], ProjectedRow[Any]]]

    @property
    def producer(self) -> str:
        """The one service by whose events the rows are made."""
        [producer] = {contracts.producer_of(type_) for type_ in self.reads}
        return producer

    def fill(self, run: str, events: Sequence[Envelope]) -> None:
        """Keep the rows of these events of one type."""
        read = self.reads[events[0].type]
        self.rows.put_rows([read(event) for event in events], run)


class ModelProgress(msgspec.Struct, kw_only=True):
    """How far the rebuild of a model is, without a `state` where it never was rebuilt.

    The counts: rows there were, aggregates that were read, all there are, rows removed;
    then the checksums of the rows before and after.
    """

    model: str
    asks: list[str]
    at: str = ""
    state: str = ""
    why: str = ""
    rows: int = 0
    filled: int = 0
    total: int = 0
    removed: int = 0
    before: str = ""
    after: str = ""


class Run(ModelProgress, kw_only=True):
    """The last rebuild of one model, a job. `cursor` is how far the stretch that
    `state` names came."""

    model: str = msgspec.field(name="_id")
    asks: list[str] = []
    run: str = ""
    stopped_in: str = ""
    work_due: float = 0.0
    work_tries: int = 0
    cursor: str = ""


class Rebuilding:
    """The read models of one service, and how far the rebuild of each is."""

    def __init__(
        self,
        service: str,
        collections: MessagingCollections,
        producers: Mapping[str, Pull],
    ) -> None:
        self.service, self.producers = service, producers
        self.runs, self.wake = collections.rebuilds, collections.rebuild_wake
        self.models: dict[str, ReadModel] = {}

    def add_model(self, *models: ReadModel) -> None:
        """These models can be rebuilt."""
        self.models |= {model.name: model for model in models}

    def _require_model(self, name: str) -> ReadModel:
        if name not in self.models:
            known = ", ".join(sorted(self.models)) or "none"
            known = f"it has: {known}"
            raise NoSuchModel(f"{self.service} has no read model {name!r}; {known}")
        return self.models[name]

    def start_run(self, name: str) -> ModelProgress:
        """Begin a rebuild, or go on with the one that was stopped. Raises NoSuchModel.

        One that is under way stays as it is.
        """
        self._require_model(name)
        run = self._last_run(name)
        if run.state == STOPPED:
            self._save_run(run, state=run.stopped_in, work_due=0.0, work_tries=0)
        else:
            self._create_run(name)
        self.wake.set()
        return self.get_progress(name)

    def _create_run(self, name: str) -> None:
        now = utc_now().isoformat(timespec="seconds")
        zero, id_ = _to_hex(0), f"{name}.{new_id()}"
        run = Run(model=name, run=id_, at=now, state=MARKING, before=zero, after=zero)
        ended = {"_id": name, "state": {"$in": [DONE, FAILED]}}
        try:
            self.runs.replace_one(ended, msgspec.to_builtins(run), upsert=True)
        except DuplicateKeyError:
            logger().info("rebuild_is_under_way", model=name)

    def stop_run(self, name: str) -> ModelProgress:
        """Halt after the page in hand; `start` goes on. Raises NoSuchModel."""
        self._require_model(name)
        for state in (MARKING, FILLING, SWEEPING):
            self.runs.update_one(
                {"_id": name, "state": state},
                {"$set": {"state": STOPPED, "stopped_in": state}},
            )
        return self.get_progress(name)

    def get_progress(self, name: str) -> ModelProgress:
        """How far a rebuild is. Raises NoSuchModel."""
        progress = msgspec.structs.asdict(self._last_run(name))
        asked = {"asks": [self._require_model(name).producer]}
        return msgspec.convert(progress | asked, ModelProgress)

    def all_progress(self) -> list[ModelProgress]:
        """How far the rebuild of every model is, by name."""
        return [self.get_progress(name) for name in sorted(self.models)]

    def _last_run(self, name: str) -> Run:
        return msgspec.convert(self.runs.find_one({"_id": name}) or {"_id": name}, Run)

    def rebuild_page(self) -> bool:
        """Do one page of a rebuild that is under way; False if none is due."""
        among = {"_id": {"$in": sorted(self.models)}, **UNDER_WAY}
        row = leases.claim_document(self.runs, among, LEASE_SECONDS)
        run = msgspec.convert(row, Run | None)
        if run is None:
            return False
        work = {
            MARKING: self._mark_page,
            FILLING: self._fill_page,
            SWEEPING: self._sweep_page,
        }
        work[run.state](self.models[run.model], run)
        return True

    def _mark_page(self, model: ReadModel, run: Run) -> None:
        page = model.rows.find_page(run.cursor, AT_ONCE)
        if not page:
            self._enter_state(run, FILLING)
            return
        model.rows.mark_rows([row["_id"] for row in page], run.run)
        before = _to_hex(int(run.before, 16) + sum_of(page))
        self._go_on(run, page[-1]["_id"], rows=run.rows + len(page), before=before)

    def _sweep_page(self, model: ReadModel, run: Run) -> None:
        page = model.rows.find_page(run.cursor, AT_ONCE)
        if not page:
            self._enter_state(run, DONE)
            return
        removed = run.removed + model.rows.remove_unmet(page, run.run)
        staying = [row for row in page if row.get("awaits_rebuild") != run.run]
        after = _to_hex(int(run.after, 16) + sum_of(staying))
        self._go_on(run, page[-1]["_id"], removed=removed, after=after)

    def _fill_page(self, model: ReadModel, run: Run) -> None:
        producer = model.producer
        try:
            pull = self.producers[producer]
            page = pull(SNAPSHOTS, sorted(model.reads), run.cursor, "")
            if page.total == 0 and run.rows:
                self._fail_run(run, f"{producer} has nothing of {run.rows} rows")
                return
            self._fill_rows(model, run.run, page)
        except Problem as problem:
            self._put_off(run, producer, problem)
            return
        except UNFIT as fault:
            self._fail_run(run, f"{producer}: {fault}")
            return
        counts = {"filled": run.filled + page.passed, "total": page.total}
        if page.next:
            self._go_on(run, page.next, **counts)
        else:
            self._enter_state(run, SWEEPING, **counts)

    def _fill_rows(self, model: ReadModel, run: str, page: EventPage) -> None:
        """Raises one of UNFIT for an event from which no row can be made."""
        fill = partial(model.fill, run)
        handlers = HandlerTable(dict.fromkeys(model.reads, fill))
        by_type: dict[str, list[Envelope]] = {}
        for raw in page.events:
            event = handlers.read_event(bytes(raw))
            by_type.setdefault(event.type, []).append(event)
        for events in by_type.values():
            handlers.handle_events(events)

    def _put_off(self, run: Run, producer: str, problem: Problem) -> None:
        """Pull again later from a producer that is away; from one that refuses, no."""
        if problem.status < 500 and problem.status not in PASSING:
            self._fail_run(run, f"{producer}: {problem.detail}")
            return
        if run.work_tries >= MOST_TRIES:
            self._fail_run(run, f"{producer} does not answer")
            return
        logger().warning("rebuild_waits", model=run.model, reason=problem.detail)
        pause = USUAL.pause_seconds(run.work_tries, 0.0, comes_again=True) or 0.0
        self._save_run(run, work_due=time.time() + pause)

    def _go_on(self, run: Run, cursor: str, **change: Any) -> None:
        self._save_run(run, cursor=cursor, work_due=0.0, work_tries=0, **change)

    def _enter_state(self, run: Run, state: str, **change: Any) -> None:
        logger().info("rebuild", model=run.model, state=state)
        self._go_on(run, "", state=state, **change)

    def _fail_run(self, run: Run, why: str) -> None:
        logger().error("rebuild_failed", model=run.model, reason=why[:LONGEST_WHY])
        self._save_run(run, state=FAILED, why=why[:LONGEST_WHY])

    def _save_run(self, run: Run, **change: Any) -> None:
        """Write what a page changed, only where it began: whoever did that page too
        has saved the same, and who stopped it meanwhile is obeyed."""
        there = {"_id": run.model, "run": run.run, "cursor": run.cursor}
        self.runs.update_one({**there, "state": run.state}, {"$set": change})


def _to_hex(total: int) -> str:
    return f"{total % SUM_OF:064x}"
