"""`biyong events rebuild`: projections made anew, and how far that is."""

import time
from typing import Annotated

import typer
from chassis.operations.console import EventConsole
from chassis.operations.shapes import Id
from chassis.projections.rebuild import ModelProgress
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from biyong.faults import Fault
from biyong.operating import (
    EXIT_FOUND,
    EXIT_REFUSED,
    Service,
    ThroughGateway,
    event_operations,
    pause_between_looks,
    show_all,
)

OVER = ("", "done", "failed", "stopped")
SUM_SHOWN = 12
"""Of a checksum: enough to see that two differ."""


def rebuild_model(
    service: Service,
    model: Annotated[
        str, typer.Argument(help="Which; without it, all are listed.")
    ] = "",
    stop: Annotated[bool, typer.Option("--stop", help="Halt; again to go on.")] = False,
) -> None:
    """Make a read model anew from what its producers have, beside live traffic.

    Ctrl-C only ends the looking on.
    """
    with event_operations() as operations:
        if not model:
            _list_models(operations.ask(service, EventConsole.find_models))
            return
        operation = EventConsole.stop_rebuild if stop else EventConsole.rebuild_model
        progress = operations.ask(service, operation, Id(id=model))
        if not stop:
            progress = _follow_rebuild(operations, service, progress)
    _show_conclusion(service, progress)


def _list_models(models: list[ModelProgress]) -> None:
    if not models:
        print("it keeps no read model: nothing here can be rebuilt")
        return
    table = Table("read model", "made from", "rebuild", "rows", "read", "sum")
    for model in models:
        asks, state = ", ".join(model.asks), model.state or "never"
        read, sum_ = f"{model.filled} of {model.total}", model.after[:SUM_SHOWN]
        table.add_row(model.model, asks, state, str(model.rows), read, sum_)
    show_all(table)


def _follow_rebuild(
    operations: ThroughGateway, service: str, progress: ModelProgress
) -> ModelProgress:
    """Draw how far it is until it is over."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        pause = pause_between_looks()
        while progress.state not in OVER:
            filled, total = progress.filled, progress.total or None
            bar.update(task, description=progress.state, completed=filled, total=total)
            time.sleep(pause.take_next())
            models = operations.ask(service, EventConsole.find_models)
            progress = next(row for row in models if row.model == progress.model)
    return progress


def _show_conclusion(service: str, progress: ModelProgress) -> None:
    name = f"{service} {progress.model}"
    if progress.state == "failed":
        raise Fault(f"the rebuild of {name} failed: {progress.why}", EXIT_FOUND)
    if progress.state == "stopped":
        so_far = f"{progress.filled} of {progress.total}"
        print(f"stopped at {so_far}; the same command goes on")
        return
    if not progress.state:
        raise Fault(f"{name} was never rebuilt", EXIT_REFUSED)
    is_same = progress.before == progress.after
    print(
        f"{name}: read {progress.filled}, {progress.removed} rows removed; "
        f"sum {progress.after[:SUM_SHOWN]}, "
        f"{'as before' if is_same else 'changed by what was mended or came meanwhile'}"
    )
