"""`biyong events …`: what an operator sees and does about events, from a terminal."""

import datetime
import time
from pathlib import Path
from typing import Annotated

import click
import msgspec
import typer
from chassis.operations.console import EventConsole
from chassis.operations.operations import each_of
from chassis.operations.shapes import Edit, Id, Resend, Which
from chassis.operations.timeline import PUBLISHED
from chassis.operations.trace import find_trace
from rich.console import Console
from rich.table import Table

from biyong.faults import Fault
from biyong.operating import (
    EXIT_FOUND,
    EXIT_REFUSED,
    Service,
    event_operations,
    pause_between_looks,
    show_all,
)
from biyong.rebuild import rebuild_model
from biyong.topology import show_topology

Key = Annotated[str, typer.Option(help="One sequence.")]
Cause = Annotated[str, typer.Option(help="All of one cause, as `parked` names it.")]
All = Annotated[bool, typer.Option("--all", help="All that is parked there.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Moment = Annotated[
    datetime.datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%z"]),
]
SHOWN_KEYS = 5
"""A row of the table stays lower than a screen."""
LINE_CHARS = 30
"""The line of time, beside what else stands in a row of a terminal."""

app = typer.Typer(no_args_is_help=True, help="Events: see, follow and mend them.")


@app.command("parked")
def show_parked(as_json: AsJson = False) -> None:
    """List what is parked everywhere, by cause. Exit code 1 if there is any."""
    with event_operations() as operations:
        answers = operations.ask_all(EventConsole.find_parked)
    groups = each_of(answers)
    if as_json:
        print(_as_text(answers))
    elif groups:
        table = Table("service", "cause", "event", "sequences", "why", "keys")
        for service, group in groups:
            count, keys = str(group.sequences), "\n".join(group.keys[:SHOWN_KEYS])
            table.add_row(service, group.cause, group.type, count, group.why, keys)
        show_all(table)
    else:
        print("nothing is parked")
    raise typer.Exit(EXIT_FOUND if groups else 0)


@app.command("show")
def show_sequence(service: Service, key: Annotated[str, typer.Argument()]) -> None:
    """Show one parked sequence with what was done to it; personal data is masked."""
    with event_operations() as operations:
        print(_as_text(operations.ask(service, EventConsole.get_sequence, Id(id=key))))


def _as_text(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


@app.command("edit")
def edit_event(
    service: Service,
    key: Annotated[str, typer.Argument()],
    event: Annotated[str, typer.Option(help="Which event; the first by default.")] = "",
    data: Annotated[
        Path | None, typer.Option(help="A JSON file; else $EDITOR opens.")
    ] = None,
) -> None:
    """Change the data of a parked event; what breaks its contract is refused.

    One that nobody could read is replaced by a whole event.
    """
    with event_operations() as operations:
        sequence = operations.ask(service, EventConsole.get_sequence, Id(id=key))
        events = {row["id"]: row["data"] for row in sequence.events}
        id_ = event or next(iter(events), "")
        if events and id_ not in events:
            raise Fault(f"{id_} is not in {key}: {', '.join(events)}", EXIT_REFUSED)
        shown = _as_text(events[id_]) if events else sequence.text
        text = data.read_text() if data else click.edit(shown, extension=".json")
        if text is None:
            raise Fault("nothing was changed", 0)
        saved = operations.ask(
            service, EventConsole.edit_event, Edit(key=key, text=text, event=id_)
        )
    print(f"saved under {saved.id}; `biyong events replay` tries it again")


@app.command("replay")
def replay_parked(
    service: Service, key: Key = "", cause: Cause = "", all_: All = False
) -> None:
    """Let parked sequences try again at once."""
    which = Which(key=key, cause=cause, all=all_)
    with event_operations() as operations:
        changed = operations.ask(service, EventConsole.replay_parked, which)
    print(f"{changed.sequences} sequences try again")


@app.command("drop")
def drop_parked(
    service: Service,
    why: Annotated[str, typer.Option(help="Written into the audit.")],
    key: Key = "",
    cause: Cause = "",
    all_: All = False,
) -> None:
    """Give up the first event of parked sequences; those behind it go on."""
    which = Which(key=key, cause=cause, all=all_, why=why)
    with event_operations() as operations:
        changed = operations.ask(service, EventConsole.drop_parked, which)
    print(f"{changed.sequences} events were given up")


@app.command("take-back")
def take_back(
    service: Service,
    line: Annotated[str, typer.Argument(help="The audit's line of the drop.")],
) -> None:
    """Let an event that was given up be tried after all; unreadable, park it again."""
    with event_operations() as operations:
        sequence = operations.ask(service, EventConsole.take_back, Id(id=line))
    print(f"{sequence.id} is taken back: tried again, or parked if nobody can read it")


@app.command("audit")
def show_audit() -> None:
    """Who did what to events, latest first."""
    with event_operations() as operations:
        lines = each_of(operations.ask_all(EventConsole.find_audit))
    table = Table("when", "who", "did", "service", "to", "why", "to take it back")
    for service, line in sorted(lines, key=lambda row: row[1].at, reverse=True):
        when, back = f"{line.at:%Y-%m-%dT%H:%M:%S}", line.id * line.can_come_back
        table.add_row(when, line.who, line.action, service, line.key, line.why, back)
    show_all(table)


@app.command("resend")
def resend_events(
    service: Annotated[str, typer.Argument(help="Who published it.")],
    type_: Annotated[list[str], typer.Option("--type", help="Repeatable.")] = [],  # noqa: B006 - typer reads it
    key: Annotated[str, typer.Option(help="The aggregate's id.")] = "",
    since: Moment = None,
    until: Moment = None,
    to: Annotated[str, typer.Option(help="One consumer; all by default.")] = "",
) -> None:
    """Publish archived events again; who handled them before lets them pass."""
    wanted = Resend(
        types=type_, key=key, to=to, since=_with_zone(since), until=_with_zone(until)
    )
    with event_operations() as operations, Console(stderr=True).status("") as status:
        begun = operations.ask(service, EventConsole.resend_events, wanted)
        pause = pause_between_looks()
        while True:
            progress = operations.ask(service, EventConsole.get_resend, begun)
            if progress.state != "open":
                break
            status.update(f"{progress.done} events published again")
            time.sleep(pause.take_next())
    if progress.state == "failed":
        raise Fault(f"stopped after {progress.done}: {progress.why}", EXIT_FOUND)
    print(f"{progress.done} events were published again")


def _with_zone(moment: datetime.datetime | None) -> datetime.datetime | None:
    """Without a zone, the terminal's own."""
    return moment if moment is None or moment.tzinfo else moment.astimezone()


@app.command("reconcile")
def reconcile_service(service: Service) -> None:
    """Compare what was consumed with what was published; what lacks is pulled."""
    with event_operations() as operations:
        operations.ask(service, EventConsole.start_comparison)
    print("asked; what is missing comes by itself")


@app.command("trace")
def show_trace(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Any id of it.")],
    as_json: AsJson = False,
) -> None:
    """Follow one request: who published what, who consumed it, and when."""
    with event_operations() as operations:
        entries = find_trace(operations, id_)
    if not entries:
        raise Fault(f"no service knows {id_}", EXIT_FOUND)
    if as_json:
        print(_as_text(entries))
        return
    began = entries[0].at
    span = max((entries[-1].at - began).total_seconds(), 0.001)
    table = Table("after", "service", "", "event", "subject", "on the line of time")
    for entry in entries:
        seconds = (entry.at - began).total_seconds()
        mark = "●" if entry.state == PUBLISHED else "○"
        place = " " * round(seconds / span * LINE_CHARS) + mark
        after, state = f"{seconds:.3f} s", entry.state
        table.add_row(after, entry.service, state, entry.type, entry.subject, place)
    show_all(table)
    requests = sorted({entry.request for entry in entries} - {""})
    print(f"request {', '.join(requests)}")


app.command("topology")(show_topology)
app.command("rebuild")(rebuild_model)
