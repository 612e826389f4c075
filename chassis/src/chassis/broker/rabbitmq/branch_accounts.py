"""The accounts under which branches send and hear at RabbitMQ, and their rights.

An account publishes its own branch's rosters, reads its own branch's receipts, and does
nothing else. What is here is done again without harm: whoever was cut off repeats it.
"""

import base64
import hashlib
import re
import secrets
import string
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from chassis.broker import topology
from chassis.broker.rabbitmq.management import (
    Act,
    Management,
    ManagementAddress,
    ManagementAway,
    ManagementFault,
    ManagementRefused,
)

EXCHANGE = "biyong.branches"
PREFIX = "branch."
MOST_CONNECTIONS, MOST_CHANNELS = 10, 50
"""Of one account at a time: some programs that send and hear, their replacements while
they are exchanged, and no flood; each connection costs the broker about 100 kB."""
ALPHABET = string.ascii_letters + string.digits
"""So a password stands in any address or shell as it is."""
PASSWORD_LENGTH = 32
NOTHING = "(?!)"
"""A pattern that fits no name, not the empty one either."""
NO_PASSWORD, DISABLED_TAG = "", "disabled"
"""The broker lets nobody in by an empty hash; the tag tells what was disabled from what
was not finished."""
ACTIVE, DISABLED, UNFINISHED = "active", "disabled", "unfinished"
BRANCH_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""As the contract has it."""
LOOK_SECONDS = 0.05
PAGE_QUEUES = 500
Row = dict[str, Any]


class AccountMissing(ManagementFault):
    """The branch has no account at the broker."""


class AccountConflict(ManagementFault):
    """Somebody else changed the account at the same time."""


@dataclass(frozen=True)
class BranchAccount:
    """A branch's account: whether it may be used, how many connections are open, how
    many receipts wait in its queue (None where the queue is missing).

    The broker counts what waits every five seconds.
    """

    branch: str
    state: str
    connections: int
    waiting: int | None


class BranchAccounts:
    """The accounts of all branches at one broker."""

    def __init__(
        self, management: Management, make_password: Callable[[], str] | None = None
    ) -> None:
        self.management = management
        self.make_password = make_password or new_password

    @classmethod
    def of(cls, address: str) -> "BranchAccounts":
        """Those of the broker whose management address this is. Raises ValueError."""
        return cls(Management(ManagementAddress.of(address)))

    def create_account(self, branch: str) -> str:
        """Make the account, its rights and its queue; the password, told this once.

        An account that is there has its rights and queue mended and keeps its password
        or that it is disabled: then the answer is empty. Raises ManagementFault.
        """
        act, user = self.management.begin_act(), user_of(branch)
        found = act.find("users", user)
        if found is None:
            act.put("users", user, password_hash=NO_PASSWORD, tags="")
        state = UNFINISHED if found is None else _state_of(found)
        self._grant_rights(act, branch, is_open=state != DISABLED)
        return self._set_password(act, user) if state == UNFINISHED else ""

    def rotate_password(self, branch: str) -> str:
        """A new password, told this once, with which a disabled account is open again.

        What is connected by the old one is cut off. Raises ManagementFault.
        """
        act, user = self.management.begin_act(), user_of(branch)
        _require_account(act, branch)
        self._grant_rights(act, branch, is_open=True)
        password = self._set_password(act, user)
        _close_connections(act, user)
        return password

    def disable_account(self, branch: str) -> None:
        """Close what the account has open, and let it in no more; its queue stays.

        Raises ManagementFault.
        """
        act, user = self.management.begin_act(), user_of(branch)
        _require_account(act, branch)
        act.put("users", user, password_hash=NO_PASSWORD, tags=DISABLED_TAG)
        act.put("user-limits", user, "max-connections", value=0)
        _close_connections(act, user)

    def find_account(self, branch: str) -> BranchAccount | None:
        """The account of a branch, if it has one. Raises ManagementFault."""
        act, user = self.management.begin_act(), user_of(branch)
        found = act.find("users", user)
        if found is None:
            return None
        queue = act.find(
            "queues", act.vhost, topology.receipts_queue(branch), **ONLY_TOTALS
        )
        return BranchAccount(
            branch,
            _state_of(found),
            len(act.find("connections", "username", user) or ()),
            None if queue is None else queue.get("messages", 0),
        )

    def list_accounts(self) -> list[BranchAccount]:
        """All branches' accounts, by branch. Raises ManagementFault."""
        act = self.management.begin_act()
        users = [
            row for row in act.require_answer("users") if row["name"].startswith(PREFIX)
        ]
        waiting = dict(_find_depths(act))
        connected = Counter(
            row.get("user", "")
            for row in act.require_answer("connections", columns="user")
        )
        found = [
            BranchAccount(
                branch := row["name"].removeprefix(PREFIX),
                _state_of(row),
                connected[row["name"]],
                waiting.get(topology.receipts_queue(branch)),
            )
            for row in users
        ]
        return sorted(found, key=lambda account: account.branch)

    def _grant_rights(self, act: Act, branch: str, *, is_open: bool) -> None:
        """Everything but the password: the queue, the rights, the limits."""
        user, vhost = user_of(branch), act.vhost
        queue = topology.receipts_queue(branch)
        _declare_queue(act, queue)
        act.put("permissions", vhost, user, **permissions_of(branch))
        act.put("topic-permissions", vhost, user, **topic_permissions_of(branch))
        limits = {
            "max-connections": MOST_CONNECTIONS if is_open else 0,
            "max-channels": MOST_CHANNELS,
        }
        for name, value in limits.items():
            act.put("user-limits", user, name, value=value)

    def _set_password(self, act: Act, user: str) -> str:
        """A new password, of which the broker is told the hash alone.

        Raises AccountConflict where another's came at the same time: two people would
        each hold one, and one of them would be wrong.
        """
        password = self.make_password()
        hashed = hash_password(password, secrets.token_bytes(4))
        kind = "rabbit_password_hashing_sha256"
        act.put("users", user, password_hash=hashed, hashing_algorithm=kind, tags="")
        kept = act.find("users", user)
        if kept is None or kept["password_hash"] != hashed:
            raise AccountConflict(
                f"somebody else is changing {user}: wait until they are done, "
                "then rotate"
            )
        return password


