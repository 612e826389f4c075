"""Rebuilds: a read model made anew, beside live traffic, from its producer's snapshots.

Three stretches, each page by page, so that a rebuild can be stopped and gone on with:
every row is marked stale; the producer's snapshots fill the model and take the marks
away; a row that still bears one was told by nobody, and goes. A page is pulled when the
one before it is in, so a rebuild never crowds out live events.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import mongoengine as me
import msgspec

import contracts
from chassis.events.envelope import Envelope, Refused
from chassis.events.page import EventPage, Producer
from chassis.http.problem import Problem
from chassis.inbox.retry_policy import USUAL
from chassis.inbox.versions import Unhandled, Versions
from chassis.projections.projection import SUM_OF, Copies, Told, sum_of
from chassis.projections.runs import Run, Runs, State
from chassis.storage.collections import Tables
from chassis.telemetry.logs import logger

AT_ONCE = 500
"""Rows of a page: as many as one bulk write holds comfortably."""
CLAIM_SECONDS = 30.0
"""Longer than a page takes with the client's deadline of 10 s."""
MOST_TRIES = 40
"""So often in a row a producer may be away: about three hours of growing pauses."""
PASSING = {401, 408, 429}
"""Statuses below 500 that mend themselves: clocks that differ, slowness, a rush."""
UNFIT = (
    Refused, Unhandled, LookupError, TypeError, ValueError,
    msgspec.ValidationError, me.ValidationError,
)  # fmt: skip
"""What reading an event as a row raises when it cannot be read so."""
LONGEST_WHY = 300
Row = dict[str, Any]


class NoSuchModel(LookupError):
    """The service has no read model of this name."""


@dataclass(frozen=True)
class ReadModel:
    """Rows that repeat what one producer said: event type → how a row is read."""

    name: str
    rows: Copies[Any]
    reads: Mapping[str, Callable[[Envelope], Told[Any]]]

    @property
    def producer(self) -> str:
        """The one service by whose events the rows are made."""
        [producer] = {contracts.sayer(type_) for type_ in self.reads}
        return producer

    def fill(self, run: str, events: Sequence[Envelope]) -> None:
        """Keep what these events of one type say."""
        read = self.reads[events[0].type]
        self.rows.put([read(event) for event in events], run)


