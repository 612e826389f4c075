"""The events of a story, heard again by services that had not heard them yet."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chassis.broker.port import BusUnavailable, Message
from chassis.events.envelope import from_document, to_bytes
from media.domain.lecture import WAITING

import contracts
from tests.mischief.college import OPERATOR, College
from tests.mischief.going import Going

LEARNT = {
    "catalog": ("lectures",),
    "enrollment": ("seat_books",),
    "media": ("courses", "seats"),
    "learning": (
        "courses", "classes", "seats", "records", "watched", "hours", "certificates",
        "makeups",
    ),
    "notify": ("notices", "mails", "titles", "seats"),
    "gateway": ("accounts",),
}  # fmt: skip
"""What services know by events alone."""
TOUCHED = {**LEARNT, "media": (*LEARNT["media"], "editions")}
"""And what they do when they hear of it."""


@dataclass(frozen=True)
class Replay:
    """All that was said on the bus, each key's in order."""

    messages: Sequence[Message]

    def mixed(self, chance: random.Random) -> "Replay":
        """The same in another order, each key's kept."""
        by_key: dict[str, list[Message]] = {}
        for message in self.messages:
            by_key.setdefault(message.key, []).append(message)
        turns = [message.key for message in self.messages]
        chance.shuffle(turns)
        return replace(self, messages=[by_key[key].pop(0) for key in turns])

    def shuffled(self, chance: random.Random) -> "Replay":
        """The same in any order, as after a loss of all queues: no key's is kept."""
        messages = list(self.messages)
        chance.shuffle(messages)
        return replace(self, messages=messages)

    def hear(self, college: College, going: Going) -> None:
        """Say all, in two parts, to services that know nothing; until all is heard."""
        _forget(college)
        place = going.chance.randrange(len(self.messages))
        for part in (self.messages[:place], self.messages[place:]):
            publish_all(college, part)
            going.hear_all()
        going.try_held()
        going.make_up()


def recorded(college: College) -> Replay:
    """What the services of a college have said so far, as it happened.

    How often a transcoder told how far it is depends on the machine: only its
    beginning is kept.
    """
    events = [
        row["event"]
        for database in college.databases.values()
        for row in database["event_archive"].find()
    ]
    heard = [
        e for e in events if contracts.consumers_of(e["type"]) - {contracts.BRANCH}
    ]
    kept = [e for e in heard if not e["data"].get("percent") or _is_watch(e)]
    return Replay([_message(event) for event in sorted(kept, key=_moment)])


def _is_watch(event: Mapping[str, Any]) -> bool:
    return str(event["type"]).startswith("media.watch.")


def _moment(event: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return event["time"], event["partitionkey"], event["sequence"], event["id"]


def _message(event: Mapping[str, Any]) -> Message:
    body = to_bytes(from_document(dict(event)))
    return Message(event["type"], event["partitionkey"], body)


def publish_all(college: College, messages: Sequence[Message]) -> None:
    """As a relay does: what is unconfirmed is published again."""
    while True:
        try:
            college.bus.open_publisher().publish(messages)
        except BusUnavailable:
            continue
        return


def _forget(college: College) -> None:
    """Services know nothing; the lectures are there, but nobody was told."""
    for service, collections in LEARNT.items():
        for name in (*collections, "inbox"):
            rows = college.databases[service][name]
            rows.delete_many({"_id": {"$ne": OPERATOR}})
    told = {"state": WAITING, "percent": 0, "renditions": [], "outbox": []}
    college.databases["media"]["editions"].update_many(
        {}, {"$set": {**told, "out_due": None, "work_due": None}}
    )
