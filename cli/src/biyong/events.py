"""`biyong events …`: what an operator sees and does about events, from a terminal."""

import datetime
import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import click
import typer
from rich.console import Console
from rich.table import Table

from biyong.operating import (
    EXIT_FOUND,
    EXIT_REFUSED,
    LOOK_EVERY_SECONDS,
    Row,
    Service,
    ask,
    ended,
    everywhere,
    known,
    operator,
    send,
    show_all,
)
from biyong.rebuild import rebuild
from biyong.topology import topology

Key = Annotated[str, typer.Option(help="One sequence.")]
Cause = Annotated[str, typer.Option(help="All of one cause, as `parked` names it.")]
All = Annotated[bool, typer.Option("--all", help="All that is parked there.")]
Moment = Annotated[
    datetime.datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%z"]),
]

app = typer.Typer(no_args_is_help=True, help="Events: see, follow and mend them.")


@app.command()
def parked(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List what is parked everywhere, by cause. Exit code 1 if there is any."""
    with operator() as door:
        found = dict(everywhere(door, "parked"))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    elif any(found.values()):
        table = Table("service", "cause", "event", "sequences", "why", "keys")
        for name, groups in found.items():
            for group in groups:
                keys = "\n".join(group["keys"][:5])
                table.add_row(
                    name, group["cause"], group["type"], str(group["sequences"]),
                    group["why"], keys,
                )  # fmt: skip
        show_all(table)
    else:
        print("nothing is parked")
    raise typer.Exit(EXIT_FOUND if any(found.values()) else 0)


@app.command()
def show(service: Service, key: Annotated[str, typer.Argument()]) -> None:
    """Show one parked sequence with what was done to it; personal data is masked."""
    with operator() as door:
        found = ask(door, known(service), "parked/one", key=key)
    print(json.dumps(found, ensure_ascii=False, indent=2))


@app.command()
def edit(
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
    with operator() as door:
        found = ask(door, known(service), "parked/one", key=key)
        if not found["events"]:
            text = data.read_text() if data else _edited(found["text"])
            said = send(door, "PUT", service, "parked/one", {"key": key, "text": text})
        else:
            events = {one["id"]: one for one in found["events"]}
            id_ = event or found["events"][0]["id"]
            if id_ not in events:
                raise ended(f"{id_} is not in {key}: {', '.join(events)}", EXIT_REFUSED)
            text = data.read_text() if data else _edited(_json(events[id_]["data"]))
            change = {"key": key, "event": id_, "data": _read(text)}
            said = send(door, "PUT", service, "parked/one", change)
    print(f"saved under {said['key']}; `biyong events replay` tries it again")


def _edited(text: str) -> str:
    changed: str | None = click.edit(text, extension=".json")
    if changed is None:
        raise ended("nothing was changed", 0)
    return changed


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _read(text: str) -> Row:
    try:
        read: Row = json.loads(text)
    except json.JSONDecodeError as fault:
        raise ended(f"this is not JSON: {fault}", EXIT_REFUSED) from fault
    return read


@app.command()
def replay(
    service: Service, key: Key = "", cause: Cause = "", all_: All = False
) -> None:
    """Let parked sequences try again at once."""
    with operator() as door:
        which = {"key": key, "cause": cause, "all": all_}
        said = send(door, "POST", known(service), "parked/replay", which)
    print(f"{said['sequences']} sequences try again")


@app.command()
def drop(
    service: Service,
    why: Annotated[str, typer.Option(help="Written into the audit.")],
    key: Key = "",
    cause: Cause = "",
    all_: All = False,
) -> None:
    """Give up the first event of parked sequences; those behind it go on."""
    with operator() as door:
        which = {"key": key, "cause": cause, "all": all_, "why": why}
        said = send(door, "POST", known(service), "parked/drop", which)
    print(f"{said['sequences']} events were given up")


@app.command("take-back")
def take_back(
    service: Service,
    line: Annotated[str, typer.Argument(help="The audit's line of the drop.")],
) -> None:
    """Let an event that was given up be tried after all; unreadable, park it again."""
    with operator() as door:
        said = send(door, "POST", known(service), "parked/back", {"line": line})
    print(f"{said['key']} is taken back: tried again, or parked if nobody can read it")


@app.command()
def audit() -> None:
    """Who did what to events, latest first."""
    with operator() as door:
        found = [
            {**line, "service": name}
            for name, lines in everywhere(door, "audit")
            for line in lines
        ]
    table = Table("when", "who", "did", "service", "to", "why", "to take it back")
    for line in sorted(found, key=lambda one: str(one["at"]), reverse=True):
        table.add_row(
            line["at"][:19], line["who"], line["action"], line["service"],
            line["key"], line.get("why", ""),
            line["id"] if line["can_come_back"] else "",
        )  # fmt: skip
    show_all(table)


@app.command()
def resend(
    service: Annotated[str, typer.Argument(help="Who said it.")],
    type_: Annotated[list[str], typer.Option("--type", help="Repeatable.")] = [],  # noqa: B006 - typer reads it
    key: Annotated[str, typer.Option(help="The aggregate's id.")] = "",
    since: Moment = None,
    until: Moment = None,
    to: Annotated[str, typer.Option(help="One hearer; all by default.")] = "",
) -> None:
    """Say archived events again; who heard them before lets them pass."""
    wanted = {
        "types": type_, "key": key, "to": to, "since": _zoned(since),
        "until": _zoned(until),
    }  # fmt: skip
    with operator() as door, Console(stderr=True).status("") as status:
        begun = send(door, "POST", known(service), "resend", wanted)["resend"]
        while (said := ask(door, service, "resend", id=begun))["state"] == "open":
            status.update(f"{said['done']} events said again")
            time.sleep(LOOK_EVERY_SECONDS)
    if said["state"] == "failed":
        raise ended(f"stopped after {said['done']}: {said['why']}", EXIT_FOUND)
    print(f"{said['done']} events were said again")


def _zoned(moment: datetime.datetime | None) -> str | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.astimezone()).isoformat()


@app.command()
def reconcile(service: Service) -> None:
    """Compare what a service heard with what was said; what it lacks it fetches."""
    with operator() as door:
        send(door, "POST", known(service), "comparison", {})
    print("begun; what is missing comes by itself")


@app.command()
def trace(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Any id of it.")],
) -> None:
    """Follow one request: who said what, who heard it, and when."""
    with operator() as door:
        query = urlencode({"id": id_})
        found = door.call("GET", f"/api/gateway/events/trace?{query}", dict[str, Any])
    if not found["entries"]:
        raise ended(f"no service knows {id_}", EXIT_FOUND)
    began = _moment(found["entries"][0]["at"])
    last = _moment(found["entries"][-1]["at"])
    span = max((last - began).total_seconds(), 0.001)
    table = Table("after", "service", "", "event", "subject", "on the line of time")
    for entry in found["entries"]:
        after = (_moment(entry["at"]) - began).total_seconds()
        place = round(after / span * 30)
        mark = "●" if entry["kind"] == "said" else "○"
        what = "says" if entry["kind"] == "said" else entry["state"]
        table.add_row(
            f"{after:.3f} s", entry["service"], what, entry["type"],
            entry.get("subject", ""), " " * place + mark,
        )  # fmt: skip
    show_all(table)
    print(f"request {', '.join(found['requests'])}")
    for name in found["away"]:
        sys.stderr.write(f"biyong: {name} does not answer; its part is missing\n")


def _moment(said: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(said)


app.command()(topology)
app.command()(rebuild)
