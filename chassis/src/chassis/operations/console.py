"""All that an operator can see and do about one service's events, over HTTP."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

import contracts
from chassis.broker.port import QueueSeen, Transport
from chassis.http.auth import caller
from chassis.http.body import body, query
from chassis.inbox.retry_queue import Held
from chassis.operations import operations as op
from chassis.operations import shapes
from chassis.operations.audit import Audit
from chassis.operations.failures import Failing, Failures
from chassis.operations.operations import serves
from chassis.operations.parked import Parked
from chassis.operations.timeline import Timeline
from chassis.outbox.backlog import Rows, Unsaid, unsaid
from chassis.outbox.resend import Errands, Wanted
from chassis.projections.rebuild import Rebuilding
from chassis.recovery.reconcile import Missed
from chassis.storage.collections import Tables


class NotHeard(ValueError):
    """Nobody would consume what is to be published again."""


class UnknownResend(LookupError):
    """There is no such resend any more."""


class EventConsole:
    """One service's events in the hands of its operator: a method per operation."""

    def __init__(
        self,
        service: str,
        types: Iterable[str],
        tables: Tables,
        transport: Transport,
        rebuilding: Rebuilding,
        outboxes: Sequence[Rows],
        failures: Failures,
    ) -> None:
        self.service, self.types = service, sorted(types)
        self.tables, self.outboxes = tables, outboxes
        self.transport, self.audit = transport, Audit(tables)
        self.parked = Parked(tables, Held(tables))
        self.timeline = Timeline(service, tables)
        self.errands = Errands(service, tables, transport)
        self.rebuilding, self.failures = rebuilding, failures
        self.missed = Missed(service, self.types, tables, transport)

    @serves(op.PARKED)
    def find_parked(self) -> list[shapes.ParkedGroup]:
        return self.parked.find_groups()

    @serves(op.SEQUENCE)
    def get_sequence(self) -> shapes.ParkedSequence:
        return self.parked.get(query(shapes.IdIn).id)

    @serves(op.EDIT)
    def edit(self) -> shapes.Named:
        asked = body(shapes.EditIn)
        self.parked.edit(asked.key, asked.event, asked.data, _who())
        return shapes.Named(asked.key)

    @serves(op.REWRITE)
    def rewrite(self) -> shapes.Named:
        asked = body(shapes.RewriteIn)
        return shapes.Named(self.parked.rewrite(asked.key, asked.text, _who()))

    @serves(op.REPLAY)
    def replay(self) -> shapes.Changed:
        return shapes.Changed(self.parked.replay(body(shapes.Which), _who()))

    @serves(op.DROP)
    def drop(self) -> shapes.Changed:
        return shapes.Changed(self.parked.drop(body(shapes.Which), _who()))

    @serves(op.TAKE_BACK)
    def take_back(self) -> shapes.Named:
        return shapes.Named(self.parked.take_back(body(shapes.IdIn).id, _who()))

    @serves(op.AUDIT)
    def find_audit(self) -> list[shapes.AuditLine]:
        return self.audit.find_lines()

    @serves(op.PUBLISHED)
    def find_published(self) -> list[shapes.PublishedEvent]:
        return self.timeline.find_published(query(shapes.IdIn).id)

    @serves(op.CONSUMED)
    def find_consumed(self) -> list[shapes.ConsumedEvent]:
        return self.timeline.find_consumed(body(shapes.IdsIn).ids)

    @serves(op.QUEUES)
    def find_queues(self) -> list[QueueSeen]:
        return self.transport.survey(self.service, self.types)

    @serves(op.BACKLOG)
    def find_backlog(self) -> list[Unsaid]:
        return unsaid(self.outboxes, self.tables)

    @serves(op.FAILURES)
    def find_failures(self) -> list[Failing]:
        return self.failures.lasting()

    @serves(op.RESEND)
    def resend(self) -> shapes.Named:
        errand = self.errands.resend(_as_consumed(body(shapes.ResendIn).wanted()))
        self.audit.note(_who(), "resend", errand)
        return shapes.Named(errand)

    @serves(op.RESEND_PROGRESS)
    def get_resend(self) -> shapes.ResendProgress:
        progress = self.errands.progress(query(shapes.IdIn).id)
        if progress is None:
            raise UnknownResend("There is no such resend any more.")
        return msgspec.convert(progress, shapes.ResendProgress, from_attributes=True)

    @serves(op.RECONCILE)
    def compare(self) -> shapes.Reconciled:
        self.audit.note(_who(), "compare", self.service)
        return shapes.Reconciled(self.missed.ask())

    @serves(op.MODELS)
    def find_models(self) -> list[shapes.ModelProgress]:
        return [_progress(model) for model in self.rebuilding.all_progress()]

    @serves(op.REBUILD)
    def rebuild(self) -> shapes.ModelProgress:
        model = body(shapes.IdIn).id
        progress = self.rebuilding.start(model)
        self.audit.note(_who(), "rebuild", model)
        return _progress(progress)

    @serves(op.STOP_REBUILD)
    def stop_rebuild(self) -> shapes.ModelProgress:
        model = body(shapes.IdIn).id
        progress = self.rebuilding.stop(model)
        self.audit.note(_who(), "stop rebuild", model)
        return _progress(progress)


def _progress(progress: object) -> shapes.ModelProgress:
    return msgspec.convert(progress, shapes.ModelProgress, from_attributes=True)


def _as_consumed(wanted: Wanted) -> Wanted:
    """Only what the consumer that is named does consume. Raises NotHeard."""
    if not wanted.to:
        return wanted
    consumed = contracts.heard_by(wanted.to)
    types = consumed.intersection(wanted.types) if wanted.types else consumed
    if not types:
        raise NotHeard(f"{wanted.to} hears none of these.")
    return replace(wanted, types=tuple(sorted(types)))


def _who() -> str:
    """Who is written into the audit."""
    return caller().login or caller().issuer
