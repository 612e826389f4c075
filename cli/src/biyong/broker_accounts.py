"""`biyong branch account …`: the accounts of branches' programs at the broker."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from chassis.broker.rabbitmq.branch_accounts import BranchAccounts, user_of
from chassis.broker.rabbitmq.management import ManagementAway, ManagementFault
from chassis.broker.topology import receipts_queue
from chassis.settings import SettingsError, value_of

from biyong.branches import BRANCHES, Branch
from biyong.door import Refused
from biyong.faults import Fault
from biyong.operating import EXIT_REFUSED, ask_gateway
from biyong.tables import Column, show_rows

ADDRESS = "AMQP_MANAGEMENT_URL"
EXIT_AWAY = 3
ROW: dict[str, Column] = {
    "branch": "branch",
    "state": "state",
    "connections": "connections",
    "waiting": lambda row: (
        "no queue" if row["waiting"] is None else str(row["waiting"])
    ),
}

app = typer.Typer(
    no_args_is_help=True,
    help="Accounts of branches at RabbitMQ, by its management interface: "
    "AMQP_MANAGEMENT_URL[_FILE], http[s]://ADMINISTRATOR:PASSWORD@HOST:15672.",
)


@app.command("create")
def create_account(branch: Branch) -> None:
    """Make a branch's account and its queue of receipts; the password is shown once.

    Again it mends rights, limits and queue, and the password stays. Exit codes: 0 done,
    2 no such setting, 3 the broker is away, 4 refused.
    """
    with _accounts() as accounts:
        _require_branch(branch)
        password = accounts.create_account(branch)
    if password:
        _show_once(branch, password)
    else:
        print(
            f"{branch} has an account already; rights, limits and queue are as they "
            f"should be. Another password: biyong branch account rotate {branch}"
        )


@app.command("rotate")
def rotate_password(branch: Branch) -> None:
    """Give an account another password, shown once, and cut off who has the old one.

    A disabled account may be used again from then on.
    """
    with _accounts() as accounts:
        password = accounts.rotate_password(branch)
    _show_once(branch, password)


@app.command("disable")
def disable_account(branch: Branch) -> None:
    """Close the account's connections and let it in no more; its receipts stay."""
    with _accounts() as accounts:
        accounts.disable_account(branch)
    print(f"{branch} is disabled. To let it in again:")
    print(f"  biyong branch account rotate {branch}")


@app.command("list")
def list_accounts() -> None:
    """Show the accounts: their state, connections, and how many receipts wait.

    The broker counts both every five seconds.
    """
    with _accounts() as accounts:
        show_rows(ROW, [vars(account) for account in accounts.list_accounts()])


@contextmanager
def _accounts() -> Iterator[BranchAccounts]:
    """The accounts at the broker of the setting. Raises Fault."""
    try:
        address = value_of(ADDRESS, os.environ)
        if not address:
            raise Fault(
                f"set {ADDRESS} to http://ADMINISTRATOR:PASSWORD@HOST:15672, or "
                f"{ADDRESS}_FILE to a file of it: RabbitMQ's management interface"
            )
        accounts = BranchAccounts.of(address)
    except (SettingsError, ValueError) as error:
        raise Fault(f"{ADDRESS}: {error}") from error
    try:
        yield accounts
    except ManagementAway as away:
        raise Fault(str(away), EXIT_AWAY) from away
    except ManagementFault as fault:
        raise Fault(str(fault), EXIT_REFUSED) from fault


def _require_branch(branch: str) -> None:
    """Raises Fault where the tree has no such branch."""
    try:
        ask_gateway("GET", *BRANCHES, branch)
    except Refused as refused:
        if refused.status != 404:
            raise
        line = f"there is no branch {branch}: biyong branch create {branch} NAME"
        raise Fault(line, EXIT_REFUSED) from refused


def _show_once(branch: str, password: str) -> None:
    print(f"user      {user_of(branch)}")
    print(f"password  {password}")
    print(f"queue     {receipts_queue(branch)}")
    print("The password is shown this once: hand it over by a safe way, and rotate it")
    print("if it is lost.")
