"""How far a command is: a spinner where somebody looks, lines or nothing elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

Progress = Callable[[str], None]
"""Hears what is done now."""


@contextmanager
def show_progress(console: Console, with_lines: bool = False) -> Iterator[Progress]:
    """Show what is done; `with_lines` also where a program reads."""
    if console.is_terminal:
        with console.status("") as status:
            yield status.update
    else:
        yield line_writer(console) if with_lines else lambda _: None


def line_writer(console: Console) -> Progress:
    """A line for whatever is done, and when."""
    began = time.monotonic()

    def write_line(line: str) -> None:
        console.print(f"[{time.monotonic() - began:5.1f}s] {line}", markup=False)

    return write_line
