"""`biyong events rebuild`: read models made anew, and how far that is."""

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from biyong.door import Door
from biyong.operating import (
    EXIT_FOUND,
    EXIT_REFUSED,
    LOOK_EVERY_SECONDS,
    Row,
    Service,
    ask,
    ended,
    known,
    operator,
    send,
    show_all,
)

OVER = ("", "done", "failed", "stopped")
SUM_SHOWN = 12


def rebuild(
    service: Service,
    model: Annotated[
        str, typer.Argument(help="Which; without it, all are listed.")
    ] = "",
    stop: Annotated[bool, typer.Option("--stop", help="Halt; again to go on.")] = False,
) -> None:
    """Make a read model anew from what its producers have, beside live traffic.

    Ctrl-C only ends the looking on.
    """
    with operator() as door:
        known(service)
        if not model:
            _list(ask(door, service, "models"))
            return
        if stop:
            told = send(door, "POST", service, "models/stop", {"model": model})
        else:
            told = send(door, "POST", service, "models/rebuild", {"model": model})
            told = _follow(door, service, told)
    _conclude(service, told)


def _list(models: list[Row]) -> None:
    if not models:
        print("it keeps no read model: nothing here can be rebuilt")
        return
    table = Table("read model", "made from", "rebuild", "rows", "told", "sum")
    for told in models:
        table.add_row(
            told["model"], ", ".join(told["asks"]), told["state"] or "never",
            str(told["rows"]), f"{told['told']} of {told['total']}",
            told["after"][:SUM_SHOWN],
        )  # fmt: skip
    show_all(table)


def _follow(door: Door, service: str, told: Row) -> Row:
    """Draw how far it is until it is over."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        while told["state"] not in OVER:
            total = told["total"] or None
            bar.update(
                task, description=told["state"], completed=told["told"], total=total
            )
            time.sleep(LOOK_EVERY_SECONDS)
            told = _progress(door, service, told["model"])
    return told


def _progress(door: Door, service: str, model: str) -> Row:
    """How far it is, as whoever answers for the service knows."""
    for told in ask(door, service, "models"):
        if told["model"] == model:
            return dict(told)
    raise ended(f"who answers for {service} now knows no {model}", EXIT_FOUND)


def _conclude(service: str, told: Row) -> None:
    name = f"{service} {told['model']}"
    if told["state"] == "failed":
        raise ended(f"the rebuild of {name} failed: {told['why']}", EXIT_FOUND)
    if told["state"] == "stopped":
        print(f"stopped at {told['told']} of {told['total']}; the same command goes on")
        return
    if not told["state"]:
        raise ended(f"{name} was never rebuilt", EXIT_REFUSED)
    agree = (
        "as before"
        if told["before"] == told["after"]
        else "changed by what was mended or told meanwhile"
    )
    print(
        f"{name}: told of {told['told']}, {told['removed']} rows removed; "
        f"sum {told['after'][:SUM_SHOWN]}, {agree}"
    )
