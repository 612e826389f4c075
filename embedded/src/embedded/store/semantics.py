"""MongoDB's semantics on a handful of documents, by mongomock-ng.

The one place that knows mongomock-ng. It touches one private attribute, the
documents of a collection store, which is why the version is pinned exactly.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import mongomock_ng
import pymongo.errors
from bson.errors import BSONError
from mongomock_ng.filtering import filter_applies
from mongomock_ng.helpers import hashdict

Document = dict[str, Any]
Sort = Sequence[tuple[str, int]]

FAILURES = (
    pymongo.errors.PyMongoError,
    BSONError,
    re.error,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
)
"""What mongomock-ng raises for an operation that MongoDB would refuse."""


class ScratchCollection:
    """A scratch collection: documents are laid on it, worked on, and read back."""

    def __init__(self) -> None:
        self.collection: Any = mongomock_ng.MongoClient(tz_aware=False)["bench"][
            "bench"
        ]
        laid: Any = self.collection._store
        self.documents: dict[Any, Document] = laid._documents

    def load(self, documents: Iterable[Document]) -> None:
        """Replace what lies here by these documents."""
        self.documents.clear()
        self.documents.update((_hashable(doc["_id"]), doc) for doc in documents)

    def dump(self) -> list[Document]:
        """What lies here now."""
        return list(self.documents.values())


def _hashable(value: Any) -> Any:
    return hashdict(value) if isinstance(value, dict) else value


def matches(filter_: Mapping[str, Any], document: Document) -> bool:
    """Whether the filter applies to the document."""
    return bool(filter_applies(filter_, document))


def is_replacement(update: Mapping[str, Any]) -> bool:
    """Whether an update is a whole new document and not operators."""
    return not any(name.startswith("$") for name in update)
