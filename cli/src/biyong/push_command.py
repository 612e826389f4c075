"""`biyong branch push`: a roster from a file, every row's outcome beside it."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import RosterFile, read_roster
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from biyong.branch_client import TIMEOUT_SECONDS, BranchClient
from biyong.door import Door
from biyong.faults import Fault
from biyong.home import home_of
from biyong.push import Result, send_roster
from biyong.push_journal import PushJournal
from biyong.push_result import (
    SOME_MISSING,
    find_exit_code,
    passed_over,
    summarize_result,
    write_result,
)

COLUMNS = ("{task.description}", BarColumn(), MofNCompleteColumn())


@dataclass(frozen=True)
class Wanted:
    """What was typed."""

    path: Path
    login: str
    branch: str
    class_id: str
    url: str
    dry_run: bool
    fresh: bool
    timeout: float
    as_json: bool


def push_roster(
    roster: Annotated[Path, typer.Argument(help="A roster: xlsx, xls, ods or CSV.")],
    login: Annotated[str, typer.Option(help="The officer's login.")] = "",
    branch: Annotated[str, typer.Option(help="The branch; by default your own.")] = "",
    class_id: Annotated[
        str, typer.Option("--class", help="Class of rows that name none.")
    ] = "",
    url: Annotated[str, typer.Option(envvar="BIYONG_URL", help="The gateway.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Decide, but change nothing.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what an earlier push has.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(help="Seconds for all of it.")
    ] = TIMEOUT_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Send a roster and wait for every row's outcome.

    Who sends: BIYONG_KEY, an API key of the scope rosters-send; or --login with
    BIYONG_PASSWORD (asked for at a terminal); or over AMQP, BRANCH_AMQP_URL
    (amqps://branch.ID:PASSWORD@HOST/?ca=FILE).

    Outcomes are in ROSTER.result.csv. What has its receipt is in ROSTER.push.json: the
    same command goes on where the last one was cut.

    Exit codes: 0 all rows taken, 1 some rejected, 2 the file is unreadable or the
    command is wrong, 3 nobody answers, 4 refused (account, rights, or a chunk as a
    whole), 5 receipts are missing (push the same file again).
    """
    wanted = Wanted(
        roster, login, branch, class_id, url, dry_run, fresh, timeout, as_json
    )
    try:
        code = _push_and_write(wanted)
    except Fault as fault:
        if as_json:
            _print_json({"error": str(fault), "exit_code": fault.exit_code})
        raise
    raise typer.Exit(code)


def _push_and_write(wanted: Wanted) -> int:
    """The exit code. Raises Fault, also where nothing can be written beside the file;
    what was sent by then is found again under its keys."""
    try:
        return _push(wanted)
    except OSError as error:
        raise Fault(f"{error.filename}: {error.strerror}") from error


def _push(wanted: Wanted) -> int:
    """All of it; the exit code. Raises Fault, OSError."""
    read = _read_file(wanted)
    with _open_client(wanted) as client:
        target = None if wanted.dry_run else wanted.path
        journal = client.open_journal(target, read)
        if wanted.fresh:
            journal.forget_all()
        result = _send(client, read, journal, wanted)
    beside = wanted.path.with_suffix(".result.csv")
    write_result(beside, read, result)
    code = find_exit_code(result)
    if wanted.as_json:
        found = summarize_result(read, result)
        _print_json({**found, "result": str(beside), "exit_code": code})
    else:
        _print_result(result, beside)
    _write_what_is_left(result)
    return code


def _read_file(wanted: Wanted) -> RosterFile:
    """The roster; what was passed over is written. Raises Fault."""
    try:
        read = read_roster(wanted.path.read_bytes(), wanted.class_id)
    except (OSError, RosterUnreadable) as fault:
        raise Fault(f"{wanted.path}: {fault}") from fault
    for line in passed_over(read.notes):
        print(line, file=sys.stderr if wanted.as_json else sys.stdout)
    return read


