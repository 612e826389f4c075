"""Resends: archived events published again because an operator asked for it.

A resend is a job: its row is claimed, done a page at a time beside the relay, and gone
on with after a kill.
"""

import datetime
from collections.abc import Iterable, Sequence
from contextlib import closing

import msgspec

import contracts
from chassis.broker.port import BusUnavailable, Message, Transport
from chassis.clock import utc_now
from chassis.events.envelope import Envelope, to_bytes
from chassis.ids import new_id
from chassis.outbox.archive import ArchiveQuery, EventArchive
from chassis.storage import leases
from chassis.storage.collections import MessagingCollections
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

OPEN, DONE, FAILED = "open", "done", "failed"
LEASE_SECONDS = 30.0
"""Longer than the bus takes to confirm a page."""
LONGEST_WHY = 300
Moment = datetime.datetime


class ResendProgress(msgspec.Struct, kw_only=True):
    """How far a resend is: open, done, or failed and why."""

    state: str = OPEN
    done: int = 0
    why: str = ""


class Resend(ResendProgress, kw_only=True, rename={"id": "_id"}):
    """Which events to publish again, to the service `to` or to all who consume them.

    `reached` is up to when the archive is done.
    """

    id: str
    at: Moment
    query: ArchiveQuery
    to: str = ""
    work_due: float = 0.0
    reached: Moment | None = None


class Resends:
    """The resends of one service."""

    def __init__(self, collections: MessagingCollections, transport: Transport) -> None:
        self.rows, self.transport = collections.resends, transport
        self.wake = collections.resend_wake
        self.archive = EventArchive(collections)

    def start_resend(self, query: ArchiveQuery, to: str = "") -> str:
        """Publish these again, to one service or to all; the id, to ask how far it
        is."""
        resend = Resend(id=new_id(), at=utc_now(), query=query, to=to)
        self.rows.insert_one(msgspec.to_builtins(resend, builtin_types=(Moment,)))
        self.wake.set()
        return resend.id

    def get_progress(self, id_: str) -> ResendProgress | None:
        """How far a resend is, or None where there is none any more."""
        return msgspec.convert(self.rows.find_one({"_id": id_}), ResendProgress | None)

    def resend_page(self) -> bool:
        """Do one page of a resend that is due; False if there is none now."""
        resend = self._claim_resend()
        if resend is None:
            return False
        events, reached = self.archive.find_page(resend.query, resend.reached)
        try:
            self._publish_messages(list(_to_messages(resend, events)))
        except KeyError as fault:
            self._fail_resend(resend, reason_of(fault))
            return True
        except BusUnavailable as error:
            logger().warning("resend_waits", reason=reason_of(error))
            return False
        change: dict[str, object] = {"work_due": 0.0}
        change |= {"reached": reached} if reached else {"state": DONE}
        self.rows.update_one(
            {"_id": resend.id}, {"$set": change, "$inc": {"done": len(events)}}
        )
        return True

    def _claim_resend(self) -> Resend | None:
        row = leases.claim_document(self.rows, {"state": OPEN}, LEASE_SECONDS, "at")
        return msgspec.convert(row, Resend | None)

    def _publish_messages(self, messages: Sequence[Message]) -> None:
        if not messages:
            return
        with closing(self.transport.open_publisher()) as publisher:
            publisher.publish(messages)

    def _fail_resend(self, resend: Resend, why: str) -> None:
        logger().error("resend_failed", resend=resend.id, reason=why)
        failed = {"state": FAILED, "why": why[:LONGEST_WHY]}
        self.rows.update_one({"_id": resend.id}, {"$set": failed})


def _to_messages(resend: Resend, events: Sequence[Envelope]) -> Iterable[Message]:
    """Each event to whom it is for. Raises KeyError for a type that is unknown."""
    for event in events:
        services = contracts.consumers_of(event.type) - {contracts.BRANCH}
        for to in [resend.to] if resend.to else sorted(services):
            yield Message(event.type, event.partitionkey, to_bytes(event), to=to)
