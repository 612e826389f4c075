"""MongoDB's commands on collections and indexes."""

from collections.abc import Mapping
from typing import Any

from bson import SON

from embedded.store.answers import to_cursor
from embedded.store.codes import Refused
from embedded.store.engine import Engine
from embedded.store.semantics import Document

Command = Mapping[str, Any]
LACKING = ("sparse", "partialFilterExpression", "wildcardProjection")


class CatalogCommands:
    """What makes, lists and drops collections and indexes, a method a command."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._storage = engine, engine.storage

    def create(self, collection: str, _: Command) -> Document:
        self._storage.number_of(collection)
        return {}

    def drop(self, collection: str, _: Command) -> Document:
        self._storage.delete_collection(collection)
        return {}

    def drop_database(self, _: str, command: Command) -> Document:
        for collection in list(self._storage.collections):
            if collection.startswith(command["$db"] + "."):
                self._storage.delete_collection(collection)
        return {}

    def create_indexes(self, collection: str, command: Command) -> Document:
        is_new = collection not in self._storage.collections
        before = len(self._storage.indexes_of(collection)) + 1
        with self._engine.whole_or_nothing():
            for index in command["indexes"]:
                self._declare_index(collection, index)
        return {
            "numIndexesBefore": before,
            "numIndexesAfter": len(self._storage.indexes_of(collection)) + 1,
            "createdCollectionAutomatically": is_new,
        }

    def _declare_index(self, collection: str, index: Document) -> None:
        directions = index["key"].values()
        if any(index.get(option) for option in LACKING) or not all(
            isinstance(direction, int) for direction in directions
        ):
            raise Refused(
                f"index {index['name']}: the embedded store has plain, unique, "
                "compound and TTL indexes only; keep the field always present"
            )
        if list(index["key"]) != ["_id"]:
            spec = {
                "key": list(index["key"].items()),
                "unique": bool(index.get("unique")),
                "expireAfterSeconds": index.get("expireAfterSeconds"),
            }
            self._storage.declare_index(collection, index["name"], spec)

    def drop_indexes(self, collection: str, command: Command) -> Document:
        name = command.get("index", "*")
        every = [index.name for index in self._storage.indexes_of(collection)]
        for dropped in every if name == "*" else [name]:
            self._storage.delete_index(collection, dropped)
        return {}

    def list_indexes(self, collection: str, _: Command) -> Document:
        listed: list[Document] = [{"v": 2, "key": SON([("_id", 1)]), "name": "_id_"}]
        for index in self._storage.indexes_of(collection):
            entry: Document = {"v": 2, "key": SON(index.fields), "name": index.name}
            if index.unique:
                entry["unique"] = True
            if index.expire_after is not None:
                entry["expireAfterSeconds"] = index.expire_after
            listed.append(entry)
        return to_cursor(0, collection, "firstBatch", listed)

    def list_collections(self, _: str, command: Command) -> Document:
        start = command["$db"] + "."
        wanted = command.get("filter", {}).get("name")
        names = [
            collection.removeprefix(start)
            for collection in self._storage.collections
            if collection.startswith(start)
        ]
        listed = [
            {"name": name, "type": "collection", "options": {}, "info": {}}
            for name in names
            if wanted in (None, name)
        ]
        return to_cursor(0, start + "$cmd.listCollections", "firstBatch", listed)

    def list_databases(self, _: str, __: Command) -> Document:
        names = {name.partition(".")[0] for name in self._storage.collections}
        return {"databases": [{"name": name} for name in sorted(names)]}
