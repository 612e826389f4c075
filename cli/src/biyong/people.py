"""`biyong people`: find, correct and invite people of branches.

Staff see everybody, officers the people of their branch and those below it.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from biyong.operating import ask_gateway
from biyong.tables import Column, show_rows

app = typer.Typer(no_args_is_help=True, help="People: find, correct, invite again.")
Person = Annotated[str, typer.Argument(help="The person's id: `biyong people find`.")]
PEOPLE = ("enrollment", "people")


def _show_memberships(person: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{membership['branch_id']} {membership['member_no']}"
        for membership in person["memberships"]
    )


PERSON: dict[str, Column] = {
    "id": "person_id",
    "name": "name",
    "phone": "phone",
    "email": "email",
    "memberships": _show_memberships,
}
CHANGE: dict[str, Column] = {
    "when": "at",
    "who": "by",
    "fields": lambda change: ", ".join(change["fields"]),
    "for": "source",
}


@app.command("find")
def find_people(
    phone: Annotated[str, typer.Option(help="The phone, as it is written.")] = "",
    branch: Annotated[str, typer.Option(help="The branch of the number.")] = "",
    number: Annotated[str, typer.Option(help="A member number.")] = "",
) -> None:
    """Say who has a phone, or a member number in a branch."""
    asked = {"phone": phone, "branch_id": branch, "member_no": number}
    show_rows(PERSON, ask_gateway("POST", *PEOPLE, "find", body=asked))


@app.command("correct")
def correct_person(
    person: Person,
    name: Annotated[str | None, typer.Option(help="The right name.")] = None,
    phone: Annotated[str | None, typer.Option(help="The right phone.")] = None,
    email: Annotated[str | None, typer.Option(help="The address, or none.")] = None,
    id_number: Annotated[str | None, typer.Option(help="The right ID number.")] = None,
) -> None:
    """Correct what is known of a person; an audit line says what was changed."""
    given = {"name": name, "phone": phone, "email": email, "id_number": id_number}
    wanted = {field: value for field, value in given.items() if value is not None}
    show_rows(PERSON, [ask_gateway("PATCH", *PEOPLE, person, body=wanted)])


@app.command("invite")
def invite_person(person: Person) -> None:
    """Send a fresh invitation to a person who has not taken up the account."""
    ask_gateway("POST", "people", person, "invitation")
    print("invited")


@app.command("changes")
def list_changes(person: Person) -> None:
    """Say who changed which fields of a person, and when."""
    show_rows(CHANGE, ask_gateway("GET", *PEOPLE, person, "changes"))
