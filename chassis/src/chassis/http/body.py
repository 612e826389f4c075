"""A request's body and query as typed structs, or a problem naming the fault."""

from typing import Annotated, TypeVar

import msgspec
from flask import Response, request

from chassis.http.problem import Problem

T = TypeVar("T", bound=msgspec.Struct)

PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Text = Annotated[str, msgspec.Meta(max_length=200, pattern=PRINTABLE)]
LongText = Annotated[str, msgspec.Meta(max_length=4000, pattern=PRINTABLE)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=PRINTABLE)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}\Z")]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Shape(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a body may hold. A field that is not named here is refused."""


def body(shape: type[T]) -> T:
    """The JSON body as `shape`. Raises Problem 400, 415 or 422."""
    if not request.is_json:
        raise Problem(
            415,
            "not-json",
            "Send the body as application/json.",
            wanted="application/json",
        )
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except msgspec.ValidationError as error:
        raise Problem(422, "body-refused", f"The body does not fit: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "not-json", f"The body is not JSON: {error}") from error


def query(shape: type[T]) -> T:
    """The query string as `shape`. Raises Problem 422."""
    try:
        return msgspec.convert(request.args.to_dict(), shape, strict=False)
    except msgspec.ValidationError as error:
        raise Problem(
            422, "query-refused", f"The query does not fit: {error}"
        ) from error


def answer(value: object, status: int = 200, **headers: str) -> Response:
    """A struct, dataclass or plain value as a JSON answer."""
    made = Response(msgspec.json.encode(value), status, content_type="application/json")
    made.headers.update(
        {name.replace("_", "-"): said for name, said in headers.items()}
    )
    made.headers.setdefault("Cache-Control", "no-store")
    return made
