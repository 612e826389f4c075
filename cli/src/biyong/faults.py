"""How a command ends that could not do what it was asked: one line and an exit code."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup


class Fault(Exception):
    """Why a command ends: the line says what to do; the exit code is that of its kind,
    or one of its own."""

    exit_code = 2

    def __init__(self, line: str, exit_code: int | None = None) -> None:
        super().__init__(line)
        if exit_code is not None:
            self.exit_code = exit_code


class Commands(TyperGroup):
    """Commands that end with a line on standard error where a fault stopped them."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Raises Exit with the fault's code."""
        try:
            return super().invoke(ctx)
        except Fault as fault:
            sys.stderr.write(f"biyong: {fault}\n")
            raise typer.Exit(fault.exit_code) from fault
