"""A request's body and query as typed structs, or a problem naming the fault."""

import functools
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import (
    Annotated,
    Any,
    BinaryIO,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from fields import Illegal
from fields.texts import written_line, written_text
from flask import Response, after_this_request, request

from chassis.http.problem import Problem

T = TypeVar("T", bound=msgspec.Struct)

PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


@dataclass(frozen=True)
class Written:
    """Marks a text that is kept in the form that a function of `fields` gives it."""

    form: Callable[[str], str]


def _written_name(raw: str) -> str:
    """A line that says something. Raises Illegal."""
    name = written_line(raw)
    if not name:
        raise Illegal("text-missing")
    return name


Text = Annotated[str, msgspec.Meta(max_length=200, pattern=PRINTABLE)]
Line = Annotated[str, msgspec.Meta(max_length=200), Written(written_line)]
Name = Annotated[
    str, msgspec.Meta(min_length=1, max_length=200), Written(_written_name)
]
LongText = Annotated[str, msgspec.Meta(max_length=4000), Written(written_text)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}\Z")]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Shape(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a body may hold. A field that is not named here is refused.

    Lines, names and long texts come in the form in which they are kept.
    """

    def __post_init__(self) -> None:
        for name, form in _forms_of(type(self)).items():
            try:
                setattr(self, name, form(getattr(self, name)))
            except Illegal as illegal:
                raise ValueError(f"`{name}` is refused: {illegal.reason}") from illegal


@functools.cache
def _forms_of(shape: type[Shape]) -> dict[str, Callable[[Any], Any]]:
    """The forms of a shape's fields that have one."""
    hints = get_type_hints(shape, include_extras=True)
    found = {name: _form_of(hint) for name, hint in hints.items()}
    return {name: form for name, form in found.items() if form is not None}


def _form_of(hint: Any) -> Callable[[Any], Any] | None:
    """What brings a value of this type into its form: marked texts, also in lists."""
    if get_origin(hint) is Annotated:
        marks = (mark for mark in hint.__metadata__ if isinstance(mark, Written))
        mark = next(marks, None)
        return mark.form if mark else _form_of(hint.__origin__)
    inner = [_form_of(part) or _as_it_is for part in get_args(hint)]
    if all(form is _as_it_is for form in inner):
        return None
    if get_origin(hint) is list:
        return lambda texts: [inner[0](text) for text in texts]
    if get_origin(hint) is dict:
        return lambda texts: {inner[0](k): inner[1](v) for k, v in texts.items()}
    raise TypeError(f"a shape cannot hold marked texts in {hint}")


def _as_it_is(value: Any) -> Any:
    return value


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
        raise Problem(422, "body-refused", f"The body does not fit: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "not-json", f"The body is not JSON: {error}") from error


def open_body() -> BinaryIO:
    """The body as a file that can go back, never held whole. Raises 413.

    Our server has it in a file already, complete; another's is copied into one.
    """
    arriving = request.stream  # raises for one larger than the route takes
    complete: BinaryIO = request.environ["wsgi.input"]
    if complete.seekable():
        return complete
    spool = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 (closed with the request)
    after_this_request(lambda response: (spool.close(), response)[1])
    shutil.copyfileobj(arriving, spool)
    spool.seek(0)
    return spool


def read_query(shape: type[T]) -> T:
    """The query string as `shape`. Raises Problem 422."""
    try:
        return msgspec.convert(request.args.to_dict(), shape, strict=False)
    except msgspec.ValidationError as error:
        raise Problem(
            422, "query-refused", f"The query does not fit: {error}"
        ) from error


def json_response(value: object, status: int = 200, **headers: str) -> Response:
    """A struct, dataclass or plain value as a JSON answer."""
    made = Response(msgspec.json.encode(value), status, content_type="application/json")
    made.headers.update(
        {name.replace("_", "-"): value for name, value in headers.items()}
    )
    made.headers.setdefault("Cache-Control", "no-store")
    return made
