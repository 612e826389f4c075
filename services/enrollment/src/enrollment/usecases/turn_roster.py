"""Take a roster back, or redo it: the turn is noted, and its chunks follow."""

from enrollment.domain.errors import UnknownRoster
from enrollment.domain.sent_roster import Roster
from enrollment.usecases.follow_chunks import FollowChunks
from enrollment.usecases.ports import Now
from enrollment.usecases.roster_ports import Rosters


class TurnRoster:
    """What is on its way already stays so."""

    def __init__(self, rosters: Rosters, follow: FollowChunks, now: Now) -> None:
        self.rosters, self.follow, self.now = rosters, follow, now

    def take_back_roster(self, branch_id: str, roster_id: str, by: str) -> Roster:
        """Begin to take a roster back.

        Raises UnknownRoster, NothingToTakeBack, RosterBusy.
        """
        self.require_roster(branch_id, roster_id)
        now = self.now().timestamp()
        return self.rosters.change(
            branch_id, roster_id, lambda roster: roster.take_back(by, now)
        )

    def redo_roster(self, branch_id: str, roster_id: str, by: str) -> Roster:
        """Begin to redo a roster.

        Raises UnknownRoster, NotTakenBack, RosterBusy, RedoTooLate.
        """
        self.require_roster(branch_id, roster_id)
        now = self.now().timestamp()
        return self.rosters.change(
            branch_id, roster_id, lambda roster: roster.redo_round(by, now)
        )

    def require_roster(self, branch_id: str, roster_id: str) -> tuple[Roster, int]:
        """The roster and its version. Raises UnknownRoster.

        One whose first chunk came just now is not waited for.
        """
        found = self.rosters.get(branch_id, roster_id)
        if found is None:
            self.follow.bring_up(branch_id, roster_id)
            found = self.rosters.get(branch_id, roster_id)
        if found is None:
            raise UnknownRoster(f"没有收到过名册 {roster_id}：请从名册页重新打开")
        return found
