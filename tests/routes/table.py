"""The route table: every route of the platform, and what each caller is answered."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CALLERS = (
    "anonymous", "seated", "elsewhere", "seatless", "same", "parent", "child",
    "sibling", "staff", "first", "plain",
)  # fmt: skip
SERVICES = ("catalog", "enrollment", "media", "learning", "notify")
TABLE = Path(__file__).with_name("table.txt")
ARGUMENT = re.compile(r"<(?:[^<>]+:)?(\w+)>")
GROUPS = {"{service}": SERVICES, "{all}": (*SERVICES, "gateway")}


@dataclass(frozen=True)
class Line:
    """One call of a route by each of the callers.

    `given` names what of the scene stands for an argument of the path, for `query`,
    for a JSON `body` or for a `form`; `answers` are statuses in the callers' order.
    """

    number: int
    method: str
    rule: str
    given: Mapping[str, str]
    answers: Sequence[int]

    @property
    def route(self) -> str:
        return f"{self.method} {self.rule}"

    def path(self, values: Mapping[str, str]) -> str:
        """The path to call with what stands for each argument."""

        def fill(found: re.Match[str]) -> str:
            name = self.given.get(found[1], found[1])
            return quote(values[name], safe="/")

        query = self.given.get("query", "")
        query = re.sub(r"\{(\w+)\}", lambda m: quote(values[m[1]]), query)
        return ARGUMENT.sub(fill, self.rule) + (f"?{query}" if query else "")


def read_table() -> list[Line]:
    """Every line of the table, those of several services once for each."""
    written = enumerate(TABLE.read_text("utf-8").splitlines(), 1)
    return [
        line
        for number, text in written
        if text.strip() and not text.startswith("#")
        for line in _lines(number, text.split())
    ]


def _lines(number: int, words: Sequence[str]) -> Iterator[Line]:
    answers = [int(word) for word in words[: len(CALLERS)]]
    method, rule, *pairs = words[len(CALLERS) :]
    given = dict(pair.split("=", 1) for pair in pairs)
    group = next((name for name in GROUPS if name in rule), "")
    for service in GROUPS.get(group, ("",)):
        full = rule.replace(group, service) if group else rule
        yield Line(number, method, full, given, answers)
