"""What tests see of a row, and do to it, beside what its store offers."""

from collections.abc import Callable
from typing import Any, TypeVar

from chassis.storage.aggregates import Aggregates

T = TypeVar("T")
R = TypeVar("R")


def outbox(rows: Aggregates[Any], id_: str) -> list[dict[str, Any]]:
    """The events it has still to say; the relay looks if there are any."""
    found = rows.collection.find_one({"_id": id_})
    assert found is not None
    assert (found["out_due"] is not None) == bool(found["outbox"])
    said: list[dict[str, Any]] = found["outbox"]
    return said


def said(rows: Aggregates[Any], id_: str) -> list[str]:
    """The ids of these events."""
    return [event["id"] for event in outbox(rows, id_)]


def version(rows: Aggregates[Any], id_: str) -> int:
    """How often it was written."""
    return rows.get_with_version(id_)[1]


def let_lapse(rows: Aggregates[Any], id_: str) -> None:
    """The worker that holds the lease was not heard for its whole term."""
    rows.collection.update_one({"_id": id_}, {"$set": {"work_due": 1.0}})


def overtaken(by: Callable[[], object], decide: Callable[[T], R]) -> Callable[[T], R]:
    """`decide`, but another writer is first between its first read and its write."""
    first = iter([by])

    def decided(held: T) -> R:
        for other in first:
            other()
        return decide(held)

    return decided
