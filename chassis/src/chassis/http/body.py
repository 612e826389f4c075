"""A request's body and query as typed structs, or a problem naming the fault."""

import functools
import re
import shutil
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar, cast

import msgspec
import msgspec.inspect
from flask import Response, after_this_request, request

from chassis.http.problem import Problem

T = TypeVar("T", bound=msgspec.Struct)
FAULT = "field-illegal"
"""The code of a field that its contract does not allow."""
FIELD = re.compile(r"at `\$\.(\w+)|required field `(\w+)`$|^`(\w+)` is refused: \S+$")
"""How msgspec, and a shape of ours, name the field of the body that is at fault."""


def read_body(shape: type[T]) -> T:
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
        detail = f"The body does not fit: {error}"
        raise Problem(422, "body-refused", detail, **name_fault(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "not-json", f"The body is not JSON: {error}") from error


def name_fault(error: msgspec.ValidationError) -> dict[str, Any]:
    """The problem's member that says which field of the body is at fault, if one is."""
    found = FIELD.search(str(error))
    if found is None:
        return {}
    return {"errors": [{"pointer": f"/{found[found.lastindex or 0]}", "code": FAULT}]}


def open_body() -> BinaryIO:
    """The body as a file that can go back, never held whole. Raises 413.

    Our server has it in a file already, complete; another's, which need not know
    `seekable` (PEP 3333), is copied into one.
    """
    arriving = request.stream  # raises for one larger than the route takes
    complete: BinaryIO = request.environ["wsgi.input"]
    if hasattr(complete, "seekable") and complete.seekable():
        return complete
    spool = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 (closed with the request)
    after_this_request(lambda response: (spool.close(), response)[1])
    shutil.copyfileobj(arriving, spool)
    spool.seek(0)
    return spool


def read_query(shape: type[T]) -> T:
    """The query string as `shape`, lists with commas between. Raises Problem 422."""
    sent: dict[str, str | list[str]] = {**request.args.to_dict()}
    for name in _lists_of(shape) & sent.keys():
        sent[name] = str(sent[name]).split(",") if sent[name] else []
    try:
        return msgspec.convert(sent, shape, strict=False)
    except msgspec.ValidationError as error:
        raise Problem(
            422, "query-refused", f"The query does not fit: {error}"
        ) from error


@functools.cache
def _lists_of(shape: type[msgspec.Struct]) -> frozenset[str]:
    """The fields that are lists."""
    info = msgspec.inspect.type_info(shape)
    assert isinstance(info, msgspec.inspect.StructType)
    return frozenset(
        field.name
        for field in info.fields
        if isinstance(field.type, msgspec.inspect.ListType)
    )


def json_response(value: object, status: int = 200, **headers: str) -> Response:
    """A struct, dataclass or plain value as a JSON answer."""
    made = Response(msgspec.json.encode(value), status, content_type="application/json")
    made.headers.update(
        {name.replace("_", "-"): value for name, value in headers.items()}
    )
    made.headers.setdefault("Cache-Control", "no-store")
    return made
