"""The look of a page: its theme, the size of its text, and whether it is for elders.

It is kept in a cookie of the browser, as the language is: a screen and the eyes before
it are the same whoever signs in there. The page comes with it, so nothing flashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import request

LOOK_COOKIE = "biyong_look"
YEAR_SECONDS = 365 * 24 * 3600
SYSTEM, USUAL, OFF = "system", "usual", "off"
THEMES = (SYSTEM, "light", "dark")
SIZES = (USUAL, "large", "largest")
MODES = (OFF, "on")


@dataclass(frozen=True)
class Look:
    """How pages are shown in a browser; each part is one of those above."""

    theme: str = SYSTEM
    size: str = USUAL
    elder: str = OFF

    @classmethod
    def load(cls, cookie: str) -> "Look":
        """The look of a cookie; of a part that is none of those known, the usual."""
        theme, size, elder, *_ = [*cookie.split("."), "", "", ""]
        return cls().change({"theme": theme, "size": size, "elder": elder})

    def dump(self) -> str:
        """The look as a cookie holds it."""
        return f"{self.theme}.{self.size}.{self.elder}"

    def change(self, wanted: Mapping[str, str]) -> "Look":
        """The look with what is wanted; a part that is not known stays as it is."""
        allowed = {"theme": THEMES, "size": SIZES, "elder": MODES}
        legal = {
            name: wanted[name]
            for name, values in allowed.items()
            if wanted.get(name) in values
        }
        return replace(self, **legal)

    @property
    def attributes(self) -> dict[str, str | None]:
        """What the root of a page tells the sheet; nothing of what is usual."""
        return {
            "data-theme": None if self.theme == SYSTEM else self.theme,
            "data-size": None if self.size == USUAL else self.size,
            "data-elder": None if self.elder == OFF else self.elder,
        }

    @property
    def color_scheme(self) -> str:
        """The theme as a browser knows it before it has the sheet."""
        return "light dark" if self.theme == SYSTEM else self.theme


def page_look() -> Look:
    """The look chosen in this browser."""
    return Look.load(request.cookies.get(LOOK_COOKIE, ""))
