"""Filters that compare whole fields with plain values: nearly all that are asked.

By themselves they take a tenth of what they take by way of the semantics. Wherever a
document holds what is not plain they are unsure, and the semantics judge.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": lambda value, asked: bool(value == asked),
    "$gt": lambda value, asked: bool(value > asked),
    "$gte": lambda value, asked: bool(value >= asked),
    "$lt": lambda value, asked: bool(value < asked),
    "$lte": lambda value, asked: bool(value <= asked),
}
PLAIN = (str, int)
"""Kinds whose values Python compares as MongoDB does. A string of it is ordered by code
points, as its bytes in UTF-8 are; of floats one is no number."""
NOTHING = object()


@dataclass(frozen=True)
class PlainFilter:
    """What is asked of each field: an operator and its operand."""

    conditions: tuple[tuple[str, str, Any], ...]

    def judge_document(self, document: Mapping[str, Any]) -> bool | None:
        """Whether it applies to the document; None where that is unsure."""
        is_sure = True
        for name, operator, asked in self.conditions:
            value, kind = document.get(name, NOTHING), type(asked)
            if type(value) is kind:
                if not OPERATORS[operator](value, asked):
                    return False
            elif type(value) is list and operator == "$eq" and kind is str:
                if asked not in value:
                    return False
            else:
                is_sure = False
        return True if is_sure else None


def plan_filter(filter_: Mapping[str, Any]) -> PlainFilter | None:
    """The conditions of a filter, or None where it asks for more than these."""
    conditions: list[tuple[str, str, Any]] = []
    for name, asked in filter_.items():
        if name.startswith("$") or "." in name:
            return None
        operators = asked if isinstance(asked, Mapping) else {"$eq": asked}
        for operator, operand in operators.items():
            if operator not in OPERATORS or type(operand) not in PLAIN:
                return None
            conditions.append((name, operator, operand))
        if not operators:
            return None
    return PlainFilter(tuple(conditions))
