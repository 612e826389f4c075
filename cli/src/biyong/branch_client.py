"""The branch client for programs: a roster goes out, every row's outcome comes back."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from gateway.roster_files.roster_file import RosterFile, read_roster

from biyong.amqp import OverAmqp
from biyong.carrier import Carrier
from biyong.door import Door, Refused
from biyong.faults import Fault
from biyong.over_https import OverHttp
from biyong.push import Result, send_roster
from biyong.push_journal import PushJournal

ACCOUNT = "branch."
"""How the name of a branch's account begins at the broker; its id follows."""
TIMEOUT_SECONDS = 600.0
"""For a whole push. 50,000 rows, the largest roster, take four minutes where nobody
else sends."""


class BranchClient:
    """One branch's way to the platform, over AMQP or HTTPS; close it, or use `with`."""

    def __init__(self, carrier: Carrier, target: str) -> None:
        """`target` names platform and branch: a journal counts for one only."""
        self.carrier, self.target = carrier, target

    @classmethod
    def over_amqp(
        cls, url: str, branch: str = "", password: str = ""
    ) -> "BranchClient":
        """To the broker at `amqp[s]://…[?ca=FILE]`. What is not given is in the
        address. Raises Away, Refused, Fault."""
        parts = urlsplit(url)
        branch = branch or unquote(parts.username or "").removeprefix(ACCOUNT)
        password = password or unquote(parts.password or "")
        if not branch or not password:
            raise Fault("say the branch and its password, or put them in the address")
        place = f"{parts.hostname}:{parts.port or ''}{parts.path}"
        return cls(OverAmqp(url, branch, password), f"{place} {branch}")

    @classmethod
    def over_https(cls, url: str, key: str, branch: str = "") -> "BranchClient":
        """To the gateway, by an API key of the scope rosters-send; the branch is the
        key's where none is given. Raises Away, Refused."""
        door = Door(url)
        door.token = key
        return cls.at_door(door, door.ask("GET", "session"), branch)

    @classmethod
    def at_door(
        cls, door: Door, session: dict[str, Any], branch: str = ""
    ) -> "BranchClient":
        """Through a door at which a session began. Raises Refused."""
        branch = branch or session["branch_id"]
        if not branch:
            line = "you belong to no branch; sign in as an officer or say --branch"
            raise Refused(403, "no-branch", line)
        return cls(OverHttp(door, branch), f"{door.url} {branch}")

    def push_file(
        self,
        path: Path,
        *,
        class_id: str = "",
        dry_run: bool = False,
        fresh: bool = False,
        timeout_seconds: float = TIMEOUT_SECONDS,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Result:
        """Send a roster as branches keep it (xlsx, xls, ods or CSV).

        `class_id` is the class of rows that name none; `fresh` forgets what an earlier
        push has; `progress` hears how many rows have their outcome. Raises
        RosterUnreadable, OSError; what came from the other side is in the result.
        """
        roster = read_roster(path.read_bytes(), class_id)
        journal = self.open_journal(None if dry_run else path, roster)
        if fresh:
            journal.forget_all()
        return send_roster(
            roster, self.carrier, dry_run, progress, timeout_seconds, journal
        )

    def push_rows(
        self,
        roster_id: str,
        rows: Sequence[dict[str, Any]],
        *,
        dry_run: bool = False,
        timeout_seconds: float = TIMEOUT_SECONDS,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Result:
        """Send rows as the contract of rosters has them (`row`, `name`, `member_no`,
        `phone`, `class_id`, …). The same rows again under the same id change nothing;
        other rows need another id."""
        roster = RosterFile(roster_id, tuple(rows))
        return send_roster(roster, self.carrier, dry_run, progress, timeout_seconds)

    def open_journal(self, roster_path: Path | None, roster: RosterFile) -> PushJournal:
        """What of a roster is done here already, beside it; a dry run has none."""
        if roster_path is None:
            return PushJournal()
        path = roster_path.with_suffix(".push.json")
        return PushJournal(path, self.target, roster.id)

    def close(self) -> None:
        """Let the connection go; what was taken stays taken."""
        self.carrier.close()

    def __enter__(self) -> "BranchClient":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
