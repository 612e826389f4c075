"""What every service's wiring begins with: database, bus, doors, loops."""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from flask import Blueprint, Flask

import contracts
from chassis.broker.connect import transport
from chassis.broker.port import Transport
from chassis.clock import Clock, SystemClock
from chassis.events.envelope import Wording
from chassis.http import idempotency
from chassis.http.app import new_app
from chassis.http.auth import Signer, Verifier, needs_bearer
from chassis.http.problem import install_refusals
from chassis.http.proxies import Proxies
from chassis.http.readiness import Check
from chassis.http.server import THIS_MACHINE, Limits
from chassis.ids import new_id
from chassis.inbox.consumer import Consumer, Handler
from chassis.operations import routes as operations
from chassis.operations.console import Operating
from chassis.operations.failures import Failures
from chassis.operations.gauges import gauge
from chassis.outbox.relay import Relay
from chassis.outbox.resend import Errands
from chassis.outbox.wakeup import Waking
from chassis.projections.rebuild import Rebuilding
from chassis.projections.snapshot import (
    STATE_ASKED,
    STATE_TOLD,
    Restating,
    Source,
)
from chassis.service.process import Loop, Service
from chassis.service.work import IDLE_SECONDS, work_loop
from chassis.settings import CommonSettings
from chassis.storage.aggregates import Aggregates, Form
from chassis.storage.collections import Tables
from chassis.storage.documents import Aggregate, Copy
from chassis.storage.engine_trial import try_engine
from chassis.storage.lease import Lease
from chassis.storage.mongo import collection_of, connect, is_away

T = TypeVar("T")
REBUILD_LOOK_SECONDS = 1.0


class Plumbing:
    """One service's connections, and the parts made from them.

    A `bus` that is handed in is used instead of the one the settings name.
    """

    def __init__(
        self,
        name: str,
        settings: CommonSettings,
        word: Callable[[object], Wording],
        documents: Sequence[type[Aggregate | Copy]],
        clock: Clock | None = None,
        bus: Transport | None = None,
    ) -> None:
        self.name, self.settings, self.word = name, settings, word
        self.documents = documents
        self.clock = clock or SystemClock()
        self.database = connect(name, settings.mongo_url)
        self.tables = Tables(self.database)
        self.transport = bus or transport(settings.bus_url, name)
        self.errands = Errands(name, self.tables, self.transport)
        self.rebuilding = Rebuilding(name, self.tables, self.transport)
        self.restating = Restating(name, word, self.transport)
        self.failures = Failures(self.tables)
        self.wake = threading.Event()
        self.stopping = threading.Event()
        self.signer = Signer(name, Path(settings.key_file))
        self.proxies = Proxies(settings.trusted_proxies)

    def aggregates(self, document: type[Aggregate], form: Form[T]) -> Aggregates[T]:
        """The aggregates of one kind, with this service's wording and wake."""
        return Aggregates(self.name, document, form, self.word, self.wake.set)

    def declare(self) -> None:
        """Try the engine, then make every index; repeating it changes nothing.

        Raises Unfit for an engine that cannot carry the service.
        """
        try_engine(self.database)
        self.tables.declare()
        for document in self.documents:
            document.ensure_indexes()

    def app(
        self,
        blueprints: Sequence[Blueprint],
        refusals: type[Exception],
        statuses: dict[str, int],
        checks: Mapping[str, Check] | None = None,
    ) -> Flask:
        """The service's app: its blueprints behind the usual doors."""
        standing: dict[str, Check] = {
            "store": lambda: is_away(self.database),
            "bus": self.transport.is_away,
            **(checks or {}),
        }
        verifier = Verifier(self.name, Path(self.settings.keys_file))
        app = new_app(
            self.name, verifier, standing, self.gauge, self.proxies, self._guard_metrics
        )
        idempotency.install(app, self.tables)
        install_refusals(app, refusals, statuses)
        app.register_blueprint(operations.blueprint(self.operating()))
        for blueprint in blueprints:
            app.register_blueprint(blueprint)
        return app

    def _guard_metrics(self) -> None:
        """A service's port lies inside; where a token is set it is needed as well."""
        if token := self.settings.metrics_token:
            needs_bearer(token)

    def gauge(self) -> None:
        """Set the gauges of what waits."""
        gauge(self._outboxes(), self.tables)

    def relay(self) -> Relay:
        """The relay over all outboxes of the service."""
        lease = Lease(self.tables.leases, "relay", new_id(), self.clock)
        return Relay(self._outboxes(), self.tables, self.transport, lease, self.wake)

    def _outboxes(self) -> list[Any]:
        return [collection_of(d) for d in self.documents if issubclass(d, Aggregate)]

    def operating(self) -> Operating:
        """The service's events in the hands of its operator."""
        types = contracts.consumed_by(self.name)
        return Operating(
            self.name, types, self.tables, self.transport, self.rebuilding,
            self._outboxes(), self.failures,
        )  # fmt: skip

    def consumer(self, handlers: Mapping[str, Handler]) -> Consumer:
        """The consumer with the service's handlers."""
        plumbing = {
            STATE_ASKED: self.restating.on_state_asked,
            STATE_TOLD: self.rebuilding.on_state_told,
        }
        return Consumer(
            self.name, handlers, self.tables, self.transport, plumbing=plumbing
        )

    def work_loop(
        self,
        name: str,
        work: Callable[[], bool],
        wake: threading.Event | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> Loop:
        """A loop over `work`; what fails in it is told to the operator."""
        return work_loop(name, work, self.failures.note, wake, idle_seconds)

    def restates(
        self,
        rows: Aggregates[T],
        restate: Callable[[T], Sequence[object]],
        *types: str,
    ) -> None:
        """These aggregates tell their state again when somebody rebuilds."""
        source = Source(rows, restate, frozenset(types))
        self.restating.sources.append(source)

    def service(
        self,
        app: Flask,
        handlers: Mapping[str, Handler],
        workers: Mapping[str, Loop] | None = None,
    ) -> Service:
        """The whole as a process."""
        relay = self.relay()
        rebuilding = self.work_loop(
            "rebuilding", self.rebuilding.step, idle_seconds=REBUILD_LOOK_SECONDS
        )
        return Service(
            name=self.name,
            host=self.settings.host,
            port=self.settings.port,
            threads=self.settings.threads,
            app=app,
            declare=self.declare,
            consumer=self.consumer(handlers),
            relay=relay,
            errands=self.errands,
            waking=Waking(self.name, self.transport, relay),
            workers={**(workers or {}), "rebuilding": rebuilding},
            stopping=self.stopping,
            limits=Limits(
                self.settings.connections,
                self.settings.connections_per_address,
                Proxies(f"{THIS_MACHINE}, {self.settings.trusted_proxies}"),
            ),
        )
