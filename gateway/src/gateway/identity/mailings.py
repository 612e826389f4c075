"""Letters about accounts, before they are handed to notify."""

from dataclasses import dataclass

from chassis.ids import derived_id

from gateway.identity.account import Account
from gateway.identity.invitees import MAIL


@dataclass(frozen=True)
class Mailing:
    """A letter about an account: its address, its link, which letter it is, and the
    channel that it goes by."""

    account: Account
    invitation: str
    address: str = ""
    branch_name: str = ""
    kind: str = "invitation"
    channel: str = MAIL

    @property
    def key(self) -> str:
        """What notify knows it by: a fresh invitation is another letter."""
        return f"invite-{derived_id(self.invitation)}"


@dataclass(frozen=True)
class Renewal:
    """What became of fresh invitations: these are on their way; for those there was no
    room today, and what was sent before stays good."""

    sent: list[Mailing]
    unsent: list[Mailing]
