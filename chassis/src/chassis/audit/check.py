"""Whether an audit log is as it was written: the first entry that is not."""

from collections.abc import Callable, Iterable

from chassis.audit.entry import AuditAnchor, AuditEntry, AuditVerdict

MISSING, UNCHAINED, CHANGED, UNSIGNED, CUT, OTHER = (
    "missing",
    "unchained",
    "changed",
    "unsigned",
    "cut",
    "other-than-noted",
)
MOST_AHEAD = 1
"""Entries behind the head: of a writer that died before the head was moved. The next
moves it first, so more are of a head that somebody took away or set back."""
Verify = Callable[[AuditEntry], bool]
"""Whether the service signed an entry's hash."""


def check_entries(
    service: str,
    entries: Iterable[AuditEntry],
    head: AuditAnchor,
    verify: Verify,
    noted: AuditAnchor,
) -> AuditVerdict:
    """The verdict on entries in their order, the first being number 1.

    `head` is how far the log says it goes, `noted` what somebody noted elsewhere.
    """
    number, before, seen_head = 0, "", head.number == 0
    for entry in entries:
        fault = _find_fault(service, entry, number, before, verify)
        if noted.number and entry.number == noted.number and entry.hash != noted.hash:
            fault = fault or OTHER
        if fault:
            return AuditVerdict(number, before, number + 1, fault)
        number, before = entry.number, entry.hash
        seen_head = seen_head or (number == head.number and before == head.hash)
    if not seen_head or noted.number > number:
        return AuditVerdict(number, before, number + 1, CUT)
    return AuditVerdict(number, before)


def check_head(verdict: AuditVerdict, head: AuditAnchor) -> AuditVerdict:
    """The verdict once the head was read again, behind the entries: writers move it, so
    it is taken away or set back where it is far behind."""
    if verdict.broken_at or verdict.entries - head.number <= MOST_AHEAD:
        return verdict
    return AuditVerdict(verdict.entries, verdict.hash, verdict.entries + 1, CUT)


def _find_fault(
    service: str, entry: AuditEntry, number: int, before: str, verify: Verify
) -> str:
    """What is wrong with the entry behind this number and hash, or nothing."""
    if entry.number != number + 1:
        return MISSING
    if entry.compute_hash(service) != entry.hash:
        return CHANGED
    if entry.before != before:
        return UNCHAINED
    return "" if verify(entry) else UNSIGNED
