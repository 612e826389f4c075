"""What every service's wiring begins with: database, bus, doors, loops."""

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask

import contracts
from chassis.audit.log import AuditLog
from chassis.broker.connect import open_transport
from chassis.broker.port import Transport
from chassis.broker.topology import count_waiting
from chassis.clock import Clock, SystemClock, WakeSignal
from chassis.events.envelope import PublicEvent
from chassis.http import idempotency
from chassis.http.app import create_app
from chassis.http.auth import Signer, Verifier, require_bearer
from chassis.http.channel import THIS_MACHINE, Limits
from chassis.http.client import Client
from chassis.http.problem import install_refusals
from chassis.http.proxies import Proxies
from chassis.http.readiness import Check, Readiness
from chassis.http.routing import Routes
from chassis.ids import new_id
from chassis.inbox.consumer import Consumer, Handler
from chassis.inbox.handler_table import HandlerTable
from chassis.operations import routes as operations
from chassis.operations.console import EventConsole
from chassis.operations.failures import Failures
from chassis.operations.gauges import set_gauges
from chassis.operations.overview import FindJobs
from chassis.operations.presence import Presence
from chassis.outbox.archive import EventArchive
from chassis.outbox.relay import Relay
from chassis.outbox.resend import Resends
from chassis.outbox.wakeup import RelayWakeUps
from chassis.projections.rebuild import Rebuilding
from chassis.projections.snapshot import Snapshots, SnapshotSource
from chassis.recovery.reconcile import Reconciling
from chassis.service import pull_routes
from chassis.service.process import Loop, Service
from chassis.service.structs import prepare_structs
from chassis.service.work import IDLE_SECONDS, work_loop
from chassis.settings import SERVICES, CommonSettings
from chassis.storage.aggregates import Aggregates, FieldMapping, collection_of
from chassis.storage.collections import MessagingCollections
from chassis.storage.documents import Aggregate, ProjectionDocument
from chassis.storage.engine_trial import try_engine
from chassis.storage.leases import Lease
from chassis.storage.mongo import is_away, open_database
from chassis.telemetry import metrics

T = TypeVar("T")
MORE_SELDOM, ALONE_SECONDS = 6, 20.0
"""So much longer, and at least so long, is the last pause of a loop that is woken by
whoever has work for it: looking finds only what fell due, such as what a worker held
that was killed, whose lease runs as long."""
LOOK_SECONDS = 10.0
"""How often to look, in the end, for what was asked for in another process: a rebuild,
a resend, a comparison."""


