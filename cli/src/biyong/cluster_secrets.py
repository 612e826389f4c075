"""`biyong secrets`: the files that a cluster's Secrets are made of."""

import os
from pathlib import Path
from typing import Annotated

import typer

from biyong import composed, keys
from biyong.home import Refused
from biyong.keeping import Folder

MADE_ONCE = ("metrics_token",)
EMPTY_AT_FIRST = ("smtp_url", "sms_key", "otel_headers")
"""What only an operator knows; empty does without."""
NAMES_OF_PARTS = {
    "--mongo": ("mongodb://", "mongodb+srv://"),
    "--broker": ("amqp://", "amqps://"),
    "--objects": ("http://", "https://"),
}


def make_cluster_secrets(
    folder: Folder,
    mongo: Annotated[
        str, typer.Option(help="Where MongoDB is: mongodb://HOST/?tls=true")
    ] = composed.BESIDE_US.mongo,
    broker: Annotated[
        str, typer.Option(help="Where RabbitMQ is: amqps://HOST/")
    ] = composed.BESIDE_US.broker,
    objects: Annotated[
        str,
        typer.Option(help="The object store, S3_URL: https://KEY:SECRET@HOST/BUCKET"),
    ] = "",
    branches: Annotated[
        str,
        typer.Option(help="By which name or address branches reach a broker of ours."),
    ] = composed.BESIDE_US.branches,
) -> None:
    """Make keys, passwords and addresses where they are missing; none is replaced.

    Each service has an account of its own: `mongo-users.js` and
    `rabbitmq-definitions.json` make them in your MongoDB and RabbitMQ. Write the mail
    server's address into `smtp_url`. Keep the folder safe and out of version control.
    """
    for option, address in zip(NAMES_OF_PARTS, (mongo, broker, objects), strict=True):
        if address and not address.startswith(NAMES_OF_PARTS[option]):
            raise Refused(
                f"{option}: begins with {' or '.join(NAMES_OF_PARTS[option])}"
            )
    _require_folder(folder)
    make_secret_files(folder, composed.PartAddresses(mongo, broker, objects, branches))
    print(f"{folder}: every file is there")


def make_secret_files(
    folder: Path, parts: composed.PartAddresses = composed.BESIDE_US
) -> None:
    """Make the files that are missing, of parts that are beside us or elsewhere."""
    composed.make_texts(folder, parts)
    for name in MADE_ONCE:
        keys.make_plain(folder / name)
    for name in EMPTY_AT_FIRST:
        if not (folder / name).exists():
            keys.write_file(folder / name, "")


def _require_folder(folder: Path) -> None:
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise Refused(f"{folder} is no folder that can be written: make it first.")


def install_command(app: typer.Typer) -> None:
    """Put the command into `biyong`."""
    app.command("secrets")(make_cluster_secrets)
