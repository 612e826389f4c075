"""`biyong store …`, `biyong export`, `biyong import`: keeping and moving the data."""

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from chassis.settings import value_of
from embedded.backup import compact as compact_file
from embedded.check import look_through_bus, look_through_store
from rich.console import Console

from biyong import composed
from biyong.backup import back_up
from biyong.demo.fill import Demo, NotFilled, OpenToOthers, require_own_machine
from biyong.door import Away
from biyong.door import Refused as RefusedByGateway
from biyong.home import Refused, home_of
from biyong.moving.archive import Manifest
from biyong.moving.export import export
from biyong.moving.take_in import take_in

EXIT_FAULTS, EXIT_REFUSED = 1, 2
MIB = 1 << 20
Folder = Annotated[Path, typer.Argument(help="A folder.")]

store = typer.Typer(no_args_is_help=True, help="The embedded store and bus.")


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """A line that shows how far it is, where somebody looks."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda line: status.update(line)


def _refused(refusal: Refused) -> typer.Exit:
    sys.stderr.write(f"biyong: {refusal}\n")
    return typer.Exit(EXIT_REFUSED)


@store.command()
def check() -> None:
    """Look through the files of store and bus, also while they are used.

    Exit codes: 0 nothing is wrong, 1 something is (a line for each), 2 no files.
    """
    home = home_of(os.environ)
    looks = ((home.store_file, look_through_store), (home.bus_file, look_through_bus))
    files = [(file, look) for file, look in looks if file.exists()]
    if not files:
        raise _refused(Refused(f"{home.folder} has no embedded store or bus."))
    faulty = False
    with _telling() as tell:
        for file, look in files:
            faults = look(file, lambda done, all_: tell(f"{done} of {all_}"))
            print(f"{file.name}: {'well' if not faults else 'NOT WELL'}")
            for fault in faults:
                print(f"  {fault}")
            faulty = faulty or bool(faults)
    if faulty:
        print("stop the platform; put back a backup, or export what can be read")
        raise typer.Exit(EXIT_FAULTS)


@store.command()
def compact() -> None:
    """Give the disk back what was removed. Everybody waits for it meanwhile."""
    home = home_of(os.environ)
    for file in (home.store_file, home.bus_file):
        if not file.exists():
            continue
        try:
            before, after = compact_file(file)
        except sqlite3.Error as error:
            line = f"{file} was not compacted ({error}): make room on the disk."
            raise _refused(Refused(line)) from error
        print(f"{file.name}: {before / MIB:.1f} MiB, now {after / MIB:.1f} MiB")


@store.command()
def backup(folder: Folder) -> None:
    """Copy the whole home while it runs; `BIYONG_HOME=FOLDER biyong up` starts it."""
    try:
        with _telling() as tell:
            size = back_up(home_of(os.environ), os.environ, folder, tell)
    except Refused as refusal:
        raise _refused(refusal) from refusal
    print(f"{folder}: {size / MIB:.1f} MiB; it holds the keys, so keep it safe")


def export_all(folder: Folder) -> None:
    """Write documents, objects, accounts and keys of a stopped platform to a folder.

    From embedded parts or, with MONGO_URL, AMQP_URL and S3_URL, from real ones.
    """
    try:
        with _telling() as tell:
            made = export(home_of(os.environ), os.environ, folder, tell)
    except Refused as refusal:
        raise _refused(refusal) from refusal
    _print(made, f"exported to {folder}; it holds the keys, so keep it safe")


def import_all(folder: Folder) -> None:
    """Put an exported folder into empty parts and compare every document and object.

    Into embedded parts or, with MONGO_URL, AMQP_URL and S3_URL, into real ones.
    """
    home = home_of(os.environ)
    try:
        home.prepare()
        with _telling() as tell:
            made = take_in(home, os.environ, folder, tell)
    except Refused as refusal:
        raise _refused(refusal) from refusal
    _print(made, "imported and compared: all are what was exported")


def keys(
    folder: Folder,
    give: Annotated[
        list[str], typer.Option(help="SERVICE:FOLDER it may write to; repeatable.")
    ] = [],  # noqa: B006 - typer reads it
) -> None:
    """Make the composition's keys, passwords and addresses, where they are missing.

    SMTP_URL, which may be empty, is written down for notify alone.
    """
    given = dict(one.partition(":")[::2] for one in give)
    unknown = set(given) - set(composed.USERS)
    if unknown:
        raise _refused(Refused(f"--give: no service is called {sorted(unknown)}."))
    places = {name: Path(place) for name, place in given.items()}
    composed.make(folder, places, os.environ.get("SMTP_URL", ""))
    print(f"{folder}: every key is there")


def fill(
    url: Annotated[str, typer.Option(help="The gateway.")],
    mails: Annotated[Path, typer.Option(help="Where notify keeps mails.")],
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")],
    known_password: Annotated[
        bool, typer.Option(help="Also where others can sign in with it.")
    ] = False,
) -> None:
    """Put the demo into a platform that runs elsewhere; OPERATOR_PASSWORD[_FILE].

    PUBLIC_URL and BIYONG_ADDRESS say where people reach it.
    """
    password = value_of("OPERATOR_PASSWORD", os.environ) or ""
    reached = [os.environ.get(name, "") for name in ("PUBLIC_URL", "BIYONG_ADDRESS")]
    try:
        if not known_password:
            require_own_machine(*reached)
        folder.mkdir(parents=True, exist_ok=True)
        said = Demo(url, folder, mails, lambda line: print(f"demo: {line}")).fill(
            password
        )
    except OpenToOthers as fault:
        raise _refused(Refused(str(fault))) from fault
    except (NotFilled, RefusedByGateway, Away) as fault:
        raise _refused(Refused(f"the demo stopped: {fault}")) from fault
    print(json.dumps(said, ensure_ascii=False, indent=2))


def _print(made: Manifest, line: str) -> None:
    for kind, count in made.counts().items():
        print(f"{kind:<12}{count}")
    print(line)


def install(app: typer.Typer) -> None:
    """Put these commands into the `biyong` command."""
    app.add_typer(store, name="store")
    app.command("export")(export_all)
    app.command("import")(import_all)
    app.command("keys", hidden=True)(keys)
    app.command("fill", hidden=True)(fill)
