"""One entry of the audit log, and how it is chained to the one before."""

import hashlib
from dataclasses import dataclass, field

import msgspec
from contracts.http.shape import Shape, Text


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True, rename={"number": "_id"}):
    """Who did what to whom, when and why, as it is stored and shown.

    `before` is the hash of the entry with the number before, `hash` that of this one,
    `signature` the service's under it. `at` is UTC and grows with every entry. `key`
    stands for what caused it, so that a repeat adds nothing. Ids and codes only: a
    person whose data are deleted must not stand in what is never changed.
    """

    number: int
    at: str
    who: str
    action: str
    subject: str
    reason: str
    details: dict[str, str]
    request: str
    key: str
    before: str
    hash: str = ""
    signature: str = ""

    def compute_hash(self, service: str) -> str:
        """The hash of all that stands in it, the former hash included."""
        fields = msgspec.structs.asdict(self)
        plain = {n: v for n, v in fields.items() if n not in ("hash", "signature")}
        written = msgspec.json.encode([service, sorted(plain.items())], order="sorted")
        return hashlib.sha256(written).hexdigest()


@dataclass(frozen=True)
class Act:
    """What is to be written down: the acting account, the action, whom it concerned.

    `key` is the same for a repeat; without one every act is another.
    """

    who: str
    action: str
    subject: str
    reason: str = ""
    details: dict[str, str] = field(default_factory=dict)
    key: str = ""


class AuditQuery(Shape):
    """Which entries: those of an account, an action, a subject; from the moment `since`
    on, and before another."""

    who: Text = ""
    action: Text = ""
    subject: Text = ""
    since: Text = ""
    before: Text = ""
    limit: int = 50


class AuditAnchor(Shape):
    """A number and its hash as somebody noted them down elsewhere, to compare with."""

    number: int = 0
    hash: Text = ""


class AuditVerdict(msgspec.Struct, frozen=True):
    """Whether a service's audit log is whole: the last number and its hash, and the
    first number that is not as it was written, with the reason."""

    entries: int
    hash: str
    broken_at: int = 0
    why: str = ""
