"""The `biyong` command."""

import json
import os
from typing import Annotated, Any, NoReturn

import typer

from biyong import (
    accounts,
    api_keys,
    audit,
    branches,
    broker_accounts,
    certificates,
    cluster_secrets,
    composing,
    deletions,
    events,
    keeping,
    lectures,
    people,
)
from biyong.directory import commands as directory
from biyong.doctor import examine_home
from biyong.doctor_elsewhere import examine_platform
from biyong.edge import feed
from biyong.faults import Commands, Fault
from biyong.home import home_of
from biyong.operating import event_operations
from biyong.push_command import push_roster
from biyong.records import commands as records
from biyong.up import run_platform as start

EXIT_NO_DEMO = 3

app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, help="Biyong 辟雍"
)
branches.app.command("push")(push_roster)
branches.app.add_typer(broker_accounts.app, name="account")
app.add_typer(branches.app, name="branch")
app.add_typer(events.app, name="events")
app.add_typer(people.app, name="people")
app.add_typer(accounts.app, name="account")
app.add_typer(audit.app, name="audit")
app.add_typer(directory.app, name="directory")
app.add_typer(api_keys.app, name="key")
app.add_typer(certificates.app, name="certificate")
app.add_typer(records.app, name="records")
keeping.install_commands(app)
composing.install_commands(app)
cluster_secrets.install_command(app)
deletions.install_commands(people.app)
lectures.install_commands(app)
feed.install_commands(app)


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="Fill it with the demo.")] = False,
    life: Annotated[
        bool, typer.Option(help="Go on to fill the demo while it runs.")
    ] = True,
) -> None:
    """Start the whole platform here and keep it running.

    Exit codes: 0 stopped as asked, 2 cannot start here, 3 a process did not become
    ready, 4 the demo could not be put in.
    """
    start(home_of(os.environ), os.environ, demo, life)


@app.command("demo")
def fill_demo() -> None:
    """Say whom to sign in as on the running platform's demo."""
    logins = (home_of(os.environ).ready() or {}).get("demo")
    if not logins:
        raise Fault("no demo runs here; start it with `make run`", EXIT_NO_DEMO)
    print(json.dumps(logins, ensure_ascii=False, indent=2))


@app.command("doctor")
def run_doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what runs, on which parts, what is missing and what to do.

    BIYONG_URL names a platform elsewhere: its services tell its operator.
    """
    if os.environ.get("BIYONG_URL"):
        _examine_elsewhere(as_json)
    code, report = examine_home(home_of(os.environ), os.environ)
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for process in report.get("processes", []):
            state = "well" if process["healthy"] else "NOT WELL"
            print(f"{process['name']:<12}{state:<10}pid {process['pid']}")
        for part, state in report["tried"].items():
            well = "NOT WELL" if state["fault"] else "well"
            print(f"{part:<12}{well:<10}{state['kind']} {state['version']}".rstrip())
        bus = report["tried"].get("bus", {})
        for count, line in (
            (bus.get("waiting"), "events are under way"),
            (_count_parked(report["tried"]), "are parked: see `biyong events parked`"),
        ):
            if count:
                print(f"{count} {line}")
        for line in report["advice"] or ["all is well"]:
            print(line)
    raise typer.Exit(code)


def _examine_elsewhere(as_json: bool) -> NoReturn:
    with event_operations() as through:
        found = examine_platform(through)
    if as_json:
        print(json.dumps(vars(found), ensure_ascii=False, indent=2))
    else:
        for name, line in found.services.items():
            print(f"{name:<12}{line}")
        for line in found.advice or ["all is well"]:
            print(line)
    raise typer.Exit(found.exit_code)


def _count_parked(tried: dict[str, dict[str, Any]]) -> int:
    """Sequences in the store, and messages that still lie on the bus."""
    return sum(int(part.get("parked", 0)) for part in tried.values())


def main() -> None:
    """Run the command line. What it and what it starts write is for this user alone."""
    os.umask(0o077)
    app()


if __name__ == "__main__":
    main()
