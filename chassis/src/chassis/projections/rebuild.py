"""A read model made anew, beside live traffic, by asking its producers to restate.

Three stretches, each page by page, so that it can be stopped and gone on with: every
row is marked stale; the producers' pages fill the model and take the marks away; what
still bears one, nobody has told again, and it goes. A page is asked for when the one
before it is in, so a rebuild never crowds out live events.
"""

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import mongoengine as me
import msgspec
from pymongo.errors import DuplicateKeyError

import contracts
from chassis.broker.port import Transport
from chassis.events.envelope import Envelope, Refused
from chassis.ids import new_id
from chassis.inbox.versions import Unhandled, Versions
from chassis.outbox.resend import plumbing_message, was_said
from chassis.projections.projection import SUM_OF, Copies, Told, sum_of
from chassis.projections.snapshot import STATE_ASKED
from chassis.storage.collections import Tables
from chassis.telemetry.logs import logger

MARKING, FILLING, SWEEPING = "marking", "filling", "sweeping"
STOPPED, DONE, FAILED = "stopped", "done", "failed"
UNDER_WAY = (MARKING, FILLING, SWEEPING)
AT_ONCE = 500
CLAIM_SECONDS, LOOK_SECONDS, AGAIN_SECONDS = 30.0, 1.0, 15.0
MOST_ASKS = 40
"""So often in a row a producer may leave a page unanswered."""
UNFIT = (
    Refused, Unhandled, LookupError, TypeError, ValueError,
    msgspec.ValidationError, me.ValidationError,
)  # fmt: skip
"""What reading an event as a row raises when it cannot be read so."""
Row = dict[str, Any]


class NoSuchModel(LookupError):
    """The service has no read model of this name."""


@dataclass(frozen=True)
class ReadModel:
    """Rows that repeat what others said: event type → how a row is read from it."""

    name: str
    rows: Copies[Any]
    reads: Mapping[str, Callable[[Envelope], Told[Any]]]

    def producers(self) -> dict[str, list[str]]:
        """Who can tell it again, and by which types."""
        found: dict[str, list[str]] = {}
        for type_ in sorted(self.reads):
            found.setdefault(contracts.producer_of(type_), []).append(type_)
        return found

    def fill(self, rebuild: str, events: Sequence[Envelope]) -> None:
        """Keep what these say."""
        read = self.reads[events[0].type]
        self.rows.put([read(event) for event in events], rebuild)