class Rebuilding:
    """The read models of one service, and how far the rebuild of each is."""

    def __init__(
        self, service: str, tables: Tables, producers: Mapping[str, Producer]
    ) -> None:
        self.service, self.producers = service, producers
        self.runs = Runs(tables)
        self.models: dict[str, ReadModel] = {}

    def add(self, *models: ReadModel) -> None:
        """These models can be rebuilt."""
        self.models |= {model.name: model for model in models}

    def _model(self, name: str) -> ReadModel:
        if name not in self.models:
            known = ", ".join(sorted(self.models)) or "none"
            raise NoSuchModel(
                f"{self.service} has no read model {name!r}; it has: {known}"
            )
        return self.models[name]

    def start(self, name: str) -> Row:
        """Begin a rebuild, or go on with the one that was stopped. Raises NoSuchModel.

        One that is under way stays as it is.
        """
        self._model(name)
        run = self.runs.get(name)
        if run is not None and run.state == State.STOPPED:
            self.runs.resume(run)
        elif not self.runs.begin(name):
            logger().info("rebuild_is_under_way", model=name)
        return self.progress(name)

    def stop(self, name: str) -> Row:
        """Halt after the page in hand; `start` goes on. Raises NoSuchModel."""
        self._model(name)
        self.runs.stop(name)
        return self.progress(name)

    def progress(self, name: str) -> Row:
        """How far a rebuild is: state, rows before, told of total, removed, checksums.

        Raises NoSuchModel.
        """
        model, run = self._model(name), self.runs.get(name)
        return {
            "model": name,
            "asks": [model.producer],
            "state": run.state if run else "",
            "why": run.why if run else "",
            "before": run.before if run else "",
            "after": run.after if run else "",
            "at": run.at.isoformat(timespec="seconds") if run else "",
            "rows": run.rows if run else 0,
            "removed": run.removed if run else 0,
            "told": run.told if run else 0,
            "total": run.total if run else 0,
        }

    def all_progress(self) -> list[Row]:
        """How far the rebuild of every model is, by name."""
        return [self.progress(name) for name in sorted(self.models)]

    def step(self) -> bool:
        """Do one page of a rebuild that is under way; False if none is due."""
        run = self.runs.claim(sorted(self.models), time.time(), CLAIM_SECONDS)
        if run is None:
            return False
        model = self.models[run.model]
        if run.state == State.MARKING:
            self._mark_page(model, run)
        elif run.state == State.FILLING:
            self._fill_page(model, run)
        else:
            self._sweep_page(model, run)
        return True

    def _mark_page(self, model: ReadModel, run: Run) -> None:
        page = model.rows.page(run.cursor, AT_ONCE)
        if not page:
            self._enter(run, State.FILLING)
            return
        model.rows.make_stale([row["_id"] for row in page], run.run)
        before = _hex(int(run.before, 16) + sum_of(page))
        self._go_on(run, page[-1]["_id"], rows=run.rows + len(page), before=before)

    def _sweep_page(self, model: ReadModel, run: Run) -> None:
        page = model.rows.page(run.cursor, AT_ONCE)
        if not page:
            self._enter(run, State.DONE)
            return
        removed = run.removed + model.rows.remove_stale(page, run.run)
        staying = [row for row in page if row.get("stale") != run.run]
        after = _hex(int(run.after, 16) + sum_of(staying))
        self._go_on(run, page[-1]["_id"], removed=removed, after=after)

    def _fill_page(self, model: ReadModel, run: Run) -> None:
        producer = model.producer
        try:
            page = self.producers[producer].snapshot_page(
                sorted(model.reads), run.cursor
            )
            if page.total == 0 and run.rows:
                self._fail(run, f"{producer} has nothing to tell of {run.rows} rows")
                return
            self._fill(model, run.run, page)
        except Problem as problem:
            self._put_off(run, producer, problem)
            return
        except UNFIT as fault:
            self._fail(run, f"{producer}: {fault}")
            return
        told = run.told + page.passed
        if page.next:
            self._go_on(run, page.next, told=told, total=page.total)
        else:
            self._enter(run, State.SWEEPING, told=told, total=page.total)

    def _fill(self, model: ReadModel, run: str, page: EventPage) -> None:
        """Raises one of UNFIT for an event from which no row can be made."""
        fill = partial(model.fill, run)
        versions = Versions(dict.fromkeys(model.reads, fill))
        by_type: dict[str, list[Envelope]] = {}
        for raw in page.events:
            event = versions.read(bytes(raw))
            if event is not None:
                by_type.setdefault(event.type, []).append(event)
        for events in by_type.values():
            versions.handle(events)

    def _put_off(self, run: Run, producer: str, problem: Problem) -> None:
        """Pull again later from a producer that is away; from one that refuses, no."""
        if problem.status < 500 and problem.status not in PASSING:
            self._fail(run, f"{producer}: {problem.detail}")
            return
        tries = run.tries + 1
        pause = USUAL.pause(tries, 0.0, comes_again=True) or 0.0
        logger().warning("rebuild_waits", model=run.model, reason=problem.detail)
        if tries >= MOST_TRIES:
            self._fail(run, f"{producer} does not answer")
            return
        self.runs.save(run, due=time.time() + pause, tries=tries)

    def _go_on(self, run: Run, cursor: str, **change: Any) -> None:
        self.runs.save(run, cursor=cursor, due=0.0, tries=0, **change)

    def _enter(self, run: Run, state: State, **change: Any) -> None:
        logger().info("rebuild", model=run.model, state=state)
        self.runs.save(run, state=state, cursor="", due=0.0, tries=0, **change)

    def _fail(self, run: Run, why: str) -> None:
        logger().error("rebuild_failed", model=run.model, reason=why[:LONGEST_WHY])
        self.runs.save(run, state=State.FAILED, why=why[:LONGEST_WHY])


def _hex(total: int) -> str:
    return f"{total % SUM_OF:064x}"
