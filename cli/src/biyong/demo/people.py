"""Two hundred invented trainees: names put together from common ones."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WITH_MAIL = 3
"""So many trainees have an address: enough to sign in as somebody, and as another."""
FIRST_UNUSUAL = 10
"""The place of the first unusual name: on the first page of every list."""


@dataclass(frozen=True)
class Invented:
    """A trainee of the demo."""

    name: str
    member_no: str
    phone: str
    branch_id: str
    email: str = ""


def invent_people(count: int, data: Mapping[str, Any]) -> list[Invented]:
    """The same people every time; the first have mail addresses."""
    chance = random.Random(1949)  # noqa: S311 - names, not secrets
    people = []
    for number in range(count):
        name = chance.choice(data["family"]) + chance.choice(data["given"])
        if 0 <= number - FIRST_UNUSUAL < len(data["unusual"]):
            name = data["unusual"][number - FIRST_UNUSUAL]
        branch = data["branches"][number % len(data["branches"])]["id"]
        member_no = f"{branch[:2].upper()}-{number + 1:04d}"
        phone = f"139{number + 10_000_000:08d}"
        email = f"trainee{number + 1}@biyong.example" if number < WITH_MAIL else ""
        people.append(Invented(name, member_no, phone, branch, email))
    return people
