"""Whatever mongomock-ng answers in process, the store answers over the wire.

Random operations run on both; what they return and what they leave is compared.
The store has indexes that mongomock has no use for, so a wrong narrowing shows.
"""

from typing import Any

import mongomock_ng
import pytest
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

from tests.depth import rounds
from tests.embedded.chance import DOCUMENTS, Chance, Document
from tests.embedded.conftest import Client
from tests.embedded.operations import Operation, Operations

DIFFERENCES = {
    "array filters": "the store refuses them; mongomock-ng would run them",
    "update pipelines": "the store refuses them; mongomock-ng would run them",
    "unordered bulk": "the driver sends a server all inserts first, then updates, then "
    "deletes, and mongomock-ng keeps the order given; so they are given in that order",
    "failing updates": "the store keeps all of a document's update or none of it, "
    "mongomock-ng what came before the failure; so what must fail is asked for alone",
    "shared elements": "mongomock-ng's update_many puts one and the same element into "
    "many documents, where a later change shows in all; so one update pushes to one",
    "kinds of error": "only a duplicate key is told from other failures, because "
    "mongomock-ng raises Python's own errors where a server answers with a code",
}

SEEDS = range(rounds(10, 100))
OPERATIONS_PER_SEED = 2050
STATE_EVERY = 20

INDEXES: tuple[Any, ...] = (
    "s",
    "tags",
    "subs.id",
    "opt",
    "at",
    "out_due",
    [("branch", 1), ("n", 1)],
    [("branch", 1), ("at", -1), ("_id", 1)],
)
UNIQUES: tuple[Any, ...] = ("mail", [("branch", 1), ("code", 1)])
FAILURES = (
    OperationFailure,
    NotImplementedError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
)


def outcome(operation: Operation, collection: Any) -> Any:
    """What it returned, or in a few words how it failed."""
    try:
        return exact(operation(collection))
    except BulkWriteError as error:
        written = error.details
        failed = sorted(one["index"] for one in written["writeErrors"])
        return "bulk", failed, written["nInserted"], written["nRemoved"]
    except DuplicateKeyError:
        return "duplicate key"
    except FAILURES:
        return "failure"


def exact(value: Any) -> Any:
    """The value with its kinds, so that 1, 1.0 and True are three things."""
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    if isinstance(value, bool | float):
        return type(value).__name__, value
    return value


def told(operation: Operation, turn: int) -> str:
    """The operation and what is random in it, to be run again by hand."""
    closed = operation.__closure__ or ()
    return f"turn {turn}: {operation.__qualname__} {[c.cell_contents for c in closed]}"


def everything(collection: Any) -> list[Document]:
    return list(collection.find())


def prepared(chance: Chance, client: Client) -> tuple[Any, Any]:
    """The same documents on both, every index on the store's side."""
    ours = client["compared"]["kept"]
    theirs = mongomock_ng.MongoClient(tz_aware=False)["compared"]["kept"]
    for keys in INDEXES:
        ours.create_index(keys)
    for keys in UNIQUES:
        ours.create_index(keys, unique=True)
        theirs.create_index(keys, unique=True)
    documents = [chance.document(number) for number in range(DOCUMENTS)]
    for side in (ours, theirs):
        side.insert_many([dict(document) for document in documents])
    return ours, theirs


@pytest.mark.parametrize("seed", SEEDS)
def test_the_store_answers_and_keeps_what_mongomock_does(
    client: Client, seed: int
) -> None:
    chance = Chance(seed)
    ours, theirs = prepared(chance, client)
    operations = Operations(chance)
    for turn in range(OPERATIONS_PER_SEED):
        operation = operations.draw()
        theirs_said, ours_said = outcome(operation, theirs), outcome(operation, ours)
        assert ours_said == theirs_said, told(operation, turn)
        if turn % STATE_EVERY == 0:
            assert everything(ours) == everything(theirs), f"before turn {turn}"
    assert everything(ours) == everything(theirs)


def test_the_comparison_is_of_twenty_thousand_operations() -> None:
    assert len(SEEDS) * OPERATIONS_PER_SEED >= 20_000


@pytest.mark.parametrize(
    ("difference", "change", "options"),
    [
        (
            "array filters",
            {"$set": {"subs.$[e].n": 1}},
            {"array_filters": [{"e.id": "x"}]},
        ),
        ("update pipelines", [{"$set": {"n": 1}}], {}),
    ],
)
def test_a_named_difference_is_a_refusal_that_changes_nothing(
    client: Client, difference: str, change: Any, options: dict[str, Any]
) -> None:
    assert difference in DIFFERENCES
    ours, _ = prepared(Chance(0), client)
    before = everything(ours)
    with pytest.raises(OperationFailure, match=difference):
        ours.update_many({}, change, **options)
    assert everything(ours) == before