class ServiceKit:
    """One service's connections, and the parts made from them.

    A `bus` that is handed in is used instead of the one the settings name.
    """

    def __init__(
        self,
        name: str,
        settings: CommonSettings,
        to_event: Callable[[object], PublicEvent],
        documents: Sequence[type[Aggregate | ProjectionDocument]],
        clock: Clock | None = None,
        bus: Transport | None = None,
    ) -> None:
        self.name, self.settings, self.to_event = name, settings, to_event
        self.documents = documents
        self.clock = clock or SystemClock()
        self.database = open_database(name, settings.mongo_url)
        self.collections = MessagingCollections(self.database)
        self.transport = bus or open_transport(settings.bus_url, name)
        self.signer = Signer(name, Path(settings.key_file))
        self.audit_log = AuditLog(name, self.database, self.signer.signing_key)
        self.producers = {
            service: partial(pull_routes.pull_page, self.create_client(service))
            for service in SERVICES
        }
        self.rebuilding = Rebuilding(name, self.collections, self.producers)
        self.snapshots = Snapshots(name, to_event)
        self.failures = Failures(self.collections)
        self.presence = Presence(
            name, self.collections.processes, self.clock, self.collections.handled
        )
        self.find_jobs: list[FindJobs] = []
        self.wake = WakeSignal()
        self.stopping = threading.Event()
        self.proxies = Proxies(settings.trusted_proxies)
        self.readiness = Readiness(
            {
                "store": lambda: is_away(self.database),
                "bus": lambda: self.transport.fault,
            }
        )

    def create_client(self, service: str) -> Client:
        """Calls to another service, in this one's name."""
        return Client(service, self.settings.address_of(service), self.signer)

    def open_aggregates(
        self, document: type[Aggregate], mapping: FieldMapping[T]
    ) -> Aggregates[T]:
        """The aggregates of one kind, with this service's `to_event` and wake-up."""
        wake = self.wake.setter_for(collection_of(document).name)
        return Aggregates(self.name, document, mapping, self.to_event, wake)

    def declare_indexes(self) -> None:
        """Try the engine, then make every index; repeating it changes nothing. Raises
        Incompatible for an engine that cannot carry the service."""
        try_engine(self.database)
        self.collections.declare_indexes()
        self.audit_log.declare_indexes()
        for document in self.documents:
            document.ensure_indexes()

    def create_app(
        self,
        routes: Sequence[Routes],
        refusals: type[Exception],
        statuses: dict[str, int],
        checks: Mapping[str, Check] | None = None,
    ) -> Flask:
        """The service's app: its routes behind the usual doors."""
        self.readiness.checks |= checks or {}
        verifier = Verifier(self.name, Path(self.settings.keys_file))
        app = self._create_bare_app(verifier)
        idempotency.install_idempotency(app, self.collections)
        install_refusals(app, refusals, statuses)
        app.register_blueprint(
            pull_routes.create_blueprint(
                self.name, EventArchive(self.collections), self.snapshots
            )
        )
        app.register_blueprint(operations.create_blueprint(self.create_console()))
        for of_noun in routes:
            app.register_blueprint(of_noun.blueprint())
        return app

    def _create_bare_app(self, verifier: Verifier | None = None) -> Flask:
        return create_app(
            self.name,
            verifier,
            self.readiness,
            self.set_gauges,
            self.proxies,
            self._guard_metrics,
        )

    def _guard_metrics(self) -> None:
        """A service's port lies inside; where a token is set it is needed as well."""
        if token := self.settings.metrics_token:
            require_bearer(token)

    def set_gauges(self) -> None:
        """Set the gauges of what waits."""
        queues = (
            (collection_of(document), document.job_queue)
            for document in self.documents
            if issubclass(document, Aggregate) and document.job_queue
        )
        set_gauges(self._find_outboxes(), self.collections, queues)

    def create_relay(self) -> Relay:
        """The relay over all outboxes of the service."""
        lease = Lease(self.collections.leases, "relay", new_id(), self.clock)
        return Relay(
            self._find_outboxes(), self.collections, self.transport, lease, self.wake
        )

    def _find_outboxes(self) -> list[Any]:
        return [collection_of(d) for d in self.documents if issubclass(d, Aggregate)]

    def create_console(self) -> EventConsole:
        """The service's events in the hands of its operator."""
        types = contracts.consumed_by(self.name)
        return EventConsole(
            self.name,
            types,
            self.collections,
            self.transport,
            self.rebuilding,
            self._find_outboxes(),
            self.failures,
            self.audit_log,
            self.presence,
            self.readiness,
            self.find_jobs,
        )

    def create_reconciling(self, handlers: Mapping[str, Handler]) -> Reconciling:
        """The comparisons with those who publish what the handlers consume."""

        def count_own() -> int:
            return count_waiting(self.transport.find_queues(self.name))

        table = HandlerTable(handlers)
        return Reconciling(table, self.collections, self.producers, count_own)

    def work_loop(
        self,
        name: str,
        work: Callable[[], bool],
        wake: threading.Event | None = None,
        idle_seconds: float = IDLE_SECONDS,
        gather_seconds: float = 0.0,
    ) -> Loop:
        """A loop over `work`; what fails in it is told to the operator. One that is
        woken looks by itself more seldom where all is in one process."""
        if wake is not None and self.transport.is_one_machine:
            idle_seconds = max(MORE_SELDOM * idle_seconds, ALONE_SECONDS)
        metrics.work_failures.labels(name)  # shown from the start: whoever watches
        failed = self.failures.note_failure  # its rise misses none
        return work_loop(name, work, failed, wake, idle_seconds, gather_seconds)

    def add_snapshots(
        self,
        rows: Aggregates[T],
        to_snapshot: Callable[[T], Sequence[object]],
        *types: str,
    ) -> None:
        """These aggregates tell their state when somebody rebuilds."""
        source = SnapshotSource(rows, to_snapshot, frozenset(types))
        self.snapshots.sources.append(source)

    def create_service(
        self,
        app: Flask,
        handlers: Mapping[str, Handler],
        workers: Mapping[str, Loop] | None = None,
    ) -> Service:
        """The whole as a process."""
        relay = self.create_relay()
        resends = Resends(self.collections, self.transport)
        consumer, reconciling = self._create_consumer(handlers)
        prepare_structs()
        return Service(
            name=self.name,
            settings=self.settings,
            app=app,
            probe_app=self._create_bare_app(),
            readiness=self.readiness,
            declare=self.declare_indexes,
            consumer=consumer,
            relay=relay,
            resending=self.work_loop(
                "resending", resends.resend_page, resends.wake, LOOK_SECONDS
            ),
            waking=RelayWakeUps(self.name, self.transport, relay),
            presence=self.presence,
            workers={
                **(workers or {}),
                "rebuilding": self.work_loop(
                    "rebuilding",
                    self.rebuilding.rebuild_page,
                    self.rebuilding.wake,
                    LOOK_SECONDS,
                ),
                "reconciling": reconciling,
            },
            stopping=self.stopping,
            limits=Limits(
                self.settings.connections,
                self.settings.connections_per_address,
                Proxies(f"{THIS_MACHINE}, {self.settings.trusted_proxies}"),
                self.settings.keep_alive_seconds,
            ),
        )

    def _create_consumer(
        self, handlers: Mapping[str, Handler]
    ) -> tuple[Consumer, Loop]:
        """The consumer, and the loop that brings what its queues lost."""
        reconciling = self.create_reconciling(handlers)
        consumer = Consumer(
            self.name,
            handlers,
            self.collections,
            self.transport,
            note_queues=reconciling.note_queues,
        )
        wake = self.collections.comparison_wake
        loop = self.work_loop(
            "reconciling", reconciling.reconcile_page, wake, LOOK_SECONDS
        )
        return consumer, loop
