"""The base of all forms: texts in the page's language, refusals at their fields.

A form is read from a request, validated, and rendered with what was typed; a service's
refusal is put where it belongs. Foreign forms are told by `Origin`, as everywhere.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from flask import request
from werkzeug.datastructures import CombinedMultiDict
from wtforms import FileField, Form, HiddenField
from wtforms.fields import Field
from wtforms.meta import DefaultMeta

from gateway.texts import N_
from gateway.texts.language import gettext, translate_refusal

AnyForm = TypeVar("AnyForm", bound="PageForm")
ONCE_BYTES = 16
ONCE = re.compile(r"[A-Za-z0-9_-]{10,40}")
"""A form's id as it comes back; anything else gets a new one."""
BUILT_IN = {
    "Not a valid choice.": N_("请从列表里选"),
    "Not a valid choice": N_("请从列表里选"),
    "Invalid Choice: could not coerce.": N_("请从列表里选"),
    "Choices cannot be None.": N_("请从列表里选"),
    "Not a valid integer value.": N_("请填整数"),
    "Not a valid decimal value.": N_("请填数字"),
    "Not a valid float value.": N_("请填数字"),
    "Not a valid date value.": N_("请填日期，如 2026-11-28"),
    "Not a valid datetime value.": N_("请填日期和时间"),
    "Not a valid time value.": N_("请填时间，如 09:30"),
    "Not a valid week value.": N_("请填日期，如 2026-11-28"),
}
"""What the library says by itself, in our words."""


class Refused(Protocol):
    """A refusal of a service or of the gateway."""

    @property
    def slug(self) -> str:
        """The stable code."""

    @property
    def members(self) -> Mapping[str, Any]:
        """What comes with it; `errors` are pairs of pointer and code."""


@dataclass(frozen=True)
class FormFault:
    """What is wrong at one field; without a field, with the form as a whole."""

    field_id: str
    label: str
    text: str


class BuiltInTexts:
    """The library's own messages through our catalogue."""

    def gettext(self, text: str) -> str:
        """The message in the language of the page."""
        return gettext(BUILT_IN.get(text, text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The message for so many things."""
        return self.gettext(one if count == 1 else many)


class PageForm(Form):
    """A form of a page.

    `once` is the form's id, sent on to the service as Idempotency-Key: a form that is
    sent twice has one effect. `refused_at` says which field a refusal belongs to.
    """

    refused_at: ClassVar[Mapping[str, str]] = {}
    once = HiddenField()

    class Meta(DefaultMeta):
        """How the library finds its texts."""

        def get_translations(self, form: Any) -> BuiltInTexts:
            """The catalogue of the page's language."""
            return BuiltInTexts()

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        self.refusals: list[str] = []
        if not ONCE.fullmatch(self.once.data or ""):
            self.renew()

    @classmethod
    def of_request(cls: type[AnyForm], **values: Any) -> AnyForm:
        """What was sent; a form to fill where nothing was."""
        if request.method == "POST":
            return cls(CombinedMultiDict([request.form, request.files]), **values)
        return cls(request.args or None, **values)

    def is_sent(self) -> bool:
        """Whether it was sent and is right as far as a form can tell."""
        return request.method == "POST" and self.validate()

    def renew(self) -> None:
        """A new id: the form as it is now is another request."""
        self.once.data = secrets.token_urlsafe(ONCE_BYTES)

    @property
    def once_key(self) -> str:
        """The Idempotency-Key by which a service knows the form again."""
        return str(self.once.data)

    def find_faults(self) -> list[FormFault]:
        """All that is wrong: first what concerns the whole, then field by field."""
        of_fields = [
            FormFault(field.id, str(field.label.text), str(text))
            for field in self
            for text in field.errors
        ]
        return [FormFault("", "", text) for text in self.refusals] + of_fields

    def has_files(self) -> bool:
        """Whether a file can be sent with it."""
        return any(isinstance(field, FileField) for field in self)

    def has_lost_file(self) -> bool:
        """Whether a file came with it, which a browser does not show again."""
        return any(
            isinstance(field, FileField) and getattr(field.data, "filename", "")
            for field in self
        )

    def refuse(self, text: str, field: str = "") -> None:
        """A fault in words, at a field or at the form as a whole."""
        known = self._fields.get(field)
        if known is None:
            self.refusals.append(text)
        else:
            known.errors = [*known.errors, text]


def apply_problem(form: PageForm, problem: Refused, detail: str = "") -> None:
    """Put a refusal at its field, or above the form where it has none here.

    The form stays as it was typed. It gets a new id, unless nobody knows whether the
    service took it: then the same is sent again.
    """
    if int(getattr(problem, "status", 400)) < 500:
        form.renew()
    errors: Iterable[Mapping[str, str]] = problem.members.get("errors") or ()
    for error in errors:
        code = error.get("code", problem.slug)
        text = translate_refusal(code, error.get("detail", detail))
        form.refuse(text, _field_of(error.get("pointer", "")))
    if not errors:
        where = form.refused_at.get(problem.slug, "")
        form.refuse(translate_refusal(problem.slug, detail or str(problem)), where)


def field_attributes(field: Field) -> dict[str, Any]:
    """What a field's element says of itself beside its value."""
    described = [f"{field.id}-hint"] if field.description else []
    described += [f"{field.id}-fault"] if field.errors else []
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def _field_of(pointer: str) -> str:
    """The field that a JSON pointer leads to: its first step."""
    return pointer.strip("/").split("/")[0].replace("~1", "/").replace("~0", "~")
