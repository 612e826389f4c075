"""MongoDB's semantics on a handful of documents, by mongomock-ng.

The one place that knows mongomock-ng. It touches one private attribute, the
documents of a collection store, which is why the version is pinned exactly.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import mongomock_ng
import pymongo.errors
from bson.errors import BSONError
from mongomock_ng.filtering import filter_applies
from mongomock_ng.helpers import hashdict

from embedded.store.plain_filters import plan_filter

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
    """A scratch collection: documents are loaded, worked on, and read back."""

    def __init__(self) -> None:
        client: Any = mongomock_ng.MongoClient(tz_aware=False)
        self.collection: Any = client["scratch"]["scratch"]
        self.documents: dict[Any, Document] = self.collection._store._documents

    def load(self, documents: Iterable[Document]) -> None:
        """Replace what is here by these documents."""
        self.documents.clear()
        self.documents.update((_to_hashable(doc["_id"]), doc) for doc in documents)

    def dump(self) -> list[Document]:
        """What is here now."""
        return list(self.documents.values())

    def sort(
        self, rows: Iterable[tuple[int, Document]], sort: Sort
    ) -> Iterator[tuple[int, Document]]:
        """Rows and their documents in this order."""
        pairs = {
            _to_hashable(document["_id"]): (row, document) for row, document in rows
        }
        self.load(document for _, document in pairs.values())
        ordered = list(self.collection.find({}).sort(list(sort)))
        return iter([pairs[_to_hashable(document["_id"])] for document in ordered])


def _to_hashable(value: Any) -> Any:
    return hashdict(value) if isinstance(value, dict) else value


def is_match(filter_: Mapping[str, Any], document: Document) -> bool:
    """Whether the filter applies to the document."""
    return bool(filter_applies(filter_, document))


def plan_match(filter_: Mapping[str, Any]) -> Callable[[Document], bool]:
    """What says whether the filter applies to a document."""
    plain = plan_filter(filter_)
    if plain is None:
        return lambda document: is_match(filter_, document)

    def judge(document: Document) -> bool:
        sure = plain.judge_document(document)
        return is_match(filter_, document) if sure is None else sure

    return judge


def is_replacement(update: Mapping[str, Any]) -> bool:
    """Whether an update is a whole new document and not operators."""
    return not any(name.startswith("$") for name in update)
