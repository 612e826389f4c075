"""`biyong people`: find, correct and invite people of branches, by letter or by code.

Staff see everybody, officers the people of their branch and those below it.
"""

import csv
import datetime
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from biyong.door import Door
from biyong.operating import (
    EXIT_FOUND,
    ask_gateway,
    open_operator,
    pause_between_looks,
)
from biyong.progress import show_progress
from biyong.tables import Column, show_rows

app = typer.Typer(no_args_is_help=True, help="People: find, correct, invite again.")
Person = Annotated[str, typer.Argument(help="The person's id: `biyong people find`.")]
PEOPLE = ("enrollment", "people")
INVITATIONS = ("people", "invitations")
PAGE = 200
"""People of one page, and codes of one answer."""
SHEET = ("name", "branch_name", "member_no", "login", "code")
COMPUTES = ("=", "+", "-", "@")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


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


ROUND: dict[str, Column] = {
    "state": "state",
    "people": "people",
    "mailed": "mailed",
    "messaged": "messaged",
    "active": "active",
    "just invited": "recent",
    "no address": "no_address",
    "no room today": "limited",
    "disabled": "closed",
}


@app.command("invite")
def invite_branch(
    branch: Annotated[str, typer.Argument(help="The branch; those below it as well.")],
) -> None:
    """Send a fresh invitation to all who have not taken up their accounts.

    By mail, or by short message to who has only a phone. It goes on by itself; this
    waits and says what became of them. Ends with 1 if it stopped before its end.
    """
    with open_operator() as door, show_progress(Console(stderr=True)) as tell:
        latest = door.ask("POST", *INVITATIONS, body={"branch_id": branch})
        pause = pause_between_looks()
        while latest["state"] == "running":
            tell(f"{latest['people']} people looked at")
            time.sleep(pause.take_next())
            latest = door.ask("GET", *INVITATIONS, branch)
    show_rows(ROUND, [latest])
    if latest["reason"]:
        print(f"stopped: {latest['reason']}")
        raise typer.Exit(EXIT_FOUND)


@app.command("invite-person")
def invite_person(person: Person) -> None:
    """Send a fresh invitation to a person who has not taken up the account."""
    ask_gateway("POST", "people", person, "invitation")
    print("invited")


@app.command("codes")
def print_codes(
    branch: Annotated[str, typer.Argument(help="The branch; those below it as well.")],
    out: Annotated[Path, typer.Option(help="The file to write, CSV.")],
) -> None:
    """Write an activation code for each who has not taken up the account.

    Codes that were printed for them before are void from now on.
    """
    written, left = 0, dict[str, int]()
    out.touch(mode=0o600, exist_ok=False)  # nobody else reads codes
    with open_operator() as door, out.open("w", newline="", encoding="utf-8-sig") as to:
        sheet = csv.writer(to)
        sheet.writerow([*SHEET, "until"])
        for people in _list_members(door, branch):
            answer = door.ask("POST", "people", "activation-codes", body=people)
            sheet.writerows(_write_row(code) for code in answer["codes"])
            written += len(answer["codes"])
            for one in answer["without"]:
                left[one["reason"]] = left.get(one["reason"], 0) + 1
    print(f"codes written: {written}")
    for reason, count in sorted(left.items()):
        print(f"without a code: {count}, {reason}")


def _list_members(door: Door, branch: str) -> Iterator[Mapping[str, Any]]:
    """The members of a branch, as many at once as one answer has codes for."""
    after = ""
    while True:
        asked = {"branch": branch, "limit": str(PAGE), "after": after}
        page = door.ask("GET", *PEOPLE, **asked)
        ids = sorted({member["person_id"] for member in page["items"]})
        if ids:
            yield {"person_ids": ids}
        after = page["next"]
        if not after:
            return


def _write_row(code: Mapping[str, Any]) -> list[str]:
    """A line of the sheet; no cell of it computes."""
    cells = [str(code[name]) for name in SHEET]
    until = datetime.datetime.fromtimestamp(code["until"], datetime.UTC).date()
    return [f"'{c}" if c.startswith(COMPUTES) else c for c in [*cells, str(until)]]


@app.command("changes")
def list_changes(person: Person) -> None:
    """Say who changed which fields of a person, and when."""
    show_rows(CHANGE, ask_gateway("GET", *PEOPLE, person, "changes"))
