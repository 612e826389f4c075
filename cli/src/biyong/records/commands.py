"""`biyong records …`: what people completed elsewhere, put into the record."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from biyong.operating import EXIT_FOUND, open_operator
from biyong.progress import show_progress
from biyong.records.file import read_records
from biyong.records.sending import REFUSED, LineOutcome, send_records
from biyong.tables import show_rows

app = typer.Typer(no_args_is_help=True, help="Records: import those from elsewhere.")
SHOWN = {"line": "line", "reason": "reason"}


@app.callback()
def _name_group() -> None:
    """Commands on records."""


@app.command("import")
def import_records(
    file: Annotated[Path, typer.Argument(help="CSV with heads, or JSON Lines.")],
    source: Annotated[str, typer.Option(help="Where from; each record says it.")],
    dry_run: Annotated[bool, typer.Option(help="Say what would become of it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Put courses that people completed elsewhere into their records, with their hours.

    Columns: phone, or branch and member_no, or person (an id); course or class (ids);
    completed_at; hours. What is not named by these is passed over. A file that was cut
    off is sent again: nothing counts twice, and nobody is sent a notice. BIYONG_LOGIN
    and BIYONG_PASSWORD name an account of the college's staff. Ends with 1 if lines
    were refused.
    """
    lines = read_records(file)
    with open_operator() as door, show_progress(Console(stderr=True)) as tell:
        sent = send_records(
            door,
            lines,
            source,
            dry_run=dry_run,
            tell=lambda done: tell(f"{done} of {len(lines)} lines"),
        )
        outcomes = sorted(sent, key=lambda one: one.line)
    _show_outcomes(outcomes, as_json)
    if dry_run and not as_json:
        print("a dry run: nothing was changed")
    if any(one.outcome == REFUSED for one in outcomes):
        raise typer.Exit(EXIT_FOUND)


def _show_outcomes(outcomes: list[LineOutcome], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(one) for one in outcomes], indent=2))
        return
    refused = [asdict(one) for one in outcomes if one.outcome == REFUSED]
    if refused:
        show_rows(SHOWN, refused)
    for outcome, count in sorted(Counter(one.outcome for one in outcomes).items()):
        print(f"{outcome}: {count}")
