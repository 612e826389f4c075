"""What a field must be. The service that gets it judges; a form says all at once."""

from collections.abc import Callable
from typing import Any, get_type_hints

import msgspec
from fields import Illegal
from wtforms import Form
from wtforms.fields import Field
from wtforms.validators import StopValidation, ValidationError

from gateway.texts import N_
from gateway.texts.language import gettext

Flags = dict[str, Any]


class Filled:
    """Something must be written, or picked."""

    def __init__(self, text: str = N_("请填写这一项")) -> None:
        self.text = text
        self.field_flags: Flags = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        sent = field.raw_data[0] if field.raw_data else None
        name = getattr(sent, "filename", sent)
        if not (name.strip() if isinstance(name, str) else name):
            raise StopValidation(gettext(self.text))


class Written:
    """A text that `read` takes: with signs that nobody sees, none is."""

    def __init__(
        self,
        read: Callable[[str], str],
        text: str = N_("这里有看不见或不能用的字符：请重新写这一项"),
    ) -> None:
        self.read, self.text = read, text

    def __call__(self, form: Form, field: Field) -> None:
        try:
            self.read(field.data or "")
        except Illegal as illegal:
            raise StopValidation(gettext(self.text)) from illegal


class AtMost:
    """No more than so many characters, or things picked."""

    def __init__(
        self, count: int, text: str = N_("最多 %(n)s 个字：请写短一些")
    ) -> None:
        self.count, self.text = count, text
        self.field_flags: Flags = {"maxlength": count}

    @classmethod
    def of(cls, shape: type[msgspec.Struct], name: str) -> "AtMost":
        """As many as the contract lets this field have. Raises LookupError."""
        hint = get_type_hints(shape, include_extras=True).get(name)
        marks = getattr(hint, "__metadata__", ())
        for mark in marks:
            if isinstance(mark, msgspec.Meta) and mark.max_length is not None:
                return cls(mark.max_length)
        raise LookupError(f"{shape.__name__} gives no length for `{name}`")

    def __call__(self, form: Form, field: Field) -> None:
        if len(field.data or "") > self.count:
            raise ValidationError(gettext(self.text) % {"n": self.count})


class AtLeast:
    """No fewer than so many characters."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.field_flags: Flags = {"minlength": count}

    def __call__(self, form: Form, field: Field) -> None:
        if len(field.data or "") < self.count:
            text = gettext(N_("至少 %(n)s 个字符"))
            raise ValidationError(text % {"n": self.count})


class Between:
    """A number within bounds."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most
        self.field_flags: Flags = {}

    def __call__(self, form: Form, field: Field) -> None:
        if field.errors:
            return  # it is no number at all, and says so
        if field.data is None or not self.least <= field.data <= self.most:
            text = gettext(N_("请填 %(a)s 到 %(b)s 之间的数"))
            raise ValidationError(text % {"a": self.least, "b": self.most})


def trim_line(most: int) -> Callable[[str | None], str | None]:
    """A filter for a line of a search: no blanks around it, cut after so many."""
    return lambda text: text.strip()[:most] if isinstance(text, str) else text
