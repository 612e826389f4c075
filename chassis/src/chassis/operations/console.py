"""All that an operator can see and do about one service's events, over HTTP."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import contracts
from chassis.audit.entry import AuditAnchor, AuditEntry, AuditQuery, AuditVerdict
from chassis.audit.log import AuditLog
from chassis.broker.port import Transport
from chassis.broker.topology import QueueStatus
from chassis.http.auth import current_caller
from chassis.http.problem import Problem
from chassis.http.readiness import Readiness
from chassis.operations.audit import Audit
from chassis.operations.failures import FailingWork, Failures
from chassis.operations.operations import mark_operation
from chassis.operations.overview import (
    FindJobs,
    ServiceHealth,
    ServiceOverview,
    read_health,
    read_jobs,
    read_retries,
    within_time,
)
from chassis.operations.parked import Parked
from chassis.operations.presence import Presence
from chassis.operations.shapes import (
    AuditLine,
    Changed,
    Edit,
    Id,
    Ids,
    ParkedGroup,
    ParkedSequence,
    Resend,
    TimelineEntry,
    Which,
)
from chassis.operations.timeline import Timeline
from chassis.outbox.backlog import BacklogStatus, Rows, find_backlog
from chassis.outbox.resend import ResendProgress, Resends
from chassis.projections.rebuild import ModelProgress, Rebuilding
from chassis.recovery.comparisons import Comparisons
from chassis.storage.collections import MessagingCollections


class EventConsole:
    """One service's events in the hands of its operator: a method per operation."""

    def __init__(
        self,
        service: str,
        types: Iterable[str],
        collections: MessagingCollections,
        transport: Transport,
        rebuilding: Rebuilding,
        outboxes: Sequence[Rows],
        failures: Failures,
        audit_log: AuditLog,
        presence: Presence,
        readiness: Readiness,
        find_jobs: Sequence[FindJobs],
    ) -> None:
        self.service, self.types = service, sorted(types)
        self.collections, self.outboxes = collections, outboxes
        self.transport, self.audit = transport, Audit(collections)
        self.parked = Parked(collections)
        self.timeline = Timeline(service, collections)
        self.resends = Resends(collections, transport)
        self.rebuilding, self.failures = rebuilding, failures
        self.comparisons = Comparisons(collections)
        self.audit_log = audit_log
        self.presence, self.readiness = presence, readiness
        self.find_jobs = find_jobs

    @mark_operation("GET", "health")
    def find_health(self) -> list[ServiceHealth]:
        return [read_health(self.presence, self.readiness)]

    @mark_operation("GET", "overview")
    def find_overview(self) -> list[ServiceOverview]:
        return [within_time(self._read_overview)]

    def _read_overview(self) -> ServiceOverview:
        return ServiceOverview(
            parked=self.parked.find_groups(),
            retries=read_retries(self.collections),
            backlog=find_backlog(self.outboxes, self.collections),
            failures=self.failures.find_lasting(),
            models=self.rebuilding.all_progress(),
            audit=self.audit.find_lines(),
            jobs=read_jobs(self.find_jobs),
        )

    @mark_operation("GET", "parked")
    def find_parked(self) -> list[ParkedGroup]:
        return self.parked.find_groups()

    @mark_operation("GET", "parked/one")
    def get_sequence(self, asked: Id) -> ParkedSequence:
        return self.parked.get(asked.id)

    @mark_operation("PUT", "parked/one")
    def edit_event(self, asked: Edit) -> Id:
        return Id(id=self.parked.edit(asked, _asking_person()))

    @mark_operation("POST", "parked/replay")
    def replay_parked(self, asked: Which) -> Changed:
        return Changed(self.parked.replay(asked, _asking_person()))

    @mark_operation("POST", "parked/drop")
    def drop_parked(self, asked: Which) -> Changed:
        return Changed(self.parked.drop(asked, _asking_person()))

    @mark_operation("POST", "parked/back")
    def take_back(self, asked: Id) -> Id:
        return Id(id=self.parked.take_back(asked.id, _asking_person()))

    @mark_operation("GET", "audit")
    def find_audit(self) -> list[AuditLine]:
        return self.audit.find_lines()

    @mark_operation("GET", "audit-log")
    def find_entries(self, asked: AuditQuery) -> list[AuditEntry]:
        return self.audit_log.find_entries(asked)

    @mark_operation("GET", "audit-log/check")
    def check_audit_log(self, asked: AuditAnchor) -> list[AuditVerdict]:
        return [self.audit_log.check_chain(asked)]

    @mark_operation("GET", "published")
    def find_published(self, asked: Id) -> list[TimelineEntry]:
        return self.timeline.find_published(asked.id)

    @mark_operation("POST", "consumed")
    def find_consumed(self, asked: Ids) -> list[TimelineEntry]:
        return self.timeline.find_consumed(asked.ids)

    @mark_operation("GET", "queues")
    def find_queues(self) -> list[QueueStatus]:
        return self.transport.find_queues(self.service, self.types)

    @mark_operation("GET", "backlog")
    def find_backlog(self) -> list[BacklogStatus]:
        return find_backlog(self.outboxes, self.collections)

    @mark_operation("GET", "failures")
    def find_failures(self) -> list[FailingWork]:
        return self.failures.find_lasting()

    @mark_operation("POST", "resend", 202)
    def resend_events(self, asked: Resend) -> Id:
        query = asked.archive_query()
        if asked.to:
            query = replace(query, types=_consumed_by(asked.to, query.types))
        resend = self.resends.start_resend(query, asked.to)
        self.audit.note(_asking_person(), "resend", resend)
        return Id(id=resend)

    @mark_operation("GET", "resend")
    def get_resend(self, asked: Id) -> ResendProgress:
        progress = self.resends.get_progress(asked.id)
        if progress is None:
            raise Problem(404, "unknown-resend", "There is no such resend any more.")
        return progress

    @mark_operation("POST", "reconcile", 202)
    def start_comparison(self) -> Id:
        self.audit.note(_asking_person(), "compare", self.service)
        self.comparisons.make_due(whole=True)
        return Id(id=self.service)

    @mark_operation("GET", "models")
    def find_models(self) -> list[ModelProgress]:
        return self.rebuilding.all_progress()

    @mark_operation("POST", "models/rebuild", 202)
    def rebuild_model(self, asked: Id) -> ModelProgress:
        progress = self.rebuilding.start_run(asked.id)
        self.audit.note(_asking_person(), "rebuild", asked.id)
        return progress

    @mark_operation("POST", "models/stop")
    def stop_rebuild(self, asked: Id) -> ModelProgress:
        progress = self.rebuilding.stop_run(asked.id)
        self.audit.note(_asking_person(), "stop rebuild", asked.id)
        return progress


def _consumed_by(to: str, types: Iterable[str]) -> tuple[str, ...]:
    """Of these types, or of all, those that a service consumes. Raises Problem 422."""
    consumed = contracts.consumed_by(to)
    wanted = consumed.intersection(types) if types else consumed
    if not wanted:
        raise Problem(422, "not-consumed", f"{to} consumes none of these.")
    return tuple(sorted(wanted))


def _asking_person() -> str:
    """Who is written into the audit."""
    return current_caller().login or current_caller().issuer
