"""The `biyong` command."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import read_roster
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

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
from biyong.door import Door, Refused
from biyong.edge import feed
from biyong.faults import Commands, Fault
from biyong.home import home_of
from biyong.operating import event_operations
from biyong.push import Carrier, OverHttp, passed_over, send_roster, write_result
from biyong.up import run_platform as start

EXIT_REJECTED, EXIT_NO_DEMO, EXIT_UNFINISHED = 1, 3, 5

app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, help="Biyong 辟雍"
)
branch = branches.app
app.add_typer(branch, name="branch")
branch.add_typer(broker_accounts.app, name="account")
app.add_typer(events.app, name="events")
app.add_typer(people.app, name="people")
app.add_typer(accounts.app, name="account")
app.add_typer(audit.app, name="audit")
app.add_typer(directory.app, name="directory")
app.add_typer(api_keys.app, name="key")
app.add_typer(certificates.app, name="certificate")
keeping.install_commands(app)
composing.install_commands(app)
cluster_secrets.install_command(app)
deletions.install_commands(people.app)
lectures.install_commands(app)
feed.install_commands(app)


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="Fill it with the demo.")] = False,
) -> None:
    """Start the whole platform here and keep it running.

    Exit codes: 0 stopped as asked, 2 cannot start here, 3 a process did not become
    ready, 4 the demo could not be put in.
    """
    start(home_of(os.environ), os.environ, demo)


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


@branch.command("push")
def push_roster(
    roster: Annotated[Path, typer.Argument(help="A roster: xlsx, xls, ods or CSV.")],
    login: Annotated[str, typer.Option(help="The officer's login.")] = "",
    branch: Annotated[str, typer.Option(help="The branch; by default your own.")] = "",
    class_id: Annotated[
        str, typer.Option("--class", help="Class of rows that name none.")
    ] = "",
    url: Annotated[str, typer.Option(help="The gateway.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Decide, but change nothing.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait.")] = 600,
) -> None:
    """Send a roster and wait for every row's outcome.

    The password comes from BIYONG_PASSWORD, or is asked for; a program sets BIYONG_KEY
    to an API key instead of both. Exit codes: 0 all rows
    taken, 1 some rejected, 2 the file is unreadable, 3 nobody answers, 4 refused,
    5 some receipts did not come in time (push the same file again).
    """
    try:
        read = read_roster(roster.read_bytes(), class_id)
    except (OSError, RosterUnreadable) as fault:
        raise Fault(f"{roster}: {fault}") from fault
    for line in passed_over(read.notes):
        print(line)
    carrier = _open_carrier(url, login, branch)
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), disable=not sys.stdout.isatty()
    ) as bar:
        task = bar.add_task("rows", total=len(read.rows))
        result = send_roster(
            read, carrier, dry_run, lambda n: bar.update(task, completed=n), timeout
        )
    target = roster.with_suffix(".result.csv")
    write_result(target, read, result)
    for outcome, count in sorted(result.counts().items()):
        print(f"{outcome:<18}{count}")
    print(f"every row: {target}")
    if result.missing:
        line = f"{len(result.missing)} chunks have no receipt yet; push the file again"
        raise Fault(line, EXIT_UNFINISHED)
    raise typer.Exit(EXIT_REJECTED if result.counts().get("rejected") else 0)


def _open_carrier(url: str, login: str, branch: str) -> Carrier:
    door = Door(url or home_of(os.environ).running_url() or "http://127.0.0.1:8080")
    if key := os.environ.get("BIYONG_KEY", ""):
        door.token = key
        return _carry_for(door, door.ask("GET", "session"), branch, login or "the key")
    if not login:
        raise Fault("say --login, or set BIYONG_KEY to an API key")
    password = os.environ.get("BIYONG_PASSWORD") or typer.prompt(
        "Password", hide_input=True
    )
    amqp = os.environ.get("BRANCH_AMQP_URL", "")
    if amqp:
        from biyong.amqp import OverAmqp

        return OverAmqp(amqp, branch or login, password)
    return _carry_for(door, door.sign_in(login, password), branch, login)


def _carry_for(door: Door, session: dict[str, Any], branch: str, who: str) -> Carrier:
    branch = branch or session["branch_id"]
    if not branch:
        line = f"{who} belongs to no branch; sign in as an officer or say --branch"
        raise Refused(403, "no-branch", line)
    return OverHttp(door, branch)


def main() -> None:
    """Run the command line. What it and what it starts write is for this user alone."""
    os.umask(0o077)
    app()


if __name__ == "__main__":
    main()
