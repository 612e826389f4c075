"""What a field must be. The service that gets it judges; a form says all at once."""

from collections.abc import Callable
from typing import Any

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


class AtMost:
    """No more than so many characters."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.field_flags: Flags = {"maxlength": count}

    def __call__(self, form: Form, field: Field) -> None:
        if len(field.data or "") > self.count:
            text = gettext(N_("最多 %(n)s 个字：请写短一些"))
            raise ValidationError(text % {"n": self.count})


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
