"""Fields that show again what was typed, also where it is no number."""

from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import TextInput


class NumberField(IntegerField):
    """A whole number, typed as text: a browser's own field forgets what is none."""

    widget = TextInput()

    def __init__(self, *given: Any, **values: Any) -> None:
        render_kw = {"inputmode": "numeric", **(values.pop("render_kw", None) or {})}
        super().__init__(*given, render_kw=render_kw, **values)


def list_choices(
    pairs: Iterable[tuple[str, str]], group: str | None = None
) -> list[Any]:
    """What a field offers: value and text of each, all below one heading if named."""
    return [SelectChoice(value, text, optgroup=group) for value, text in pairs]
