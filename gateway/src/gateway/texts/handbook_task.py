"""What a handbook is made of: tasks, and the controls that they name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """A button, link or field that the handbook names, by its text, and the page it is
    on. `{class}` in a page's address stands for the one a reader is at."""

    text: str
    page: str


@dataclass(frozen=True)
class HandbookTask:
    """Something to do: `steps` name `controls` by their number, as `{0}`; `picture` is
    what its first page looks like, where that says more than words."""

    title: str
    steps: tuple[str, ...]
    controls: tuple[Control, ...] = ()
    picture: str = ""
