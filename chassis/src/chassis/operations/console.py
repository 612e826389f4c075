"""All that an operator can see and do about one service's events."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import contracts
from chassis.broker.port import QueueSeen, Transport
from chassis.inbox.retry_queue import Held
from chassis.operations.audit import Audit
from chassis.operations.failures import Failing, Failures
from chassis.operations.parked import Parked
from chassis.operations.timeline import Story
from chassis.outbox.backlog import Rows, Unsaid, unsaid
from chassis.outbox.resend import Errands, Wanted
from chassis.projections.rebuild import Rebuilding
from chassis.recovery.reconcile import Missed
from chassis.storage.collections import Tables

Row = dict[str, Any]


class NotHeard(ValueError):
    """Nobody would hear what is to be said again."""


def _as_heard(wanted: Wanted) -> Wanted:
    """Only what the one who is named hears."""
    if not wanted.to:
        return wanted
    heard = contracts.consumed_by(wanted.to)
    types = heard.intersection(wanted.types) if wanted.types else heard
    if not types:
        raise NotHeard(f"{wanted.to} hears none of these.")
    return replace(wanted, types=tuple(sorted(types)))


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
        self.errands = Errands(service, tables, transport)
        self.rebuilding, self.failures = rebuilding, failures
        self.missed = Missed(service, self.types, tables, transport)

    def survey(self) -> list[QueueSeen]:
        """The service's queues as they are. Raises Away."""
        return self.transport.survey(self.service, self.types)

    def unsaid(self) -> list[Unsaid]:
        """What waits in the service's outboxes for longer than is usual."""
        return unsaid(self.outboxes, self.tables)

    def failing(self) -> list[Failing]:
        """What work of the service fails again and again."""
        return self.failures.lasting()

    def resend(self, wanted: Wanted, who: str) -> str:
        """Say events again; the errand's id. Raises NotHeard."""
        errand = self.errands.resend(_as_heard(wanted))
        self.audit.note(who, "resend", errand)
        return errand

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

    def compare(self, who: str) -> bool:
        """Compare with every producer now; False if one could not be asked."""
        self.audit.note(who, "compare", self.service)
        return self.missed.ask()
