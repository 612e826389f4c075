"""Random documents, filters, updates and pipelines of the kind the services use."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

DOCUMENTS = 24
START = datetime(2026, 1, 1)  # noqa: DTZ001 (the store's moments are naive UTC)

Document = dict[str, Any]


class Chance:
    """Random documents, filters, updates and pipelines of one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.fresh = 1000

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def upto(self, most: int) -> int:
        return self.random.randint(0, most)

    def happens(self, share: float) -> bool:
        return self.random.random() < share

    def day(self) -> datetime:
        return START + timedelta(days=self.upto(9))

    def sub(self) -> Document:
        return {"id": self.pick(*"xyz"), "n": self.upto(4), "ok": self.happens(0.5)}

    def tags(self) -> list[str]:
        return self.random.sample(["a", "b", "课", "安全", "x"], self.upto(3))

    def value(self) -> Any:
        return self.pick(
            self.upto(5),
            self.pick("a", "b", "课"),
            None,
            self.day(),
            [],
            [1, "b"],
            self.upto(40) / 10,
            {"k": self.upto(2)},
            [self.upto(3)],
            2**53 + self.upto(2),
        )

    def document(self, number: int) -> Document:
        made: Document = {
            "_id": number,
            "mail": f"m{number}",
            "code": number,
            "s": self.state(),
            "branch": self.pick("b1", "b2", "b3"),
            "n": self.upto(6),
            "tags": self.tags(),
            "subs": [self.sub() for _ in range(self.upto(3))],
            "m": {"p": self.upto(3), "q": {"z": self.upto(2)}},
            "version": 0,
            "seen": [],
            "out": [],
            "out_due": None,
        }
        if self.happens(0.5):
            made["opt"] = self.value()
        if self.happens(0.7):
            made["at"] = self.day()
        return made

    def state(self) -> str:
        return str(self.pick("new", "done", "late"))

    def number(self) -> int:
        return self.upto(DOCUMENTS + 3)

    def condition(self) -> Document:
        compare = self.pick("$gt", "$gte", "$lt", "$lte", "$ne")
        branch = self.pick("b1", "b2")
        return dict(
            self.pick(
                {"s": self.state()},
                {"n": {compare: self.upto(6)}},
                {"tags": self.pick("a", "课", "x", ["a"], [])},
                {"tags": {"$size": 2}},
                {"tags": {"$all": ["a", "课"]}},
                {"tags": {"$in": ["安全", "x"]}},
                {"tags": {"$nin": ["a"]}},
                {"tags": {"$gt": "a", "$lt": "x"}},
                {"tags.0": self.pick("a", {"$exists": True})},
                {"subs": []},
                {"subs.id": self.pick("x", "y", None, {"$in": ["x", None]})},
                {"subs": {"$elemMatch": {"id": "x", "n": {"$gte": self.upto(3)}}}},
                {"subs.0.id": "x"},
                {"m.p": self.upto(3)},
                {"m.q.z": {"$in": [0, 2]}},
                {"opt": self.value()},
                {"opt": {compare: self.upto(4)}},
                {"opt": {"$exists": self.happens(0.5)}},
                {"opt": {"$type": "string"}},
                {"opt": {"$in": [self.upto(4), None, "a", [1, "b"]]}},
                {"at": {"$gte": self.day()}},
                {"at": {"$gt": self.day(), "$lte": self.day()}},
                {"_id": self.number()},
                {"_id": {"$in": [self.number(), self.number()]}},
                {"_id": {compare: self.number()}},
                {"mail": f"m{self.number()}"},
                {"branch": branch, "n": {compare: self.upto(6)}},
                {"branch": branch, "code": self.number()},
                {"branch": {"$in": ["b1", "b3"]}, "n": self.upto(6)},
                {"branch": branch, "at": {"$lt": self.day()}},
                {"s": {"$regex": "^n"}},
                {"mail": {"$regex": "M1", "$options": "i"}},
                {"n": {"$not": {"$gt": 3}}},
                {"out_due": {"$lte": self.upto(9)}},
                {"$expr": {"$gt": ["$n", "$m.p"]}},
                {},
            )
        )

    def filter(self) -> Document:
        asked = self.condition()
        if self.happens(0.35):
            joined = self.pick("$or", "$and", "$nor")
            asked = {joined: [asked, self.condition()]}
            if self.happens(0.3):
                asked = {**asked, "s": self.state()}
        return asked

    def changes(self) -> Iterator[tuple[str, Document]]:
        """Operators with what they change; no two touch one field."""
        push = {"$each": [self.sub(), self.sub()], "$slice": self.pick(-3, 2)}
        offered: list[tuple[str, Document]] = [
            ("$set", {"n": self.upto(9), "m.p": self.upto(3)}),
            ("$set", {"opt": self.value()}),
            ("$set", {"tags": self.tags()}),
            ("$set", {"at": self.day()}),
            ("$set", {"branch": self.pick("b1", "b2", "b3")}),
            ("$set", {"s": self.state()}),
            ("$set", {"mail": f"m{self.number()}"}),
            ("$set", {"made.new.deep": [{"a": 1}]}),
            ("$inc", {"n": 1, "count": 2}),
            ("$inc", {"m.q.z": 2}),
            ("$push", {"log": self.sub()}),
            ("$push", {"subs": push}),
            ("$addToSet", {"tags": self.pick("a", "z")}),
            ("$addToSet", {"tags": {"$each": ["a", "b"]}}),
            ("$pull", {"tags": "a"}),
            ("$pull", {"subs": {"id": self.pick(*"xyz")}}),
            ("$pull", {"subs": {"n": {"$gt": 2}}}),
            ("$unset", {"opt": ""}),
            ("$unset", {"m.gone": "", "at": ""}),
            ("$max", {"n": self.upto(9)}),
            ("$min", {"at": self.day()}),
            ("$setOnInsert", {"made_by": "upsert"}),
        ]
        taken: set[str] = set()
        for operator, change in self.random.sample(offered, self.random.randint(1, 3)):
            tops = {path.split(".")[0] for path in change}
            if not tops & taken:
                taken |= tops
                yield operator, change

    def update(self) -> Document:
        if self.happens(0.05):
            return dict(self.pick({"$inc": {"s": 1}}, {"$push": {"n": 1}}))
        made: Document = {}
        for operator, change in self.changes():
            made.setdefault(operator, {}).update(change)
        return made

    def birth(self, number: int) -> Document:
        """An upsert that gives the unique fields."""
        made = self.document(number)
        del made["_id"]
        return {"$setOnInsert": made, "$inc": {"upserts": 1}}

    def pipeline(self) -> list[Document]:
        match = {"$match": self.filter()}
        total = {"n": {"$sum": 1}, "most": {"$max": "$n"}, "mean": {"$avg": "$m.p"}}
        by_branch = [{"$group": {"_id": "$branch", **total}}, {"$sort": {"_id": 1}}]
        return list(
            self.pick(
                [match, *by_branch],
                [
                    match,
                    {"$unwind": "$tags"},
                    {"$group": {"_id": "$tags", **total}},
                    {"$sort": {"_id": 1}},
                ],
                [
                    match,
                    {"$unwind": "$subs"},
                    {"$match": {"subs.n": {"$gte": 1}}},
                    {"$group": {"_id": {"b": "$branch", "i": "$subs.id"}, **total}},
                    {"$sort": {"n": -1, "_id.b": 1, "_id.i": 1}},
                    {"$skip": 1},
                    {"$limit": 3},
                    {"$project": {"_id": 0, "b": "$_id.b", "n": 1}},
                ],
                [match, {"$facet": {"by": by_branch, "all": [{"$count": "n"}]}}],
                [
                    {"$sort": {"n": -1, "_id": 1}},
                    match,
                    {"$limit": self.random.randint(1, 6)},
                    {
                        "$project": {
                            "late": {"$cond": [{"$gt": ["$n", 4]}, 1, 0]},
                            "s": 1,
                        }
                    },
                ],
            )
        )