class Rebuilding:
    """The read models of one service, and how far each one's rebuild is."""

    def __init__(
        self,
        service: str,
        tables: Tables,
        transport: Transport,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self.service, self.transport = service, transport
        self.again_seconds = again_seconds
        self.runs = tables.rebuilds
        self.models: dict[str, ReadModel] = {}
        self.waiting: dict[tuple[str, str], tuple[str, float]] = {}

    def add(self, *models: ReadModel) -> None:
        """These can be rebuilt."""
        self.models |= {model.name: model for model in models}

    def _model(self, name: str) -> ReadModel:
        if name not in self.models:
            known = ", ".join(sorted(self.models)) or "none"
            raise NoSuchModel(
                f"{self.service} has no read model {name!r}; it has: {known}"
            )
        return self.models[name]

    # what an operator does

    def start(self, name: str) -> Row:
        """Begin a rebuild, or go on with the one that was stopped. Raises NoSuchModel.

        One that is under way stays as it is.
        """
        model = self._model(name)
        run = self.runs.find_one({"_id": name})
        if run is not None and run["state"] == STOPPED:
            again = {"state": run["stopped_in"], "due": 0.0}
            stopped = {"_id": name, "run": run["run"], "state": STOPPED}
            self.runs.update_one(stopped, {"$set": again})
            self.waiting.clear()
        elif run is None or run["state"] not in UNDER_WAY:
            self._begin(model)
        return self.progress(name)

    def _begin(self, model: ReadModel) -> None:
        empty = {"reached": "", "done": 0, "total": 0, "asks": 0, "last": False}
        fresh = {
            "run": f"{model.name}.{new_id()}",
            "state": MARKING,
            "stopped_in": MARKING,
            "at": datetime.datetime.now(datetime.UTC),
            "due": 0.0,
            "cursor": "",
            "rows": 0,
            "removed": 0,
            "before": _hex(0),
            "after": _hex(0),
            "why": "",
            "producers": dict.fromkeys(model.producers(), empty),
        }
        over = {"_id": model.name, "state": {"$nin": list(UNDER_WAY)}}
        try:
            self.runs.update_one(over, {"$set": fresh}, upsert=True)
        except DuplicateKeyError:
            logger().info("rebuild_is_under_way", model=model.name)

    def stop(self, name: str) -> Row:
        """Halt after the page in hand; `start` goes on. Raises NoSuchModel."""
        self._model(name)
        for state in UNDER_WAY:
            self.runs.update_one(
                {"_id": name, "state": state},
                {"$set": {"state": STOPPED, "stopped_in": state}},
            )
        return self.progress(name)

    def progress(self, name: str) -> Row:
        """How far it is: state, rows before, told of total, removed, checksums."""
        model = self._model(name)
        run = self.runs.find_one({"_id": name}) or {"producers": {}}
        told = run["producers"].values()
        shown = {key: run.get(key, "") for key in ("state", "why", "before", "after")}
        return {
            "model": name,
            "asks": sorted(model.producers()),
            **shown,
            "at": run["at"].isoformat(timespec="seconds") if "at" in run else "",
            "rows": run.get("rows", 0),
            "removed": run.get("removed", 0),
            "told": sum(producer["done"] for producer in told),
            "total": sum(producer["total"] for producer in told),
        }

    def all_progress(self) -> list[Row]:
        """Of every model, by name."""
        return [self.progress(name) for name in sorted(self.models)]

    # what it does by itself

    def step(self) -> bool:
        """Do one page of what is to be done here; False if there is none now."""
        now = time.time()
        run = self.runs.find_one_and_update(
            {"state": {"$in": list(UNDER_WAY)}, "due": {"$lte": now}},
            {"$set": {"due": now + CLAIM_SECONDS}},
        )
        if run is None or run["_id"] not in self.models:
            return False
        model = self.models[run["_id"]]
        if run["state"] == MARKING:
            self._mark(model, run)
        elif run["state"] == FILLING:
            self._ask_where_it_waits(model, run)
        else:
            self._sweep(model, run)
        return True

    def _mark(self, model: ReadModel, run: Row) -> None:
        page = model.rows.page(run["cursor"], AT_ONCE)
        if not page:
            self._enter(run, FILLING)
            return
        model.rows.make_stale([row["_id"] for row in page], run["run"])
        self._save_page(run, page, {
            "rows": run["rows"] + len(page),
            "before": _hex(int(run["before"], 16) + sum_of(page)),
        })  # fmt: skip

    def _sweep(self, model: ReadModel, run: Row) -> None:
        page = model.rows.page(run["cursor"], AT_ONCE)
        if not page:
            self._enter(run, DONE)
            return
        removed = model.rows.remove_stale(page, run["run"])
        kept = [row for row in page if row.get("stale") != run["run"]]
        self._save_page(run, page, {
            "removed": run["removed"] + removed,
            "after": _hex(int(run["after"], 16) + sum_of(kept)),
        })  # fmt: skip

    def _save_page(self, run: Row, page: Sequence[Row], change: Row) -> None:
        """Only where the page began; whoever did it too has saved the same."""
        self.runs.update_one(
            _as_it_was(run) | {"cursor": run["cursor"]},
            {"$set": {**change, "cursor": page[-1]["_id"], "due": 0.0}},
        )

    def _enter(self, run: Row, state: str) -> None:
        logger().info("rebuild", model=run["_id"], state=state)
        self.runs.update_one(
            _as_it_was(run), {"$set": {"state": state, "cursor": "", "due": 0.0}}
        )

    def _ask_where_it_waits(self, model: ReadModel, run: Row) -> None:
        """Ask at first, and where nothing has come for a while."""
        for producer, told in run["producers"].items():
            reached = told["reached"]
            if told["last"] or not self._is_quiet(run["run"], producer, reached):
                continue
            if told["asks"] >= MOST_ASKS:
                self._fail(run, f"{producer} does not answer")
                return
            asked = {"$inc": {f"producers.{producer}.asks": 1}}
            self.runs.update_one(_as_it_was(run), asked)
            self._ask(model, run["run"], producer, reached)
        if all(told["last"] for told in run["producers"].values()):
            self._enter(run, SWEEPING)
            return
        due = {"due": time.time() + LOOK_SECONDS}
        self.runs.update_one(_as_it_was(run), {"$set": due})

    def _is_quiet(self, run: str, producer: str, reached: str) -> bool:
        """Whether nothing came since it was asked, or it was not asked from here."""
        now = time.monotonic()
        seen, until = self.waiting.get((run, producer), (None, now))
        if seen == reached and now < until:
            return False
        self.waiting[(run, producer)] = (reached, now + self.again_seconds)
        return seen is None or seen == reached

    def _ask(self, model: ReadModel, run: str, producer: str, after: str) -> None:
        """One that cannot hear now is asked again."""
        asking = {
            "service": self.service, "rebuild": run, "after": after,
            "types": model.producers()[producer],
        }  # fmt: skip
        message = plumbing_message(self.service, producer, STATE_ASKED, asking)
        was_said(self.transport, message)

    def on_state_told(self, events: Sequence[Envelope]) -> None:
        """A producer told how things stand: fill the model, ask for the next page."""
        for event in events:
            self._take_page(event.data)

    def _take_page(self, told: Row) -> None:
        producer = told["service"]
        at = f"producers.{producer}"
        run = self.runs.find_one({"run": told["rebuild"], f"{at}.last": False})
        if run is None or run["producers"][producer]["reached"] != told["after"]:
            return
        model = self._model(run["_id"])
        if why := told.get("why") or _why_unlikely(run, told):
            self._fail(run, why)
            return
        try:
            self._fill(model, run["run"], told["events"])
        except UNFIT as fault:
            self._fail(run, f"{producer}: {fault}")
            return
        came: Row = {f"{at}.last": not told["reached"], f"{at}.asks": 0}
        if told["reached"]:
            came[f"{at}.reached"] = told["reached"]
        if "total" in told:
            came[f"{at}.total"] = told["total"]
        taken = self.runs.update_one(
            {"run": run["run"], f"{at}.reached": told["after"], f"{at}.last": False},
            {"$set": came, "$inc": {f"{at}.done": told["passed"]}},
        )
        if taken.matched_count:
            self._go_on(model, run["run"], producer)

    def _fail(self, run: Row, why: str) -> None:
        logger().error("rebuild_failed", model=run["_id"], reason=why[:300])
        failed = {"state": FAILED, "why": why[:300]}
        self.runs.update_one(_as_it_was(run), {"$set": failed})

    def _fill(self, model: ReadModel, run: str, told: Sequence[Row]) -> None:
        """Raises one of UNFIT for an event from which no row can be made."""
        fill = partial(model.fill, run)
        versions = Versions(dict.fromkeys(model.reads, fill))
        by_type: dict[str, list[Envelope]] = {}
        for one in told:
            event = versions.read(msgspec.json.encode(one))
            if event is not None:
                by_type.setdefault(event.type, []).append(event)
        for group in by_type.values():
            versions.handle(group)

    def _go_on(self, model: ReadModel, run_id: str, producer: str) -> None:
        run = self.runs.find_one({"run": run_id, "state": FILLING})
        if run is None:
            return
        if not run["producers"][producer]["last"]:
            self._ask(model, run_id, producer, run["producers"][producer]["reached"])
        elif all(told["last"] for told in run["producers"].values()):
            self._enter(run, SWEEPING)


def _why_unlikely(run: Row, told: Row) -> str:
    """A producer without anything would empty a model that has rows."""
    if told.get("total") == 0 and run["rows"]:
        return f"{told['service']} has nothing to tell, and {run['rows']} rows would go"
    return ""


def _as_it_was(run: Row) -> Row:
    return {"_id": run["_id"], "run": run["run"], "state": run["state"]}


def _hex(total: int) -> str:
    return f"{total % SUM_OF:064x}"
