"""What bodies, queries and answers are made of, and the forms of their texts."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import (
    Annotated,
    Any,
    Generic,
    Self,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from fields import Illegal
from fields.texts import written_line, written_text

T = TypeVar("T")

PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
MOST_IDS = 100
"""Of a batch read: what one page shows, and an address that every proxy passes on."""


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
NoId = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._:-]{0,79})?\Z")]
"""An id, or none."""
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Cursor = Annotated[str, msgspec.Meta(max_length=400)]
"""Where a page ended, as its `next` told; longer than any that is given out."""
Ids = Annotated[list[Id], msgspec.Meta(max_length=MOST_IDS)]
"""Ids of a batch read; in a query with commas between them."""


class ByName(msgspec.StructMeta):
    """Makes structs whose fields are given by name, and so all that inherit from them.

    msgspec leaves `kw_only` to each class; a field that gets a default would then stop
    every class below from having one without.
    """

    def __new__(
        mcls, name: str, bases: tuple[type, ...], names: dict[str, Any], **config: Any
    ) -> "ByName":
        """A struct of this configuration."""
        return super().__new__(mcls, name, bases, names, **{"kw_only": True} | config)


class TextRefused(ValueError):
    """A text that a body may not hold, as one with signs that nobody sees."""


@dataclass_transform(kw_only_default=True)
class Shape(
    msgspec.Struct, metaclass=ByName, forbid_unknown_fields=True, omit_defaults=True
):
    """What a body may hold. A field that is not named here is refused.

    What is as it would be anyhow is not sent: a service of the last release, which does
    not know a new field, takes the body of whoever does not use it.
    Lines, names and long texts come in the form in which they are kept.
    """

    def __post_init__(self) -> None:
        for name, form in _forms_of(type(self)).items():
            try:
                setattr(self, name, form(getattr(self, name)))
            except Illegal as illegal:
                raise TextRefused(f"`{name}` is refused: {illegal.reason}") from illegal


class Query(Shape):
    """What a query string may hold."""


@dataclass_transform(kw_only_default=True)
class Answer(msgspec.Struct, metaclass=ByName):
    """What a service answers. Readers pass over fields that they do not know."""

    @classmethod
    def of(cls, source: object, **more: Any) -> Self:
        """The answer with the source's attributes of the same names, and `more`."""
        names = [name for name in cls.__struct_fields__ if name not in more]
        given = {name: getattr(source, name) for name in names} | more
        return msgspec.convert(given, cls, from_attributes=True)


class Page(Answer, Generic[T]):
    """A page of a list; `next` is the cursor of the page behind it, or empty."""

    items: list[T]
    next: str = ""


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
