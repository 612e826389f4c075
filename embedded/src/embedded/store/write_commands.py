"""MongoDB's commands that write documents."""

from collections.abc import Callable, Mapping
from typing import Any

from embedded.store.answers import FAULTS, to_answer
from embedded.store.codes import Code, Refused
from embedded.store.engine import Engine, sort_of
from embedded.store.semantics import Document

Command = Mapping[str, Any]


class WriteCommands:
    """What writes documents. Each method answers its command."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def insert(self, collection: str, command: Command) -> Document:
        def insert_one(document: Document) -> None:
            self._engine.insert(collection, document)

        done, errors = _run_each("documents", command, insert_one)
        return {"n": len(done), **errors}

    def update(self, collection: str, command: Command) -> Document:
        def update_one(update: Document) -> tuple[int, int, Any]:
            multi, upsert = update.get("multi", False), update.get("upsert", False)
            filter_, change = update["q"], update["u"]
            return self._engine.update(
                collection, filter_, change, multi=multi, upsert=upsert
            )

        done, errors = _run_each("updates", command, update_one)
        upserted = [
            {"index": index, "_id": id_}
            for index, (_, _, id_) in done
            if id_ is not None
        ]
        return {
            "n": sum(matched for _, (matched, _, _) in done) + len(upserted),
            "nModified": sum(changed for _, (_, changed, _) in done),
            **({"upserted": upserted} if upserted else {}),
            **errors,
        }

    def delete(self, collection: str, command: Command) -> Document:
        def delete_some(delete: Document) -> int:
            only_one = bool(delete.get("limit"))
            return self._engine.delete(collection, delete["q"], only_one=only_one)

        done, errors = _run_each("deletes", command, delete_some)
        return {"n": sum(count for _, count in done), **errors}

    def find_and_modify(self, collection: str, command: Command) -> Document:
        remove = bool(command.get("remove"))
        if not remove and "update" not in command:
            line = "findAndModify needs either update or remove"
            raise Refused(line, Code.FailedToParse)
        value, upserted = self._engine.find_and_modify(
            collection,
            command.get("query", {}),
            None if remove else command["update"],
            sort=sort_of(command.get("sort")),
            projection=command.get("fields"),
            new=bool(command.get("new")),
            upsert=bool(command.get("upsert")),
        )
        if upserted is not None:
            last = {"updatedExisting": False, "n": 1, "upserted": upserted}
        else:
            last = {"updatedExisting": value is not None, "n": int(value is not None)}
        return {"value": value, "lastErrorObject": last}


def _run_each(
    parts: str, command: Command, run: Callable[[Document], Any]
) -> tuple[list[tuple[int, Any]], Document]:
    """Run each part of a bulk write: what succeeded, by index, and what failed."""
    done: list[tuple[int, Any]] = []
    errors: list[Document] = []
    for index, part in enumerate(command[parts]):
        try:
            done.append((index, run(part)))
        except FAULTS as error:
            errors.append({"index": index, **to_answer(error)})
            if command.get("ordered", True):
                break
    return done, {"writeErrors": errors} if errors else {}
