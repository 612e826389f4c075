"""Random operations, each to be run on a collection of either engine."""

from collections.abc import Callable
from typing import Any

from pymongo import DeleteOne, InsertOne, ReturnDocument, UpdateOne

from tests.embedded.chance import Chance, Document

Operation = Callable[[Any], Any]
SORTS: tuple[list[tuple[str, int]], ...] = (
    [("_id", 1)],
    [("n", -1), ("_id", 1)],
    [("at", 1), ("_id", 1)],
    [("branch", 1), ("n", 1), ("_id", 1)],
    [("branch", 1), ("n", -1), ("_id", -1)],
    [("at", -1), ("_id", 1)],
    [("opt", 1), ("_id", 1)],
    [("tags", -1), ("_id", 1)],
    [("branch", -1), ("at", -1), ("_id", -1)],
    [("out_due", 1), ("_id", -1)],
)
PROJECTIONS: tuple[Document | None, ...] = (
    None,
    {"n": 1},
    {"subs": 0, "m": 0},
    {"_id": 0, "m.p": 1, "tags": 1},
    {"subs": {"$slice": 1}},
    {"subs.id": 1, "s": 1},
)


class Operations:
    """One random operation after the other, each to be run on both engines."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance

    def draw(self) -> Operation:
        weights = {
            self.find: 34,
            self.count: 8,
            self.update: 20,
            self.upsert: 4,
            self.guarded: 9,
            self.claim: 4,
            self.delete: 3,
            self.insert: 6,
            self.bulk: 3,
            self.aggregate: 6,
            self.distinct: 2,
            self.positional: 2,
        }
        drawn = self.chance.random.choices(list(weights), list(weights.values()))[0]
        return drawn()

    def find(self) -> Operation:
        chance, sort = self.chance, self.chance.pick(*SORTS)
        asked, shown = chance.filter(), chance.pick(*PROJECTIONS)
        skip, limit = chance.pick(0, 0, 2), chance.upto(8)
        if chance.happens(0.15):
            return lambda c: list(c.find(asked, shown))
        return lambda c: list(c.find(asked, shown).sort(sort).skip(skip).limit(limit))

    def count(self) -> Operation:
        asked = self.chance.filter()
        return lambda c: c.count_documents(asked)

    def update(self) -> Operation:
        asked, change = self.chance.filter(), self.chance.update()
        if self.chance.happens(0.6):
            asked = {"_id": self.chance.number()}
        shares = "subs" in change.get("$push", {})
        if not shares and self.chance.happens(0.3):
            return lambda c: _counted(c.update_many(asked, change))
        return lambda c: _counted(c.update_one(asked, change))

    def upsert(self) -> Operation:
        number = self.chance.number()
        asked, change = {"_id": number}, self.chance.birth(number)
        return lambda c: _counted(c.update_one(asked, change, upsert=True))

    def guarded(self) -> Operation:
        chance = self.chance
        number, event = chance.number(), f"e{chance.upto(9)}"
        asked = {"_id": number, "version": chance.upto(3), "seen": {"$nin": [event]}}
        change = {
            "$inc": {"version": 1},
            "$set": {"out_due": chance.upto(9), "s": chance.state()},
            "$push": {
                "out": {"$each": [{"id": event}]},
                "seen": {"$each": [event], "$slice": -5},
            },
        }
        which = chance.pick(ReturnDocument.BEFORE, ReturnDocument.AFTER)
        return lambda c: c.find_one_and_update(asked, change, return_document=which)

    def claim(self) -> Operation:
        asked, change, sort = (
            self.chance.filter(),
            self.chance.update(),
            self.chance.pick(*SORTS),
        )
        if self.chance.happens(0.2):
            return lambda c: c.find_one_and_delete(asked, sort=sort)
        return lambda c: c.find_one_and_update(
            asked, change, {"subs": 0}, sort=sort, return_document=ReturnDocument.AFTER
        )

    def delete(self) -> Operation:
        asked = {
            "$and": [self.chance.filter(), {"_id": {"$gte": self.chance.number()}}]
        }
        if self.chance.happens(0.3):
            return lambda c: c.delete_many(asked).deleted_count
        return lambda c: c.delete_one(asked).deleted_count

    def insert(self) -> Operation:
        made = self.chance.document(self.chance.number())
        made["mail"] = f"m{self.chance.number()}"
        return lambda c: c.insert_one(dict(made)).inserted_id

    def bulk(self) -> Operation:
        chance, parts = self.chance, list[Any]()
        parts += [InsertOne(chance.document(chance.number())) for _ in range(4)]
        parts.append(UpdateOne({"_id": chance.number()}, {"$inc": {"n": 1}}))
        parts.append(DeleteOne({"_id": chance.number()}))
        return lambda c: _summed(c.bulk_write(parts, ordered=False).bulk_api_result)

    def aggregate(self) -> Operation:
        pipeline = self.chance.pipeline()
        return lambda c: list(c.aggregate(pipeline))

    def distinct(self) -> Operation:
        path, asked = (
            self.chance.pick("s", "tags", "subs.id", "m.p"),
            self.chance.filter(),
        )
        return lambda c: sorted(map(str, c.distinct(path, asked)))

    def positional(self) -> Operation:
        asked = {"_id": self.chance.number(), "subs.id": self.chance.pick(*"xyz")}
        change = {"$set": {"subs.$.n": self.chance.upto(9)}}
        return lambda c: _counted(c.update_one(asked, change))


def _counted(result: Any) -> tuple[int, int, Any]:
    return result.matched_count, result.modified_count, result.upserted_id


def _summed(result: Document) -> Document:
    return {name: n for name, n in result.items() if name.startswith("n")}
