"""`biyong key …`: API keys of programs."""

from typing import Annotated

import typer

from biyong.operating import ask_gateway
from biyong.tables import Column, show_rows

app = typer.Typer(no_args_is_help=True, help="API keys: make, list, revoke.")
KEY: dict[str, Column] = {
    "key": "id",
    "what for": "name",
    "scope": "scope",
    "branch": "branch_id",
    "made by": "account",
    "until": "until",
    "last used": lambda key: key["used"] or "never",
    "revoked": lambda key: key["revoked"] or "",
}


@app.command("list")
def list_keys(
    everybody: Annotated[bool, typer.Option("--all", help="Everybody's.")] = False,
    after: Annotated[
        str, typer.Option(help="The cursor that the last list gave.")
    ] = "",
) -> None:
    """List your keys, or everybody's."""
    asked = {"all": "true", "after": after} if everybody else {}
    page = ask_gateway("GET", "keys", **asked)
    show_rows(KEY, page["items"])
    if page["next"]:
        print(f"there are more: --all --after {page['next']}")


@app.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[
        str,
        typer.Option(help="rosters-send, rosters-read, events-read, directory-sync."),
    ],
    days: Annotated[int, typer.Option(help="How long it is good, 365 at most.")] = 90,
    branch: Annotated[str, typer.Option(help="The branch for which it acts.")] = "",
) -> None:
    """Make a key. Its token is printed this once, alone on its line."""
    body = {"name": name, "scope": scope, "days": days, "branch_id": branch}
    print(ask_gateway("POST", "keys", body=body)["token"])


@app.command("revoke")
def revoke_key(key: Annotated[str, typer.Argument(help="The key's id.")]) -> None:
    """A key is worth nothing from now on."""
    ask_gateway("DELETE", "keys", key)
    print("revoked")
