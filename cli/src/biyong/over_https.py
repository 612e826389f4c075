"""A branch's way without a broker: batches of events over HTTPS, then its receipts."""

import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from biyong.branch_event import BATCH, write_event
from biyong.carrier import Chunk, Decided, NotTaken, Taken
from biyong.door import ANYTHING, Away, Door, Refused, path_to

LOOK_SECONDS = 0.3
"""A chunk of 200 rows is decided in about a second."""
ASKED_IN_VAIN = 5
"""Chunks asked for that are undecided still: they are decided about in the order in
which they were sent, so those behind are too."""
MOST_MESSAGES, MOST_BYTES = 100, 1024 * 1024
"""Of one batch; the platform takes no more."""
UNKNOWN_CHUNK = "unknown-chunk"
TOO_MANY, SERVER_FAULT = 429, 500
OF_CONTENT = frozenset({400, 413, 415, 422})
"""Statuses that speak of what was sent, not of who sent it."""


class OverHttp:
    """Through the gateway's HTTP door."""

    def __init__(self, door: Door, branch: str) -> None:
        self.door, self.branch = door, branch

    def send_all(self, chunks: Mapping[str, Chunk]) -> Iterator[Taken | NotTaken]:
        """Post chunks, a batch after the other; an answer for each."""
        for events in self._gather_batches(chunks):
            try:
                yield from self._post_batch(events)
            except Refused as refused:
                if refused.status == TOO_MANY:
                    reason = "too-many"
                elif refused.status in OF_CONTENT and len(events) == 1:
                    reason = refused.slug
                else:
                    raise
                for key in events:
                    yield NotTaken(key, reason, "", str(refused))

    def _gather_batches(
        self, chunks: Mapping[str, Chunk]
    ) -> Iterator[dict[str, bytes]]:
        """Events by key, as many together as one batch takes."""
        batch, size = dict[str, bytes](), 0
        for key, chunk in chunks.items():
            event = write_event(self.branch, key, chunk)
            grown = size + len(event) + len(b",")
            if batch and (len(batch) == MOST_MESSAGES or grown >= MOST_BYTES):
                yield batch
                batch, grown = {}, len(event) + len(b"[")
            batch[key], size = event, grown
        if batch:
            yield batch

    def _post_batch(self, events: dict[str, bytes]) -> list[Taken | NotTaken]:
        """What became of each. Raises Refused, Away."""
        body = b"[" + b",".join(events.values()) + b"]"
        path = ("enrollment", "branches", self.branch, "events")
        answered = self._ask("POST", *path, raw=body)
        return [
            _read_answer(key, answer)
            for key, answer in zip(events, answered["items"], strict=True)
        ]

    def receipts(self, waiting: Collection[str]) -> Iterator[Decided | NotTaken]:
        """Ask for chunks in the order in which they were sent, until some are found
        undecided."""
        asked_in_vain = 0
        for key in list(waiting):
            chunk = self._find_chunk(key)
            if chunk is not None and chunk["state"] == "decided":
                of = chunk["roster_id"], chunk["dry_run"]
                yield Decided(key, *of, chunk["outcomes"])
                continue
            asked_in_vain += 1
            if asked_in_vain == ASKED_IN_VAIN:
                break
        if waiting:
            time.sleep(LOOK_SECONDS)

    def _find_chunk(self, key: str) -> dict[str, Any] | None:
        """None if the platform has it not. Raises Refused, Away."""
        try:
            chunk: dict[str, Any] = self._ask(
                "GET", "enrollment", "branches", self.branch, "chunks", key
            )
        except Refused as refused:
            if refused.slug == UNKNOWN_CHUNK:
                return None
            if refused.status == TOO_MANY:
                raise Away(str(refused)) from refused
            raise
        return chunk

    def _ask(self, method: str, *parts: str, raw: bytes | None = None) -> Any:
        """Ask; a fault of the platform passes. Raises Refused, Away."""
        kind = "" if raw is None else BATCH
        try:
            return self.door.call(
                method, path_to(*parts), ANYTHING, raw=raw, content_type=kind
            )
        except Refused as refused:
            if refused.status >= SERVER_FAULT:
                raise Away(str(refused)) from refused
            raise

    def close(self) -> None:
        """Let the connections go."""
        self.door.pool.clear()


def _read_answer(key: str, answer: dict[str, Any]) -> Taken | NotTaken:
    if answer["state"] != "refused":
        return Taken(key)
    place, detail = answer.get("place", ""), answer.get("detail", "")
    return NotTaken(key, answer["reason"], place, detail)
