"""How the commands of an operator ask the platform, and what they answer with."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import typer
from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from biyong import keys
from biyong.door import Away, Door, Refused, path_to
from biyong.home import home_of

SERVICES = ("catalog", "enrollment", "media", "learning", "notify", "gateway")
WIDE = 200
EXIT_FOUND, EXIT_AWAY, EXIT_REFUSED = 1, 3, 4
LOOK_EVERY_SECONDS = 0.5
NO_DOOR = "not-found"
Row = dict[str, Any]
Service = Annotated[str, typer.Argument(help="Which service.")]


class Earlier(Refused):
    """A service of an earlier release does not have this door yet."""


@contextmanager
def operator() -> Iterator[Door]:
    """A door an operator signed in at.

    BIYONG_URL, BIYONG_LOGIN and BIYONG_PASSWORD say where and who; without them it is
    the operator of the platform that runs here. What the gateway knows this device by
    is kept beside that platform's secrets; elsewhere BIYONG_DEVICE says it.
    """
    home = home_of(os.environ)
    url = os.environ.get("BIYONG_URL") or home.running_url() or "http://127.0.0.1:8080"
    login = os.environ.get("BIYONG_LOGIN", "operator")
    password = os.environ.get("BIYONG_PASSWORD")
    if password is None and login == "operator" and home.running_url() == url:
        password = home.secret("operator")
    try:
        is_here = home.running_url() == url
        kept = home.secrets / f"device-{quote(login, safe='')}"
        device = kept.read_text() if is_here and kept.exists() else ""
        door = Door(url, device or os.environ.get("BIYONG_DEVICE", ""))
        door.sign_in(login, password or typer.prompt("Password", hide_input=True))
        if is_here and door.device != device:
            keys.write(kept, door.device)
        yield door
    except Away as fault:
        raise ended(str(fault), EXIT_AWAY) from fault
    except Refused as fault:
        raise ended(str(fault), EXIT_REFUSED) from fault


def ended(line: str, code: int) -> typer.Exit:
    """An error line, and the exit with its code, to be raised."""
    sys.stderr.write(f"biyong: {line}\n")
    return typer.Exit(code)


def ask(door: Door, service: str, path: str, **query: str) -> Any:
    """What a service answers below its /events."""
    asked = _door_of(service, path) + (f"?{urlencode(query)}" if query else "")
    with _doors_of(service):
        return door.call("GET", asked, object)


@contextmanager
def _doors_of(service: str) -> Iterator[None]:
    """Raises Earlier in place of a refusal that names no reason."""
    try:
        yield
    except Refused as refused:
        if refused.slug != NO_DOOR:
            raise
        line = f"{service} is of an earlier release and cannot do this yet"
        raise Earlier(refused.status, refused.slug, line) from refused


def everywhere(door: Door, path: str) -> Iterator[tuple[str, Any]]:
    """What every service answers; one that does not is named, the rest is shown."""
    for name in SERVICES:
        try:
            yield name, ask(door, name, path)
        except Earlier as earlier:
            sys.stderr.write(f"biyong: {earlier}: {path}\n")
        except Refused as refused:
            if refused.status != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            sys.stderr.write(f"biyong: {name} does not answer; its part is missing\n")


def send(door: Door, method: str, service: str, path: str, body: Row) -> Row:
    """Have a service do something; what it answers."""
    with _doors_of(service):
        return door.call(method, _door_of(service, path), dict[str, Any], body)


def _door_of(service: str, path: str) -> str:
    return path_to(service, "events", *path.split("/"))


def show_all(drawn: Table | Tree) -> None:
    """As wide as the terminal; whole lines where a program reads."""
    console = Console()
    console.width = console.width if console.is_terminal else WIDE
    console.print(drawn)


def known(service: str) -> str:
    """The name, if there is such a service. Raises BadParameter."""
    if service not in SERVICES:
        raise typer.BadParameter(f"one of {', '.join(SERVICES)}")
    return service
