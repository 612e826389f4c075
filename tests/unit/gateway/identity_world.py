"""What identity asks, in memory: passwords, tries, events, letters, services."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from chassis.http.problem import Problem
from gateway.identity.errors import PasswordsBusy
from gateway.identity.tries import NO_LIMIT, Limits, OverLimit

from tests.doubles.sign_in_gate import Letters as Letters

AGAIN_SECONDS = 900


class FakePasswords:
    """Passwords hashed without work; counts those looked at. `is_full`: no place."""

    def __init__(self) -> None:
        self.looked, self.is_full = 0, False

    @contextmanager
    def hold_place(self, *, is_known: bool) -> Iterator[None]:
        if self.is_full:
            raise PasswordsBusy("full", 2)
        yield

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def is_match(self, secret: str, password: str) -> bool:
        self.looked += 1
        return secret == self.hash(password)


@dataclass
class FakeTries:
    """Tries that are never forgotten; how often it was asked to count."""

    counts: dict[str, int] = field(default_factory=dict)
    asked: int = 0

    def count_tries(self, keys: Sequence[str], limits: Limits) -> tuple[str, ...]:
        self.asked += 1
        before = {key: self.counts.get(key, 0) for key in keys}
        most = limits(before)
        for key, tries in before.items():
            if tries >= most.get(key, NO_LIMIT):
                raise OverLimit(key, AGAIN_SECONDS)
        self.counts |= {key: tries + 1 for key, tries in before.items()}
        return tuple(keys)

    def give_back(self, taken: Sequence[str]) -> None:
        for key in taken:
            self.counts[key] -= 1


@dataclass
class FakeEvents:
    """Security events: what, outcome, and whom they name."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    named: list[dict[str, str]] = field(default_factory=list)

    def add_event(self, what: str, outcome: str, *, address: str, **more: str) -> None:
        self.rows.append((what, outcome))
        self.named.append(more)

    def add_event_once(
        self, what: str, outcome: str, *, address: str, **more: str
    ) -> None:
        if (what, outcome) not in self.rows:
            self.add_event(what, outcome, address=address, **more)


@dataclass
class FakeEnrollment:
    """Enrollment as invitations ask it, by person."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def add(
        self,
        id_: str,
        phone: str,
        email: str = "",
        lines: Sequence[Sequence[str]] = (("beijing", "dongcheng"),),
    ) -> None:
        self.people[id_] = {
            "person_id": id_,
            "name": "目标甲",
            "phone": phone,
            "email": email,
            "branch_id": "dongcheng",
            "branch_name": "东城区总工会",
            "member_no": f"N-{id_}",
            "lines": lines,
        }

    def send_request(
        self,
        method: str,
        path: tuple[str, ...],
        answer: Any,
        *,
        body: Mapping[str, Sequence[str]],
    ) -> Any:
        self.asked.append(list(body["person_ids"]))
        rows = [self.people[id_] for id_ in body["person_ids"] if id_ in self.people]
        return msgspec.convert(rows, answer)


@dataclass
class FakeNotify:
    """Notify as invitations ask it; it may be away, or have no room today."""

    mails: list[dict[str, Any]] = field(default_factory=list)
    is_away: bool = False
    has_room: bool = True
    channels: Sequence[str] = ("mail", "sms")

    def send_request(
        self,
        method: str,
        path: tuple[str, ...],
        answer: Any,
        *,
        body: Mapping[str, Sequence[dict[str, Any]]],
    ) -> dict[str, Any]:
        if self.is_away:
            raise Problem(503, "service-away", "notify does not answer")
        if not self.has_room:
            raise Problem(429, "too-many-messages", "tomorrow")
        if any(
            mail.get("channel", "mail") not in self.channels for mail in body["mails"]
        ):
            raise Problem(409, "channel-missing", "no short messages")
        self.mails += body["mails"]
        return {}

    def links(self) -> list[str]:
        """What each letter leads to."""
        return [mail["words"]["link"].rpartition("/")[2] for mail in self.mails]
