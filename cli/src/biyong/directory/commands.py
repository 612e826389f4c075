"""`biyong directory …`: bring a directory's branches and people to the platform."""

import json
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from biyong.directory.carrying_out import Done, carry_out
from biyong.directory.config import Config, load_config
from biyong.directory.plan import Asked, Plan, make_plan
from biyong.directory.platform import Platform
from biyong.directory.report import to_json, to_lines
from biyong.door import Door
from biyong.faults import Fault
from biyong.home import home_of
from biyong.operating import EXIT_FOUND, EXIT_REFUSED, ask_gateway, open_operator

app = typer.Typer(no_args_is_help=True, help="A directory (LDAP): bring its people.")


@app.command("sync")
def sync_directory(
    config_file: Annotated[Path, typer.Option("--config", help="A TOML file.")],
    dry_run: Annotated[bool, typer.Option(help="Report, and change nothing.")] = False,
    disable_missing: Annotated[
        bool,
        typer.Option(help="Disable accounts from the directory that it has no more."),
    ] = False,
    move_branches: Annotated[
        bool, typer.Option(help="Move branches to where the directory has them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Bring branches and people of a directory to the platform; nobody is deleted.

    Exit codes: 0 done or nothing to do, 1 done but for what is wrong with some entries
    or differs, 2 the file cannot be used, 3 the directory or the platform does not
    answer (what the directory lacks changes nothing; run it again), 4 refused, also
    where more is missing than the file's limit.
    """
    from biyong.directory.reading import read_directory

    asked = Asked(disable_missing, move_branches)
    config = load_config(config_file)
    content = read_directory(config, config_file)
    if not content.people:
        line = "the directory shows nobody: check base and filter, and what the reader"
        raise Fault(f"{line} may see; nothing was changed")
    with _open_door() as door:
        platform = Platform(door)
        plan = make_plan(content, platform)
        done = None
        if not dry_run:
            _require_few_missing(plan, config, asked)
            done = _carry_out(plan, platform, asked)
    if as_json:
        report = to_json(plan, done, asked)
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for line in to_lines(plan, done, asked):
            print(line)
        if not plan.has_changes(asked):
            print("nothing to do")
    has_faults = plan.has_faults(asked) or bool(done and done.has_faults)
    raise typer.Exit(EXIT_FOUND if has_faults else 0)


@app.command("unmark")
def unmark_person(
    person: Annotated[str, typer.Argument(help="The person's id.")],
) -> None:
    """Let a person sign in by a password of their own again."""
    ask_gateway("DELETE", "directory", "entries", person)
    print("unmarked")


def _open_door() -> AbstractContextManager[Door]:
    """The door by an API key, as a timer has one, else of whoever signs in."""
    key = os.environ.get("BIYONG_KEY", "")
    if not key:
        return open_operator()
    url = os.environ.get("BIYONG_URL") or home_of(os.environ).running_url()
    door = Door(url or "http://127.0.0.1:8080")
    door.token = key
    return nullcontext(door)


def _require_few_missing(plan: Plan, config: Config, asked: Asked) -> None:
    """Raises Fault before anything is written: a directory that lost half of its people
    lost them by mistake."""
    limit = config.limits.missing_percent
    if asked.disabling and plan.to_disable and plan.missing_percent > limit:
        line = f"{plan.missing_percent:.1f} % of those from the directory are missing"
        raise Fault(
            f"{line} there, more than missing_percent = {limit:g}; nothing was changed",
            EXIT_REFUSED,
        )


def _carry_out(plan: Plan, platform: Platform, asked: Asked) -> Done:
    is_seen = sys.stderr.isatty()
    with Progress(disable=not is_seen) as bar:
        task = bar.add_task("people", total=len(plan.to_write))
        return carry_out(
            plan,
            platform,
            asked,
            progress=lambda count: bar.update(task, completed=count),
        )
