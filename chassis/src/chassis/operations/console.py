"""All that an operator can see and do about one service's events."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import contracts
from chassis.broker.port import Transport
from chassis.broker.queue_status import QueueStatus
from chassis.inbox.retry_queue import Held
from chassis.operations.audit import Audit
from chassis.operations.failures import Failing, Failures
from chassis.operations.parked import Parked
from chassis.operations.timeline import Story
from chassis.outbox.archive import ArchiveQuery
from chassis.outbox.backlog import Rows, Unsaid, unsaid
from chassis.outbox.resend import Resends
from chassis.projections.rebuild import Rebuilding
from chassis.recovery.comparisons import Comparisons
from chassis.storage.collections import Tables

Row = dict[str, Any]


class NotHeard(ValueError):
    """Nobody would hear what is to be said again."""


def _consumed_by(to: str, types: Iterable[str]) -> tuple[str, ...]:
    """Of these types, or of all, those that a service consumes. Raises NotHeard."""
    heard = contracts.heard_by(to)
    consumed = heard.intersection(types) if types else heard
    if not consumed:
        raise NotHeard(f"{to} hears none of these.")
    return tuple(sorted(consumed))


class Operating:
    """One service's events in the hands of its operator."""

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
        self.story = Story(service, tables)
        self.resends = Resends(tables, transport)
        self.rebuilding, self.failures = rebuilding, failures
        self.comparisons = Comparisons(tables)

    def survey(self) -> list[QueueStatus]:
        """The service's queues as they are. Raises Away."""
        return self.transport.queues(self.service, self.types)

    def unsaid(self) -> list[Unsaid]:
        """What waits in the service's outboxes for longer than is usual."""
        return unsaid(self.outboxes, self.tables)

    def failing(self) -> list[Failing]:
        """What work of the service fails again and again."""
        return self.failures.lasting()

    def resend(self, query: ArchiveQuery, to: str, who: str) -> str:
        """Publish events again, to one service or all; the id. Raises NotHeard."""
        if to:
            query = replace(query, types=_consumed_by(to, query.types))
        resend = self.resends.begin(query, to)
        self.audit.note(who, "resend", resend)
        return resend

    def rebuild(self, model: str, who: str) -> Row:
        """Make a read model anew, or go on with it; how far it is."""
        progress = self.rebuilding.start(model)
        self.audit.note(who, "rebuild", model)
        return progress

    def stop_rebuild(self, model: str, who: str) -> Row:
        """Halt a rebuild; how far it came."""
        progress = self.rebuilding.stop(model)
        self.audit.note(who, "stop rebuild", model)
        return progress

    def compare(self, who: str) -> None:
        """Compare a week with every producer now."""
        self.audit.note(who, "compare", self.service)
        self.comparisons.hurry(whole=True)
