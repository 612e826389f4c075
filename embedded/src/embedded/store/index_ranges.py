"""Index ranges: between which keys of an index the documents of a filter lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import Regex

from embedded.store.keys import (
    TYPE_BINARY,
    Unkeyable,
    first_beyond,
    key_of,
    range_of_type,
)

Filter = Mapping[str, Any]
Sort = Sequence[tuple[str, int]]
Range = tuple[bytes, bytes]
"""From the first key, included, to the last, excluded."""


SOMEWHERE = 1
"""In `lists` of an index from when it was not noted at which of its paths."""


def list_at(place: int) -> int:
    """The sign in `lists` of an index that lists lie at this path of it."""
    return 2 << place


@dataclass(frozen=True)
class Index:
    """A declared index. `fields` are (path, direction) pairs in key order.

    `lists` notes at which of them lists lie, by `list_at`.
    """

    number: int
    name: str
    fields: tuple[tuple[str, int], ...]
    unique: bool = False
    expire_after: float | None = None
    lists: int = 0

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(path for path, _ in self.fields)

    def holds_lists(self, since: int, until: int | None = None) -> bool:
        """Whether lists lie at some of its paths, so that a document has entries."""
        places = range(since, len(self.fields) if until is None else until)
        return any(self.lists & (SOMEWHERE | list_at(place)) for place in places)


MOST_RANGES = 1000
"""Each is read by itself; with more, the paths after this one narrow nothing."""

BY_ID = Index(0, "_id_", (("_id", 1),))
MOST_MERGED = 16
"""Read side by side in one order, each by a question of its own."""
ALL: Range = (b"", b"\xff")


@dataclass(frozen=True)
class IndexPlan:
    """Which index to read and where; `exact` counts the paths held by equality."""

    index: Index
    ranges: tuple[Range, ...]
    exact: int
    bounded: bool

    def order_for(self, sort: Sort) -> "Order | None":
        """How to read this plan in that order; None if it does not give it.

        Entries ascend by every path, whichever direction was declared for it; so do
        ranges, one after the other, from the first path on. Behind the paths held by
        equality each range ascends by itself.
        """
        directions = {wanted for _, wanted in sort}
        if len(directions) != 1:
            return None
        [direction] = directions
        several = len(self.ranges) > 1
        if self._ascends_by(sort, 0 if several else self.exact):
            return Order(direction, is_merged=False)
        mergeable = several and len(self.ranges) <= MOST_MERGED
        twice = self.index.holds_lists(0)  # a document lies in two ranges then
        if mergeable and not twice and self._ascends_by(sort, self.exact):
            return Order(direction, is_merged=True)
        return None

    def _ascends_by(self, sort: Sort, begin: int) -> bool:
        fields = self.index.fields[begin:]
        if self.index.holds_lists(begin) or len(sort) > len(fields):
            return False
        return all(f[0] == s[0] for f, s in zip(fields, sort, strict=False))


@dataclass(frozen=True)
class Order:
    """How to read the ranges of a plan: by key for 1, against it for -1; one after
    the other, or `is_merged` by what follows the paths held by equality."""

    direction: int
    is_merged: bool


def plan_index(index: Index, filter_: Filter) -> IndexPlan | None:
    """The narrowest reading of `index` for this filter, or None if it gives none."""
    conditions = _find_conditions(filter_)
    prefixes: list[bytes] = [b""]
    exact = 0
    for path in index.paths:
        equals = _equal_keys(conditions.get(path, []))
        if equals is None or len(equals) * len(prefixes) > MOST_RANGES:
            break
        prefixes = [prefix + key for prefix in prefixes for key in equals]
        exact += 1
    bounds = None
    if exact < len(index.paths) and len(prefixes) == 1:
        has_lists = index.holds_lists(exact, exact + 1)
        bounds = _find_bounds(conditions.get(index.paths[exact], []), has_lists)
    if bounds:
        low, high = bounds
        return IndexPlan(index, ((prefixes[0] + low, prefixes[0] + high),), exact, True)
    if not exact:
        return None
    ranges = tuple((prefix, first_beyond(prefix)) for prefix in sorted(set(prefixes)))
    return IndexPlan(index, ranges, exact, False)


def plan_whole(index: Index) -> IndexPlan:
    """The index from end to end, for its order."""
    return IndexPlan(index, (ALL,), 0, False)


def split_or(filter_: Filter) -> list[Filter] | None:
    """A filter with `$or` as filters that together cover it, or None without one."""
    either = filter_.get("$or")
    if not isinstance(either, list) or not either:
        return None
    rest = {name: value for name, value in filter_.items() if name != "$or"}
    return [{"$and": [rest, branch]} if rest else branch for branch in either]


def _find_conditions(filter_: Filter) -> dict[str, list[Any]]:
    """What is asked of each path, with every `$and` opened."""
    conditions: dict[str, list[Any]] = {}
    for name, value in filter_.items():
        if name == "$and" and isinstance(value, list):
            for part in value:
                for path, asked in _find_conditions(part).items():
                    conditions.setdefault(path, []).extend(asked)
        elif not name.startswith("$"):
            conditions.setdefault(name, []).append(value)
    return conditions


def _is_operators(value: Any) -> bool:
    return isinstance(value, Mapping) and any(key.startswith("$") for key in value)


def _equal_keys(asked: list[Any]) -> list[bytes] | None:
    """The keys one of which the value must equal, from the first such condition."""
    for value in asked:
        wanted: list[Any] | None = None
        if not _is_operators(value):
            wanted = [value]
        elif "$eq" in value:
            wanted = [value["$eq"]]
        elif isinstance(value.get("$in"), list):
            wanted = value["$in"]
        elif isinstance(value.get("$all"), list) and value["$all"]:
            wanted = value["$all"][:1]
        if wanted is None or any(map(_is_pattern, wanted)):
            continue
        try:
            return sorted(set(map(key_of, wanted)))
        except Unkeyable:
            continue
    return None


def _is_pattern(value: Any) -> bool:
    return isinstance(value, Regex) or hasattr(value, "pattern") or _is_operators(value)


def _find_bounds(asked: list[Any], has_lists: bool) -> Range | None:
    """The narrowest range; on arrays only one bound, as two may meet two elements."""
    limits = [
        limit
        for value in filter(_is_operators, asked)
        for operator, operand in value.items()
        if (limit := _to_limit(operator, operand))
    ]
    if not limits:
        return None
    if has_lists:
        return limits[0]
    return max(low for low, _ in limits), min(high for _, high in limits)


def _to_limit(operator: str, operand: Any) -> Range | None:
    is_bound = operator in {"$gt", "$gte", "$lt", "$lte"}
    if not is_bound or operand is None or isinstance(operand, list | Mapping):
        return None
    try:
        key = key_of(operand)
    except Unkeyable:
        return None
    first, last = range_of_type(key)
    if operator == "$gte" or (operator == "$gt" and key[0] == TYPE_BINARY):
        return key, last  # two binaries of one key may differ by their subtype
    if operator == "$gt":
        return first_beyond(key), last
    return first, first_beyond(key)
