"""`biyong store …`, `biyong export`, `biyong import`: keeping and moving the data."""

import os
import sqlite3
from pathlib import Path
from typing import Annotated

import typer
from embedded.backup import compact_file
from embedded.check import look_through_bus, look_through_store
from rich.console import Console

from biyong.backup import back_up
from biyong.home import Refused, home_of
from biyong.moving.archive import Manifest
from biyong.moving.export import export_home
from biyong.moving.take_in import take_in
from biyong.progress import show_progress

EXIT_FAULTS = 1
MIB = 1 << 20
KEEP_SAFE = "it holds the keys, so keep it safe"
Folder = Annotated[Path, typer.Argument(help="A folder.")]

store = typer.Typer(no_args_is_help=True, help="The embedded store and bus.")


@store.command("check")
def check_files() -> None:
    """Look through the files of store and bus, also while they are used.

    Exit codes: 0 nothing is wrong, 1 something is (a line for each), 2 no files.
    """
    home = home_of(os.environ)
    looks = ((home.store_file, look_through_store), (home.bus_file, look_through_bus))
    files = [(file, look) for file, look in looks if file.exists()]
    if not files:
        raise Refused(f"{home.folder} has no embedded store or bus.")
    is_faulty = False
    with show_progress(Console(stderr=True)) as tell:
        for file, look in files:
            faults = look(file, lambda done, total: tell(f"{done} of {total}"))
            print(f"{file.name}: {'NOT WELL' if faults else 'well'}")
            for fault in faults:
                print(f"  {fault}")
            is_faulty = is_faulty or bool(faults)
    if is_faulty:
        print("stop the platform; put back a backup, or export what can be read")
        raise typer.Exit(EXIT_FAULTS)


@store.command("compact")
def compact_files() -> None:
    """Give the disk back what was removed. Everybody waits for it meanwhile."""
    home = home_of(os.environ)
    for file in filter(Path.exists, (home.store_file, home.bus_file)):
        try:
            before, after = compact_file(file)
        except sqlite3.Error as error:
            line = f"{file} was not compacted ({error}): make room on the disk."
            raise Refused(line) from error
        print(f"{file.name}: {before / MIB:.1f} MiB, now {after / MIB:.1f} MiB")


@store.command("backup")
def back_up_home(folder: Folder) -> None:
    """Copy the whole home while it runs; `BIYONG_HOME=FOLDER biyong up` starts it."""
    with show_progress(Console(stderr=True)) as tell:
        size = back_up(home_of(os.environ), os.environ, folder, tell)
    print(f"{folder}: {size / MIB:.1f} MiB; {KEEP_SAFE}")


def export_all(folder: Folder) -> None:
    """Write documents, objects, accounts and keys of a stopped platform to a folder.

    From embedded parts or, with MONGO_URL, AMQP_URL and S3_URL, from real ones.
    """
    with show_progress(Console(stderr=True)) as tell:
        manifest = export_home(home_of(os.environ), os.environ, folder, tell)
    _print_counts(manifest, f"exported to {folder}; {KEEP_SAFE}")


def import_all(folder: Folder) -> None:
    """Put an exported folder into empty parts and compare every document and object.

    Into embedded parts or, with MONGO_URL, AMQP_URL and S3_URL, into real ones.
    """
    home = home_of(os.environ)
    home.prepare()
    with show_progress(Console(stderr=True)) as tell:
        manifest = take_in(home, os.environ, folder, tell)
    _print_counts(manifest, "imported and compared: all are what was exported")


def _print_counts(manifest: Manifest, line: str) -> None:
    for kind, count in manifest.counts().items():
        print(f"{kind:<12}{count}")
    print(line)


def install_commands(app: typer.Typer) -> None:
    """Put these commands into the `biyong` command."""
    app.add_typer(store, name="store")
    app.command("export")(export_all)
    app.command("import")(import_all)