def _send(
    client: BranchClient, read: RosterFile, journal: PushJournal, wanted: Wanted
) -> Result:
    """Send; whoever interrupts it finds what was done until then."""
    pressed = _note_interrupts()
    with _show_rows(len(read.rows), wanted.as_json) as show:

        def go_on(done: int) -> None:
            show(done)
            if pressed.is_set():
                raise KeyboardInterrupt

        try:
            return send_roster(
                read, client.carrier, wanted.dry_run, go_on, wanted.timeout, journal
            )
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # what was done is written now
            return _stop_here(read, journal)


def _note_interrupts() -> threading.Event:
    """Set once somebody interrupts. The exception alone is lost where it comes inside a
    callback that nothing may leave."""
    pressed = threading.Event()

    def press(*_: object) -> None:
        pressed.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, press)
    return pressed


def _stop_here(read: RosterFile, journal: PushJournal) -> Result:
    """What the journal has of a push that was interrupted."""
    done = (one for outcomes in journal.done.values() for one in outcomes)
    outcomes = {one["row"]: one for one in done}
    missing = frozenset(
        key for key, rows in read.split_into_chunks() if rows[0]["row"] not in outcomes
    )
    fault = Fault("stopped; the same command goes on from here", SOME_MISSING)
    return Result(outcomes, missing, fault=fault)


@contextmanager
def _show_rows(count: int, as_json: bool) -> Iterator[Callable[[int], None]]:
    """Show how many rows have their outcome: a bar where somebody looks, JSON lines
    for a program that asked for JSON."""
    out = sys.stderr if as_json else sys.stdout
    if as_json and not out.isatty():
        yield lambda done: print(json.dumps({"done": done, "rows": count}), file=out)
        return
    console = Console(file=out)
    with Progress(
        *COLUMNS, TimeElapsedColumn(), console=console, disable=not out.isatty()
    ) as bar:
        task = bar.add_task("rows", total=count)
        yield lambda done: bar.update(task, completed=done)


def _print_result(result: Result, beside: Path) -> None:
    for outcome, count in sorted(result.counts().items()):
        print(f"{outcome:<18}{count}")
    print(f"every row: {beside}")


def _write_what_is_left(result: Result) -> None:
    """On standard error: what was refused, what ended it, what is missing."""
    lines = [
        f"chunk {one.key} refused: {one.reason} {one.place}".rstrip()
        + f": {one.detail}"
        for one in result.refused
    ]
    if result.fault is not None:
        lines.append(str(result.fault))
    if result.missing:
        count = len(result.missing)
        lines.append(f"{count} chunks have no receipt yet; push the file again")
    for line in lines:
        sys.stderr.write(f"biyong: {line}\n")


def _print_json(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False))


def _open_client(wanted: Wanted) -> BranchClient:
    """By what the environment holds. Raises Fault."""
    url = wanted.url or home_of(os.environ).running_url() or "http://127.0.0.1:8080"
    if key := os.environ.get("BIYONG_KEY", ""):
        return BranchClient.over_https(url, key, wanted.branch)
    amqp = os.environ.get("BRANCH_AMQP_URL", "")
    if not wanted.login and not (amqp and (wanted.branch or urlsplit(amqp).username)):
        raise Fault("say --login, or set BIYONG_KEY to an API key")
    if amqp:
        branch = wanted.branch or wanted.login
        given = os.environ.get("BIYONG_PASSWORD") or urlsplit(amqp).password
        password = "" if given else _ask_password()
        return BranchClient.over_amqp(
            amqp, branch, os.environ.get("BIYONG_PASSWORD") or password
        )
    door = Door(url)
    password = os.environ.get("BIYONG_PASSWORD") or _ask_password()
    return BranchClient.at_door(
        door, door.sign_in(wanted.login, password), wanted.branch
    )


def _ask_password() -> str:
    """Asked for where somebody sits. Raises Fault."""
    if not sys.stdin.isatty():
        raise Fault("set BIYONG_PASSWORD; nobody can be asked for it here")
    return str(typer.prompt("Password", hide_input=True, err=True))
