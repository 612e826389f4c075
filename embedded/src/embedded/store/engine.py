"""Reads and writes: narrowed by the storage, judged by the semantics."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import bson
from bson import ObjectId

from embedded.store.answers import LARGEST_DOCUMENT
from embedded.store.bodies import Decode, decode_for, decode_whole
from embedded.store.codes import Code, Refused
from embedded.store.index_ranges import Filter, Sort
from embedded.store.projection import (
    Uneven,
    hide_fields,
    plan_projection,
    show_fields,
)
from embedded.store.query_planner import QueryPlanner
from embedded.store.semantics import (
    Document,
    ScratchCollection,
    is_match,
    is_replacement,
    plan_match,
)
from embedded.store.storage import OPTIONS, Storage
from embedded.store.updates import check_update

Matching = Iterator[tuple[int, Document]]
"""Documents that match, each with its row in the storage."""


class Engine:
    """The operations of one store. Call it from one thread at a time."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.planner = storage, QueryPlanner(storage)
        self.scratch = ScratchCollection()

    # reads

    def find(
        self,
        collection: str,
        filter_: Filter,
        projection: Filter | None = None,
        sort: Sort = (),
        skip: int = 0,
        limit: int = 0,
    ) -> list[Document]:
        """Matching documents, projected, sorted and cut as asked."""
        end = skip + limit if limit else None
        shown = self._find_matching(collection, filter_, sort, decode_for(filter_))
        picked = [document for _, document in islice(shown, skip, end)]
        return self._project_documents(filter_, picked, projection)

    def _project_documents(
        self, filter_: Filter, documents: list[Document], projection: Filter | None
    ) -> list[Document]:
        if not projection:
            return documents
        if plan := plan_projection(projection):
            tree, is_shown = plan
            project = show_fields if is_shown else hide_fields
            try:
                return [project(document, tree) for document in documents]
            except Uneven:
                pass  # and the scratch collection says what is shown
        self.scratch.load(decode_whole(bson.encode(one)) for one in documents)
        return list(self.scratch.collection.find(filter_, dict(projection)))

    def count(self, collection: str, filter_: Filter) -> int:
        """How many documents match."""
        if not filter_:
            return self.storage.count(collection)
        return sum(1 for _ in self._find_matching(collection, filter_))

    def distinct(self, collection: str, path: str, filter_: Filter) -> list[Any]:
        """The different values at a path in the matching documents."""
        self._load_scratch(collection, filter_)
        return list(self.scratch.collection.distinct(path))

    def aggregate(self, collection: str, pipeline: Sequence[Filter]) -> list[Document]:
        """A pipeline; its first `$match` narrows, the rest runs on what is left."""
        filter_: Filter = {}
        if pipeline and "$match" in pipeline[0]:
            filter_, pipeline = pipeline[0]["$match"], pipeline[1:]
        self._load_scratch(collection, filter_)
        return list(self.scratch.collection.aggregate(list(pipeline)))

    def _load_scratch(self, collection: str, filter_: Filter) -> None:
        self.scratch.load(
            document for _, document in self._find_matching(collection, filter_)
        )

    def _find_matching(
        self,
        collection: str,
        filter_: Filter,
        sort: Sort = (),
        decode: Decode = decode_whole,
    ) -> Matching:
        """Rows and documents that match, in the order asked."""
        is_match(filter_, {})
        rows, in_order = self.planner.find_candidates(collection, filter_, sort)
        has_order = in_order or not sort
        read = decode if has_order else decode_whole
        judge = plan_match(filter_)
        pairs = ((row, read(body)) for row, body in rows)
        matching = ((row, document) for row, document in pairs if judge(document))
        return matching if has_order else self.scratch.sort(matching, sort)

    # writes

    def insert(self, collection: str, document: Document) -> None:
        """Put one new document. Raises DuplicateKey or Refused."""
        if "_id" not in document:
            document = {"_id": ObjectId(), **document}
        _refuse_bad_names(document)
        body = bson.encode(document)
        _refuse_too_large(body)
        with self.whole_or_nothing():
            self.storage.insert_document(collection, document, body)

    def update(
        self,
        collection: str,
        filter_: Filter,
        update: Filter,
        *,
        multi: bool = False,
        upsert: bool = False,
    ) -> tuple[int, int, Any]:
        """Change matching documents: how many matched, changed, and the id upserted."""
        check_update(update)
        matching = self._find_matching(collection, filter_)
        rows = list(matching if multi else islice(matching, 1))
        if not rows and upsert:
            return 0, 0, self._upsert_document(collection, filter_, update)["_id"]
        changed = 0
        for row, document in rows:
            with self.whole_or_nothing():
                changed += self._change_document(
                    collection, filter_, update, row, document
                )
        return len(rows), changed, None

    def _change_document(
        self,
        collection: str,
        filter_: Filter,
        update: Filter,
        row: int,
        document: Document,
    ) -> bool:
        before = bson.encode(document)
        old: Document = bson.decode(before, OPTIONS)
        self.scratch.load([document])
        if is_replacement(update):
            _refuse_bad_names(update)
            self.scratch.collection.replace_one({"_id": document["_id"]}, dict(update))
        else:
            self._refuse_another_id(update, document)
            try:
                self.scratch.collection.update_one(filter_, dict(update))
            except TypeError as error:
                raise Refused(
                    f"cannot apply the update to what is there: {error}",
                    Code.TypeMismatch,
                ) from error
        after = bson.encode(self.scratch.dump()[0])
        if after == before:
            return False
        _refuse_too_large(after)
        new: Document = bson.decode(after, OPTIONS)
        if new["_id"] != old["_id"]:
            raise Refused("the _id of a document cannot change", Code.ImmutableField)
        self.storage.replace_document(collection, row, old, new, after)
        return True

    def _refuse_another_id(self, update: Filter, document: Document) -> None:
        for operator, fields in update.items():
            changes = operator != "$setOnInsert" and "_id" in fields
            if changes and fields["_id"] != document["_id"]:
                raise Refused(
                    "the _id of a document cannot change", Code.ImmutableField
                )

    def _upsert_document(
        self, collection: str, filter_: Filter, update: Filter
    ) -> Document:
        self.scratch.load([])
        if is_replacement(update):
            self.scratch.collection.replace_one(filter_, dict(update), upsert=True)
        else:
            self.scratch.collection.update_one(filter_, dict(update), upsert=True)
        made: Document = bson.decode(bson.encode(self.scratch.dump()[0]), OPTIONS)
        self.insert(collection, made)
        return made

    def delete(self, collection: str, filter_: Filter, *, only_one: bool) -> int:
        """Remove matching documents and say how many."""
        matching = self._find_matching(collection, filter_)
        rows = list(islice(matching, 1) if only_one else matching)
        for row, document in rows:
            with self.whole_or_nothing():
                self.storage.delete_document(collection, row, document)
        return len(rows)

    def find_and_modify(
        self,
        collection: str,
        filter_: Filter,
        update: Filter | None,
        *,
        sort: Sort = (),
        projection: Filter | None = None,
        new: bool = False,
        upsert: bool = False,
    ) -> tuple[Document | None, Any]:
        """Change (or, without update, remove) one document and return it.

        Returns the document before or after, and the id if one was upserted.
        """
        if update is not None:
            check_update(update)
        picked = next(self._find_matching(collection, filter_, sort), None)
        if picked is None:
            if update is None or not upsert:
                return None, None
            made = self._upsert_document(collection, filter_, update)
            return (self._project_one(made, projection) if new else None), made["_id"]
        row, document = picked
        before: Document = bson.decode(bson.encode(document), OPTIONS)
        with self.whole_or_nothing():
            if update is None:
                self.storage.delete_document(collection, row, document)
                return self._project_one(before, projection), None
            self._change_document(collection, filter_, update, row, document)
        after = self.scratch.dump()[0]
        return self._project_one(after if new else before, projection), None

    def _project_one(self, document: Document, projection: Filter | None) -> Document:
        return self._project_documents({}, [document], projection)[0]

    @contextmanager
    def whole_or_nothing(self) -> Iterator[None]:
        """One write: a document or index and all its entries, or none of them."""
        self.storage.sql.execute("savepoint one")
        catalog = self.storage.catalog_changes
        try:
            yield
        except BaseException:
            self.storage.sql.execute("rollback to one")
            self.storage.sql.execute("release one")
            if self.storage.catalog_changes != catalog:
                self.storage.load_catalog()
            raise
        self.storage.sql.execute("release one")


def _refuse_too_large(body: bytes) -> None:
    if len(body) > LARGEST_DOCUMENT:
        raise Refused(
            "a document may not be larger than 16 MiB", Code.BSONObjectTooLarge
        )


def _refuse_bad_names(document: Mapping[str, Any]) -> None:
    for name in document:
        if name.startswith("$"):
            raise Refused(f"the field name '{name}' may not start with '$'")
        if "\0" in name:
            raise Refused("a field name may not contain NUL")


def sort_of(sort: Filter | None) -> Sort:
    """The sort of a command as (path, direction) pairs."""
    return [(path, int(direction)) for path, direction in (sort or {}).items()]
