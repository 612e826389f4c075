"""`biyong branch …`: the tree of branches, and what their officers do."""

from collections.abc import Iterator
from typing import Annotated

import typer

from biyong.door import Door, path_to
from biyong.operating import Row, ask_gateway, open_operator
from biyong.tables import Column, show_rows

app = typer.Typer(no_args_is_help=True, help="Branches: the tree, and rosters.")
Branch = Annotated[str, typer.Argument(help="The id of the branch.")]
BRANCHES = ("enrollment", "branches")
PAGE = 500
ROW: dict[str, Column] = {
    "branch": lambda branch: "  " * (len(branch["line"]) - 1) + branch["id"],
    "name": "name",
    "state": lambda branch: "closed" if branch["closed"] else "open",
}


@app.command("list")
def list_branches(
    words: Annotated[str, typer.Argument(help="In the name or id.")] = "",
    below: Annotated[str, typer.Option(help="A branch and those below it.")] = "",
) -> None:
    """Show the tree, or what of it has some words."""
    with open_operator() as door:
        show_rows(ROW, _find_branches(door, words, below))


@app.command("show")
def show_branch(branch: Branch) -> None:
    """Show a branch: what is above it, its members, whether it is open."""
    with open_operator() as door:
        found = door.ask("GET", *BRANCHES, branch)
        [counted] = door.ask("GET", *BRANCHES, "members", ids=branch)
        print(f"{found['id']} ({found['name']}): {_state_of(found)}")
        print(f"  {' > '.join(found['line'])}")
        print(f"  members: {counted['members']}")


@app.command("create")
def create_branch(
    branch: Branch,
    name: Annotated[str, typer.Argument(help="The name.")],
    parent: Annotated[str, typer.Option(help="The branch above it.")] = "",
) -> None:
    """Add a branch below another, or at the top; again changes nothing."""
    body = {"id": branch, "name": name, "parent": parent}
    _print_branch(ask_gateway("POST", *BRANCHES, body=body))


@app.command("rename")
def rename_branch(
    branch: Branch, name: Annotated[str, typer.Argument(help="The new name.")]
) -> None:
    """Give a branch another name."""
    _change_branch("PATCH", branch, body={"name": name})


@app.command("move")
def move_branch(
    branch: Branch,
    parent: Annotated[
        str, typer.Option(help="The branch above it from now on; none for the top.")
    ] = "",
) -> None:
    """Move a branch with all that hangs on it: whoever is above it there sees it from
    now on, and nobody else."""
    _change_branch("POST", branch, "moving", body={"parent": parent})


@app.command("close")
def close_branch(branch: Branch) -> None:
    """Close a branch: no new rosters, and all that is there stays readable."""
    _change_branch("POST", branch, "closing")


@app.command("reopen")
def reopen_branch(branch: Branch) -> None:
    """Open a closed branch again."""
    _change_branch("DELETE", branch, "closing")


def _change_branch(
    method: str, branch: str, *tail: str, body: Row | None = None
) -> None:
    """Change a branch as it is now: whoever else changes it meanwhile is not undone."""
    with open_operator() as door:
        version = door.ask("GET", *BRANCHES, branch)["version"]
        path = path_to(*BRANCHES, branch, *tail)
        _print_branch(door.call(method, path, Row, body, match=f'"{version}"'))


def _find_branches(door: Door, words: str, below: str) -> Iterator[Row]:
    after = ""
    while True:
        asked = {"q": words, "below": below, "after": after, "limit": str(PAGE)}
        page = door.ask("GET", *BRANCHES, **asked)
        yield from page["items"]
        after = page["next"]
        if not after:
            return


def _print_branch(branch: Row) -> None:
    above = f" below {branch['parent']}" if branch["parent"] else " at the top"
    print(f"{branch['id']} ({branch['name']}): {_state_of(branch)},{above}")


def _state_of(branch: Row) -> str:
    return "closed" if branch["closed"] else "open"
