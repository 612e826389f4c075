"""`biyong people delete …` and `deletion-report`: what became of a person's data."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from biyong.operating import ask_gateway
from biyong.tables import Column, show_rows

Person = Annotated[str, typer.Argument(help="The person's id: `biyong people find`.")]
DELETION: dict[str, Column] = {
    "person": "person_id",
    "state": "state",
    "asked by": "asked_by",
    "asked": "asked_at",
    "due": "due",
    "done": lambda deletion: deletion["done_at"] or "",
    "why": "reason",
}
STAYED: dict[str, Column] = {
    "service": "service",
    "what stayed": "kind",
    "rows": "rows",
    "why": "why",
}


def install_commands(app: typer.Typer) -> None:
    """The commands stand among those about people."""
    app.command("delete")(delete_person)
    app.command("deletion-report")(show_report)


def delete_person(
    person: Person,
    reason: Annotated[str, typer.Option(help="Why, without names or numbers.")] = "",
    cancel: Annotated[bool, typer.Option(help="Take the request back.")] = False,
) -> None:
    """Ask for a person's data to be deleted in all services, or take that back.

    It begins after the days in which a person may change their mind.
    """
    place = ("people", person, "deletion")
    if cancel:
        show_rows(DELETION, [ask_gateway("DELETE", *place)])
    else:
        show_rows(DELETION, [ask_gateway("POST", *place, body={"reason": reason})])


def show_report(person: Person) -> None:
    """Say how a deletion stands, what stayed in which service, and why."""
    deletion: Mapping[str, Any] = ask_gateway("GET", "people", person, "deletion")
    show_rows(DELETION, [deletion])
    if deletion["report"]:
        show_rows(STAYED, deletion["report"])
