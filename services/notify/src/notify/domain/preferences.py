"""Preferences of a person: how they want to be told."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Preferences:
    """The preferences under a person's `id`: the language of what goes out to them."""

    id: str
    language: str

    def choose_language(self, language: str) -> tuple["Preferences", tuple[()]] | None:
        """With another language; None if it is this one."""
        return (
            None
            if language == self.language
            else (replace(self, language=language), ())
        )
