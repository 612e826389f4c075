"""What services keep, told so that two runs of one story can be compared.

Left out is what differs between two quiet runs: times, random tokens, and how often
a document was written. Nothing else is.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from tests.mischief.college import College

BOOKKEEPING = {
    "inbox", "retry_queue", "leases", "idempotency", "event_archive", "sessions",
    "tries", "audit", "resends", "rebuilds", "comparisons", "replicas", "relay_waits",
    "failing_work",
    "devices", "security_events", "turns", "audit_log", "audit_heads",
}  # fmt: skip
HOW_OFTEN_AND_WHEN = {
    "version", "source_version", "asked_by", "outbox", "out_due", "work_due",
    "work_tries", "work_rank", "job", "at", "received", "begun", "heard", "rows_until",
    "invited_until", "rounds", "turn", "is_small", "since", "budget", "viewer",
    "viewer_version", "edited", "edited_at", "edits", "issued", "digest_due",
    "look_due", "opened", "asked", "decided", "closed_at", "uncopied",
}  # fmt: skip
MOMENTS = {"seated_until", "done_at"}
"""The same whenever the same events are heard again, but not from story to story."""
RANDOM = {"secret", "invitation", "source", "served"}
RANDOM_IDS = {"uploads": ("_id", "ticket", "account"), "consents": ("_id",)}
INVITATION = ("_id", "words")
RECEIPT, PROGRESS = "enrollment.receipt.issued.v1", "media.transcode.progressed.v1"
FEED = "feed_entries"
Told = Mapping[str, list[str]]


def told(college: College) -> Told:
    """Every document, fact and mail there is, as text, by where it lies."""
    found: dict[str, list[str]] = {"mails": _mails(college.mails)}
    for service, database in college.databases.items():
        names = set(database.list_collection_names()) - BOOKKEEPING
        found |= told_of(college, {service: sorted(names)}, MOMENTS)
        said = [row["event"] for row in database["event_archive"].find()]
        found[f"{service} event_archive"] = sorted(_facts(said))
    return {place: lines for place, lines in found.items() if lines}


def told_of(
    college: College,
    collections: Mapping[str, Iterable[str]],
    hidden: Collection[str] = (),
) -> Told:
    """The documents of some collections, with the facts they have still to say."""
    found: dict[str, list[str]] = {}
    for service, names in collections.items():
        for name in names:
            rows = list(college.databases[service][name].find())
            unsaid = [event for row in rows for event in row.get("outbox", ())]
            shown = [{k: row[k] for k in row if k not in hidden} for row in rows]
            lines = [_told(name, row) for row in shown] + _facts(unsaid)
            if name == FEED:
                lines = _entries(rows)
            found[f"{service}.{name}"] = sorted(lines)
    return found


def checksum(kept: Told) -> str:
    """One short word for all of it."""
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def difference(kept: Told, wanted: Told) -> list[str]:
    """Every line that is in one of them only."""
    found = []
    for place in sorted({*kept, *wanted}):
        here, there = kept.get(place, []), wanted.get(place, [])
        more, less = Counter(here) - Counter(there), Counter(there) - Counter(here)
        found += [f"+ {place} {line}" for line in more.elements()]
        found += [f"- {place} {line}" for line in less.elements()]
    return found


def _told(collection: str, row: Mapping[str, Any]) -> str:
    hidden = HOW_OFTEN_AND_WHEN | RANDOM | {*RANDOM_IDS.get(collection, ())}
    if row.get("kind") == "invitation":
        hidden = hidden | {*INVITATION}
    return _text({key: row[key] for key in row if key not in hidden})


def _facts(events: Iterable[Mapping[str, Any]]) -> list[str]:
    """Facts by what they say. A receipt may be said again, to be on the safe side."""
    lines = [_text([e["type"], e["partitionkey"], _said(e["data"])]) for e in events]
    counted = [line for line in lines if PROGRESS not in line]
    once = {line for line in counted if RECEIPT in line}
    return [line for line in counted if line not in once] + [*once]


def _entries(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Entries of feeds by what they say: events of different keys come in any order,
    and a receipt that was said again comes again."""
    said = [(row["branch_id"], row["about"], row["event"]) for row in rows]
    return [
        *{
            _text([branch, about, event["type"], _said(event["data"])])
            for branch, about, event in said
        }
    ]


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in data if key not in MOMENTS}


def _mails(folder: Path) -> list[str]:
    """To whom mails went, and about what."""
    found = []
    for path in folder.glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        found.append(f"{mail['To']} {mail['Subject']}")
    return sorted(found)


def _text(value: object) -> str:
    return json.dumps(_ordered(value), ensure_ascii=False, sort_keys=True, default=str)


def _ordered(value: object) -> object:
    """Lists of plain words are compared as sets: lessons are done in any order."""
    if isinstance(value, dict):
        return {key: _ordered(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        plain = all(isinstance(one, str) for one in value)
        return sorted(value) if plain else [_ordered(one) for one in value]
    return value
