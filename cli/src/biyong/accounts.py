"""`biyong account …`: stop accounts, let them in again, say what they may do."""

import json
from typing import Annotated

import typer

from biyong.door import Door, Refused
from biyong.operating import Row, ask_gateway, open_operator
from biyong.tables import Column, show_rows

app = typer.Typer(no_args_is_help=True, help="Accounts: see, stop and reset them.")
role_app = typer.Typer(no_args_is_help=True, help="What an account may do.")
app.add_typer(role_app, name="role")
Login = Annotated[str, typer.Argument(help="The login: a name, or a phone.")]
Role = Annotated[str, typer.Argument(help="officer, staff or operator.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
LIMIT = 500
"""Lines of one answer: a screen or two of a bad day; `--after` goes on."""
SESSION: dict[str, Column] = {
    "session": "id",
    "began": "began",
    "last used": "seen",
    "until": "until",
    "network": "network",
}
ACCOUNT: dict[str, Column] = {
    "login": "login",
    "name": "name",
    "state": "state",
    "roles": lambda account: ", ".join(account["roles"]),
    "branch": "branch_id",
}
EVENT: dict[str, Column] = {
    "when": "at",
    "what": lambda e: f"{e['what']} {e.get('role') or e.get('route', '')}".strip(),
    "outcome": "outcome",
    "by": "who",
    "account": lambda e: e.get("account") or e.get("login", ""),
    "network": "network",
    "request": "request",
}


@app.command("show")
def show_account(login: Login) -> None:
    """Show an account: roles, branch, and whether it may sign in."""
    with open_operator() as door:
        _print_account(_find_account(door, login))


@app.command("list")
def list_accounts(
    role: Annotated[str, typer.Option(help="trainee, officer, staff, operator.")] = "",
    branch: Annotated[str, typer.Option(help="The id of a branch.")] = "",
    state: Annotated[str, typer.Option(help="invited, active, reset, disabled.")] = "",
    after: Annotated[
        str, typer.Option(help="The cursor that the last list gave.")
    ] = "",
) -> None:
    """List accounts; without a role, those of all who are no trainees."""
    asked = {"role": role, "branch": branch, "state": state, "after": after}
    page = ask_gateway("GET", "accounts", limit="100", **asked)
    show_rows(ACCOUNT, page["items"])
    if page["next"]:
        print(f"there are more: --after {page['next']}")


@app.command("invite")
def invite_member(
    login: Login,
    role: Role,
    name: Annotated[str, typer.Option(help="The name.")],
    email: Annotated[str, typer.Option(help="Where the letter goes.")],
    branch: Annotated[str, typer.Option(help="An officer's branch.")] = "",
) -> None:
    """Invite an officer, staff or an operator; who has an account gets the role."""
    with open_operator() as door:
        known = _get_account(door, login)
        if known and known["state"] != "invited":
            path = ("accounts", known["id"], "roles")
            given = {"role": role, "branch_id": branch}
            _print_account(door.ask("PUT", *path, body=given))
            return
        body = {"login": login, "role": role, "name": name, "email": email}
        door.ask("POST", "invitations", body=body | {"branch_id": branch})
        _print_account(_find_account(door, login))


@app.command("disable")
def disable_account(login: Login) -> None:
    """Stop an account: it is signed out at once everywhere and cannot sign in."""
    _change_account(login, "POST", "disabling")


@app.command("enable")
def enable_account(login: Login) -> None:
    """Let a stopped account sign in again, with the password it had."""
    _change_account(login, "POST", "enabling")


@app.command("sessions")
def end_sessions(
    login: Login,
    end: Annotated[bool, typer.Option("--end", help="End all of them.")] = False,
) -> None:
    """List where an account is signed in, or sign it out everywhere."""
    if end:
        _change_account(login, "DELETE", "sessions")
        return
    with open_operator() as door:
        path = ("accounts", _find_account(door, login)["id"], "sessions")
        show_rows(SESSION, door.ask("GET", *path)["sessions"])


@app.command("reset")
def reset_password(
    login: Login,
    email: Annotated[
        str, typer.Option(help="Where the letter goes, for who is in no roster.")
    ] = "",
) -> None:
    """Void the password and every session; a letter's link sets the next password."""
    _change_account(login, "POST", "reset", body={"email": email})


@app.command("reset-factors")
def reset_factors(login: Login) -> None:
    """Drop authenticator app, passkeys and recovery codes of who lost them."""
    _change_account(login, "DELETE", "second-factors")


@role_app.command("give")
def give_role(
    login: Login,
    role: Role,
    branch: Annotated[str, typer.Option(help="An officer's branch.")] = "",
) -> None:
    """Give an account a role; an officer acts for the branch from now on."""
    _change_account(login, "PUT", "roles", body={"role": role, "branch_id": branch})


@role_app.command("take")
def take_role(login: Login, role: Role) -> None:
    """Take a role from an account."""
    _change_account(login, "DELETE", "roles", role)


@app.command("events")
def security_events(
    after: Annotated[
        str, typer.Option(help="A day like 2026-11-28, or the last line's cursor.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Tell what was tried and done with accounts, in order; half a year is kept."""
    page = ask_gateway("GET", "security-events", after=after, limit=str(LIMIT))
    if as_json:
        print(json.dumps(page, ensure_ascii=False, indent=2))
        return
    show_rows(EVENT, page["events"])
    if len(page["events"]) == LIMIT:
        print(f"there may be more: --after {page['next']}")


def _change_account(
    login: str, method: str, *tail: str, body: Row | None = None
) -> None:
    with open_operator() as door:
        path = ("accounts", _find_account(door, login)["id"], *tail)
        _print_account(door.ask(method, *path, body=body))


def _get_account(door: Door, login: str) -> Row | None:
    try:
        return _find_account(door, login)
    except Refused as refused:
        if refused.slug == "unknown-account":
            return None
        raise


def _find_account(door: Door, login: str) -> Row:
    account: Row = door.ask("POST", "accounts", "find", body={"login": login})
    return account


def _print_account(account: Row) -> None:
    roles = ", ".join(account["roles"])
    branch = f" of {account['branch_id']}" if account["branch_id"] else ""
    print(
        f"{account['login']} ({account['name']}): {account['state']}, {roles}{branch}"
    )
