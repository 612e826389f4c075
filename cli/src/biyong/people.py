"""`biyong people`: find, correct and invite people of branches.

Staff see everybody, officers the people of their branch and those below it.
"""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from biyong.door import path_to
from biyong.operating import operator

app = typer.Typer(no_args_is_help=True, help="People: find, correct, invite again.")
Person = Annotated[str, typer.Argument(help="The person's id: `biyong people find`.")]
PEOPLE = ("enrollment", "people")


@app.command()
def find(
    phone: Annotated[str, typer.Option(help="The phone, as it is written.")] = "",
    branch: Annotated[str, typer.Option(help="The branch of the number.")] = "",
    number: Annotated[str, typer.Option(help="A member number.")] = "",
) -> None:
    """Say who has a phone, or a member number in a branch."""
    asked = {"phone": phone, "branch_id": branch, "member_no": number}
    with operator() as door:
        _show(door.call("POST", path_to(*PEOPLE, "find"), list[dict[str, Any]], asked))


@app.command()
def correct(
    person: Person,
    name: Annotated[str | None, typer.Option(help="The right name.")] = None,
    phone: Annotated[str | None, typer.Option(help="The right phone.")] = None,
    email: Annotated[str | None, typer.Option(help="The address, or none.")] = None,
    id_number: Annotated[str | None, typer.Option(help="The right ID number.")] = None,
) -> None:
    """Correct what is known of a person; an audit line says what was changed."""
    given = {"name": name, "phone": phone, "email": email, "id_number": id_number}
    wanted = {field: value for field, value in given.items() if value is not None}
    with operator() as door:
        path = path_to(*PEOPLE, person)
        _show([door.call("PATCH", path, dict[str, Any], wanted)])


@app.command()
def invite(person: Person) -> None:
    """Send a fresh invitation to a person who has not taken up the account."""
    with operator() as door:
        path = path_to("people", person, "invitation")
        door.call("POST", path, dict[str, Any])
        print("invited")


@app.command()
def changes(person: Person) -> None:
    """Say who changed which fields of a person, and when."""
    table = Table("when", "who", "fields", "for")
    with operator() as door:
        path = path_to(*PEOPLE, person, "changes")
        for line in door.call("GET", path, list[dict[str, Any]]):
            fields = ", ".join(line["fields"])
            table.add_row(line["at"], line["by"], fields, line["source"])
    Console().print(table)


def _show(people: list[dict[str, Any]]) -> None:
    table = Table("id", "name", "phone", "email", "memberships")
    for person in people:
        held = ", ".join(
            f"{one['branch_id']} {one['member_no']}" for one in person["memberships"]
        )
        table.add_row(
            person["person_id"], person["name"], person["phone"], person["email"], held
        )
    Console().print(table)