ONLY_TOTALS = {"disable_stats": "true", "enable_queue_totals": "true"}
"""How a queue is asked for its depth alone."""


def user_of(branch: str) -> str:
    """The name of a branch's account. Raises ManagementRefused for what is no id."""
    if not BRANCH_ID.fullmatch(branch):
        raise ManagementRefused(f"'{branch}' is no id of a branch: check it")
    return f"{PREFIX}{branch}"


def permissions_of(branch: str) -> dict[str, object]:
    """What the account may configure, write and read at the broker."""
    return {
        "configure": NOTHING,
        "write": _only(EXCHANGE),
        "read": _only(topology.receipts_queue(branch)),
    }


def topic_permissions_of(branch: str) -> dict[str, object]:
    """Under which routing keys the account may publish, and that it binds nothing."""
    key = f"{PREFIX}{branch}.roster"
    return {"exchange": EXCHANGE, "write": _only(key), "read": NOTHING}


def _only(name: str) -> str:
    r"""A pattern of this name and no other: `$` would also be before a line break at
    the end."""
    return rf"^{re.escape(name)}\z"


def new_password() -> str:
    """A password that nobody guesses: 190 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))


def hash_password(password: str, salt: bytes) -> str:
    """RabbitMQ's own form: four bytes of salt, then the hash over salt and password."""
    digest = hashlib.sha256(salt + password.encode()).digest()
    return base64.b64encode(salt + digest).decode()


def _state_of(user: Row) -> str:
    if user.get("password_hash"):
        return ACTIVE
    tags = user.get("tags") or ()
    names = tags.split(",") if isinstance(tags, str) else tags
    return DISABLED if DISABLED_TAG in names else UNFINISHED


def _require_account(act: Act, branch: str) -> None:
    if act.find("users", user_of(branch)) is None:
        raise AccountMissing(
            f"{branch} has no account at the broker: make one "
            f"(biyong branch account create {branch})"
        )


def _declare_queue(act: Act, queue: str) -> None:
    """The receipts' queue and its binding, as enrollment makes them too."""
    lasting: Row = {"durable": True, "auto_delete": False}
    of_exchange = {"type": "direct", **lasting, "internal": False, "arguments": {}}
    act.put("exchanges", act.vhost, topology.RECEIPTS, **of_exchange)
    arguments = topology.receipts_arguments()
    act.put("queues", act.vhost, queue, **lasting, arguments=arguments)
    bound = ("e", topology.RECEIPTS, "q", queue)
    act.post("bindings", act.vhost, *bound, routing_key=queue, arguments={})


def _close_connections(act: Act, user: str) -> None:
    """Close all that the account has open; back when none is."""
    while True:
        act.delete("connections", "username", user)
        if not act.find("connections", "username", user):
            return
        if act.is_over():
            raise ManagementAway(
                f"{user} still has open connections, and gets no new one: try again"
            )
        time.sleep(LOOK_SECONDS)


def _find_depths(act: Act) -> Iterator[tuple[str, int]]:
    """How much lies in each queue of receipts."""
    pages, number = 1, 1
    while number <= pages:
        asked = {
            "name": rf"^{re.escape(PREFIX)}.*\.receipts$",
            "use_regex": "true",
            "page": str(number),
            "page_size": str(PAGE_QUEUES),
        }
        page = act.require_answer("queues", act.vhost, **asked, **ONLY_TOTALS)
        yield from ((row["name"], row.get("messages", 0)) for row in page["items"])
        pages, number = page["page_count"], number + 1
