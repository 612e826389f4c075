"""Events as one operator sees them: over all services, the gateway's own included."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from chassis.broker import port as bus
from chassis.operations.console import Operating

from gateway.clients.services import NAMES, PageClient, Question, Unavailable

OWN = "gateway"
ALL = (*NAMES, OWN)
MOST_REQUESTS = 5
Row = dict[str, Any]


class Everywhere:
    """One operator's questions to all services at once.

    Whoever does not answer is named in `away`, who cannot yet in `earlier`, and the
    rest is shown.
    """

    def __init__(self, asking: PageClient, own: Operating) -> None:
        self.asking, self.own = asking, own
        self.away: list[str] = []
        self.earlier: list[str] = []

    def parked(self) -> dict[str, list[Row]]:
        """Service → what is parked there, by cause."""
        return self._all("parked", lambda: self.own.parked.groups())

    def topology(self) -> dict[str, list[Row]]:
        """Service → its queues."""
        return self._all("topology", self.own.survey)

    def unsaid(self) -> dict[str, list[Row]]:
        """Service → its outboxes in which something waits for longer than usual."""
        return self._all("unsaid", self.own.unsaid)

    def failing(self) -> dict[str, list[Row]]:
        """Service → what work of it fails again and again."""
        return self._all("failing", self.own.failing)

    def models(self) -> list[Row]:
        """The read models, each with its service; the gateway keeps none."""
        found = self._all("models", list)
        return [
            {**model, "service": name} for name, ms in found.items() for model in ms
        ]

    def audit(self) -> list[Row]:
        """What people did, latest first, with the service it was done in."""
        found = self._all("audit", lambda: self.own.audit.lines())
        lines = [{**line, "service": name} for name, ls in found.items() for line in ls]
        return sorted(lines, key=lambda line: str(line["at"]), reverse=True)

    def trace(self, id_: str) -> Row:
        """What a request led to, in the order of time.

        For the id of an event, an enrolment, a chunk: what those requests that spoke
        of it led to, as far as it is about the same person or thing. `entries` tell
        who said or heard what and when; empty when nobody knows the id.
        """
        said = self._said(id_)
        requests = sorted({one["request"] for one in said})[:MOST_REQUESTS]
        if requests and id_ not in requests:
            near = {id_} | {one["id"] for one in said} | {one["person"] for one in said}
            near.discard("")
            whole = [one for request in requests for one in self._said(request)]
            said = [one for one in whole if near & {one["id"], *one["about"]}]
        types = {one["id"]: one["type"] for one in said}
        entries = [{**one, "kind": "said", "at": one["time"]} for one in said]
        entries += [
            {**one, "kind": "heard", "type": types[one["id"]]}
            for one in self._heard(list(types))
        ]
        entries.sort(key=lambda entry: _moment(entry["at"]))
        return {
            "requests": requests,
            "entries": entries,
            "away": sorted(set(self.away)),
        }

    def _said(self, id_: str) -> list[Row]:
        query = {"id": id_}
        found = self._all("said", lambda: self.own.story.said(id_), query)
        return [one for said in found.values() for one in said]

    def _heard(self, ids: Sequence[str]) -> list[Row]:
        if not ids:
            return []
        heard: list[Row] = _plain(self.own.story.heard(ids))
        path, body = ("events", "heard"), {"ids": ids}
        asked = [Question(name, path, method="POST", body=body) for name in NAMES]
        return heard + [one for found in self._of_all(asked).values() for one in found]

    def _all(
        self, what: str, own: Callable[[], object], query: Row | None = None
    ) -> dict[str, list[Row]]:
        found = self._of_all([Question(n, ("events", what), query) for n in NAMES])
        try:
            return found | {OWN: _plain(own())}
        except bus.Away:
            self.away.append(OWN)
            return found | {OWN: []}

    def _of_all(self, questions: Sequence[Question]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for question, rows in zip(
            questions, self.asking.ask_each(questions), strict=True
        ):
            if isinstance(rows, Unavailable):
                self.away.append(question.service)
            elif rows is None:
                self.earlier.append(question.service)
            found[question.service] = rows or []
        return found


def _plain(value: object) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _moment(at: str) -> str:
    """UTC in ISO form, comparable as text."""
    return at.replace("Z", "+00:00")
