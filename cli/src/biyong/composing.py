"""`biyong keys` and `biyong fill`: what a composition's first start runs."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from chassis.settings import value_of

from biyong import composed
from biyong.demo.fill import Demo
from biyong.demo.own_machine import require_own_machine
from biyong.home import Refused
from biyong.keeping import Folder


def make_key_files(
    folder: Folder,
    give: Annotated[
        list[str], typer.Option(help="SERVICE:FOLDER it may write to; repeatable.")
    ] = [],  # noqa: B006 - typer reads it
) -> None:
    """Make the composition's keys, passwords and addresses, where they are missing.

    SMTP_URL and SMS_KEY, which may be empty, are written down for notify alone.
    BRANCHES_HOST is the name or address by which branches reach the broker.
    """
    places = [
        (name, Path(place)) for name, _, place in (g.partition(":") for g in give)
    ]
    if unknown := {name for name, _ in places} - set(composed.WRITERS):
        raise Refused(f"--give: no service is called {sorted(unknown)}.")
    mail_server, sms_key = (os.environ.get(n, "") for n in ("SMTP_URL", "SMS_KEY"))
    branches = os.environ.get("BRANCHES_HOST") or composed.BESIDE_US.branches
    composed.make_files(folder, places, mail_server, sms_key, branches)
    print(f"{folder}: every key is there")


def fill_demo(
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
    if not known_password:
        reached = (
            os.environ.get(name, "") for name in ("PUBLIC_URL", "BIYONG_ADDRESS")
        )
        require_own_machine(*reached)
    folder.mkdir(parents=True, exist_ok=True)
    demo = Demo(
        url,
        folder,
        mails,
        lambda line: print(f"demo: {line}"),
        with_operator=not known_password,
    )
    print(json.dumps(demo.fill(password), ensure_ascii=False, indent=2))


def install_commands(app: typer.Typer) -> None:
    """Put these commands into the `biyong` command."""
    app.command("keys", hidden=True)(make_key_files)
    app.command("fill", hidden=True)(fill_demo)
