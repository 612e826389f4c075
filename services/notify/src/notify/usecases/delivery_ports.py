"""Ports of what became of mails and messages."""

from collections.abc import Sequence
from typing import Protocol

from notify.domain.delivery import Delivery


class Deliveries(Protocol):
    """What became of mails and messages."""

    def find_by_notices(self, notice_ids: Sequence[str]) -> list[Delivery]:
        """What went out beside these notices."""

    def find_letters(self, person_ids: Sequence[str], limit: int) -> list[Delivery]:
        """So many of these people's that repeat no notice, the newest first."""
