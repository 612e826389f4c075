"""Events as CloudEvents 1.0 in JSON, checked against their contracts."""

import datetime
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import msgspec
from opentelemetry.trace import Span, SpanKind

import contracts
from chassis.errors import OwnFault
from chassis.telemetry.reasons import misfit_of
from chassis.telemetry.tracing import context_of, current_traceparent, enter_span

LARGEST = 256 * 1024
"""More than any event of ours has, and so little that sixty of a key still fit into one
row of the retry queue, which the store limits to 16 MiB."""
EVENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,200}\.[0-9]{1,18}\.[0-9]{1,4}")
SEQUENCE = re.compile(r"[0-9]{1,18}")
VERSION = re.compile(r"[0-9]\.[0-9]")
TYPE = re.compile(r"[a-z][a-z.-]{0,80}\.v[0-9]{1,6}", re.ASCII)
FIELD = re.compile(r"[a-z_]{1,40}|[0-9]{1,6}", re.ASCII)
HIDDEN = "a value"
"""What stands for it in a reason."""


class Refused(OwnFault, ValueError):
    """Bytes that are no event that we know. The message says where and which rule."""


@dataclass(frozen=True)
class PublicEvent:
    """A domain event as it is published: the event type, its subject and its data."""

    type: str
    subject: str
    data: dict[str, Any]


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A CloudEvent. `partitionkey` is the aggregate's id, `sequence` its version."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    partitionkey: str
    sequence: str
    traceparent: str
    data: dict[str, Any]

    @property
    def shown_id(self) -> str:
        """The id as a log may have it: only if it looks as one of ours."""
        return self.id if EVENT_ID.fullmatch(self.id) else HIDDEN

    @property
    def version(self) -> int:
        """The aggregate's version after this event."""
        return int(self.sequence)

    @property
    def moment(self) -> datetime.datetime:
        """The moment at which it happened, in UTC."""
        return datetime.datetime.fromisoformat(self.time)


def create_envelope(
    service: str, public_event: PublicEvent, aggregate: str, version: int, place: int
) -> Envelope:
    """The envelope of a public event. The event's id follows from aggregate and
    version.

    Raises Refused when the data do not fit the contract.
    """
    moment = datetime.datetime.now(datetime.UTC)
    envelope = Envelope(
        specversion="1.0",
        id=f"{aggregate}.{version}.{place}",
        source=f"/biyong/{service}",
        type=public_event.type,
        subject=public_event.subject,
        time=moment.isoformat(timespec="milliseconds"),
        datacontenttype="application/json",
        partitionkey=aggregate,
        sequence=f"{version:012d}",
        traceparent=current_traceparent(),
        data=public_event.data,
    )
    check_contract(envelope)
    return envelope


def check_contract(
    envelope: Envelope, registry: contracts.ContractRegistry = contracts.REGISTRY
) -> None:
    """Raises Refused when the data do not fit the contract of the type."""
    try:
        registry.validator_of(envelope.type).validate(envelope.data)
    except KeyError as error:
        raise _refuse_unknown(envelope.type) from error
    except jsonschema_rs.ValidationError as error:
        raise Refused(f"{envelope.type}: {_misfit_of(error)}") from error


def _misfit_of(error: jsonschema_rs.ValidationError) -> str:
    """Where data break their contract, and the rule; no value, no strange name."""
    where = "/".join(_show_step(part) for part in ["data", *error.instance_path])
    is_strange_name = "additionalProperties" in error.schema_path[-1:]
    return (
        f"{where}: {'a field that is not known' if is_strange_name else error.message}"
    )


def _show_step(part: str | int) -> str:
    text = str(part)
    return text if FIELD.fullmatch(text) else HIDDEN


def _refuse_unknown(type_: str) -> Refused:
    name = type_ if TYPE.fullmatch(type_) else HIDDEN
    return Refused(f"unknown event type or version: {name}")


def at_work_on(envelope: Envelope) -> AbstractContextManager[Span]:
    """All that is done inside belongs to the request that the event belongs to."""
    return at_work_for(envelope.type, envelope.traceparent)


def at_work_for(type_: str, traceparent: str) -> AbstractContextManager[Span]:
    """The same for an event of this type that brought this traceparent, or none."""
    parent = context_of(traceparent)
    return enter_span(f"handle {type_}", SpanKind.INTERNAL, parent)


def group_by_key(envelopes: Iterable[Envelope]) -> dict[str, list[Envelope]]:
    """Events by key, each key's in the order in which they come."""
    groups: dict[str, list[Envelope]] = {}
    for envelope in envelopes:
        groups.setdefault(envelope.partitionkey, []).append(envelope)
    return groups


def can_send(envelope: Envelope, account: str) -> bool:
    """Whether this account may have published the event: the service that its type
    names. So nobody speaks as another, by whatever way it came."""
    return bool(account) and envelope.type.partition(".")[0] == account


def to_bytes(envelope: Envelope) -> bytes:
    """The event as it travels."""
    return msgspec.json.encode(envelope)


def from_bytes(raw: bytes) -> Envelope:
    """Read an event that came in, by its contract. Raises Refused with the reason."""
    envelope = decode_envelope(raw)
    check_contract(envelope)
    return envelope


def decode_envelope(raw: bytes) -> Envelope:
    """Read an event without looking at its data. Raises Refused with the reason."""
    if len(raw) > LARGEST:
        raise Refused(f"more bytes than the {LARGEST >> 10} KiB an event may have")
    try:
        envelope = msgspec.json.decode(raw, type=Envelope)
    except msgspec.ValidationError as error:
        raise Refused(f"not a CloudEvent as promised: {misfit_of(error)}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"not JSON: {type(error).__name__}") from error
    if envelope.specversion != "1.0":
        is_version = VERSION.fullmatch(envelope.specversion)
        version = envelope.specversion if is_version else HIDDEN
        raise Refused(f"specversion {version} is not known; send 1.0")
    if not SEQUENCE.fullmatch(envelope.sequence):
        raise Refused("sequence is not a number")
    if not _is_moment(envelope.time):
        raise Refused("time is no moment as RFC 3339 writes it")
    return envelope


def _is_moment(text: str) -> bool:
    try:
        return datetime.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def to_document(envelope: Envelope) -> dict[str, Any]:
    """The event as it lies in an outbox."""
    made: dict[str, Any] = msgspec.to_builtins(envelope)
    return made


def from_document(document: dict[str, Any]) -> Envelope:
    """Read it back from an outbox, an archive or the retry queue."""
    return msgspec.convert(msgspec.to_builtins(document, enc_hook=_to_int), Envelope)


def _to_int(value: object) -> int:
    """A number beyond 32 bits, of which the driver makes a type of its own. Raises
    TypeError for what no event holds."""
    if isinstance(value, int):
        return int(value)
    raise TypeError(type(value).__name__)
