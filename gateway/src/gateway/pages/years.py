"""The year that an address asks for."""

from collections.abc import Mapping

import msgspec
from chassis.http.problem import Problem
from contracts.http.learning import Year


def read_year(args: Mapping[str, str]) -> int | None:
    """The year that an address asks for, None for this one. Raises Problem 422."""
    text = args.get("year", "")
    if not text:
        return None
    try:
        return msgspec.convert(text, Year, strict=False)
    except msgspec.ValidationError as error:
        raise Problem(422, "query-refused", "There is no such year.") from error
