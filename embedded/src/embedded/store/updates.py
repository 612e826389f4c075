"""What an update may say, checked before anything is touched."""

from collections.abc import Mapping
from typing import Any

from embedded.store.codes import Code, Refused

OPERATORS = (
    "$addToSet $bit $currentDate $inc $max $min $mul $pop $pull $pullAll $push "
    "$rename $set $setOnInsert $unset"
)


def check_update(update: Mapping[str, Any]) -> None:
    """Raise Refused, as MongoDB does, for unknown operators and paths that clash."""
    taken: list[str] = []
    for operator, fields in update.items():
        if not operator.startswith("$"):
            continue
        if operator not in OPERATORS.split():
            raise Refused(f"unknown modifier: {operator}", Code.FailedToParse)
        if not isinstance(fields, Mapping):
            line = f"{operator} takes a document of fields"
            raise Refused(line, Code.FailedToParse)
        for path in fields:
            _refuse_clash(path, taken)
            taken.append(path)


def _refuse_clash(path: str, taken: list[str]) -> None:
    for other in taken:
        clashes = path == other or f"{path}.".startswith(f"{other}.")
        if clashes or f"{other}.".startswith(f"{path}."):
            raise Refused(
                f"updating the path '{path}' would create a conflict at '{other}'",
                Code.ConflictingUpdateOperators,
            )
