"""How the commands of an operator ask the platform, and what they answer with."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
import typer
from chassis.clock import IdlePause
from chassis.operations.operations import Operation
from gateway.clients.services import NAMES
from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from biyong import keys
from biyong.door import Door, Refused, path_to
from biyong.home import home_of

WIDE = 200
"""Columns for a program that reads: no line of ours is longer."""
EXIT_FOUND, EXIT_REFUSED = 1, 4
LOOK_EVERY_SECONDS, FIRST_LOOK_SECONDS = 0.5, 0.05
"""A person sees it move, and the gateway is asked twice a second in the end; sooner at
first, since most of what is begun is over soon."""
A = TypeVar("A")
Row = dict[str, Any]
Service = Annotated[str, typer.Argument(help="Which service.")]


@contextmanager
def open_operator() -> Iterator[Door]:
    """A door an operator signed in at. Raises Refused, Away.

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
    is_here = home.running_url() == url
    kept = home.secrets / f"device-{quote(login, safe='')}"
    device = kept.read_text() if is_here and kept.exists() else ""
    door = Door(url, device or os.environ.get("BIYONG_DEVICE", ""))
    _sign_in(door, login, password or typer.prompt("Password", hide_input=True))
    if is_here and door.device != device:
        keys.write_file(kept, door.device)
    yield door


def _sign_in(door: Door, login: str, password: str) -> None:
    """Sign in, by a code of the authenticator app too if the account has one."""
    try:
        door.sign_in(login, password)
    except Refused as refused:
        if refused.slug != "second-factor-needed":
            raise
        door.sign_in(login, password, typer.prompt("Code of the app, or recovery code"))


def ask_gateway(method: str, *parts: str, body: object = None, **query: str) -> Any:
    """One answer of the gateway to the operator, who signs in for it."""
    with open_operator() as door:
        return door.ask(method, *parts, body=body, **query)


class ThroughGateway:
    """Event operations asked through the gateway's doors, as the operator.

    Whoever does not answer a question to all is in `away`, and is asked no more.
    """

    def __init__(self, door: Door) -> None:
        self.door = door
        self.away: set[str] = set()

    def ask(
        self, service: str, operation: Operation[A], asked: msgspec.Struct | None = None
    ) -> A:
        """The answer of one service. Raises Refused, Away, BadParameter."""
        if service not in NAMES:
            raise typer.BadParameter(f"one of {', '.join(NAMES)}")
        sent = operation.sent(asked)
        path = path_to(service, *operation.split_path())
        if "query" in sent:
            path += f"?{urlencode(sent['query'])}"
        return self.door.call(
            operation.method, path, operation.answer, sent.get("body")
        )

    def ask_all(
        self, operation: Operation[list[A]], asked: msgspec.Struct | None = None
    ) -> dict[str, list[A]]:
        """The answers of those that do answer; the others are named to the person."""
        answers: dict[str, list[A]] = {}
        for name in [name for name in NAMES if name not in self.away]:
            try:
                answers[name] = self.ask(name, operation, asked)
            except Refused as refused:
                if refused.status != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
                if refused.slug == "service-away":
                    self.away.add(name)
                sys.stderr.write(f"biyong: {name} is left out: {refused}\n")
        return answers


@contextmanager
def event_operations() -> Iterator[ThroughGateway]:
    """The event operations of all services, by an operator who signed in."""
    with open_operator() as door:
        yield ThroughGateway(door)


def pause_between_looks() -> IdlePause:
    """How long to pause before each next look at what goes on."""
    return IdlePause(LOOK_EVERY_SECONDS, FIRST_LOOK_SECONDS)


def show_all(drawn: Table | Tree) -> None:
    """As wide as the terminal; whole lines where a program reads."""
    console = Console()
    console.width = console.width if console.is_terminal else WIDE
    console.print(drawn)
