"""Ports of asking to join: what its use cases ask of the world."""

from collections.abc import Callable, Sequence
from typing import Protocol

from enrollment.domain.join_request import Decided, JoinRequest


class JoinRequests(Protocol):
    """What humans ask of classes: one of each for a class, the last."""

    def get(self, request_id: str) -> JoinRequest | None:
        """The request of this round; None also where a later round is stored."""

    def create(self, request: JoinRequest) -> bool:
        """Put the first round; False where one is stored."""

    def change(
        self, stored_id: str, decide: Callable[[JoinRequest], Decided | None]
    ) -> JoinRequest:
        """Read, decide, write under the version that was read; as it is then."""

    def find_by_people(self, person_ids: Sequence[str]) -> list[JoinRequest]:
        """All of these records, newest first."""

    def find_pending(
        self, branch_ids: Sequence[str] | None, after: tuple[float, str], limit: int
    ) -> list[JoinRequest]:
        """Those that nobody has decided, behind a moment and an id, oldest first: all
        of these branches, and perhaps some of others; of whichever for None."""

    def find_decided(
        self, branch_ids: Sequence[str] | None, before: tuple[float, str], limit: int
    ) -> list[JoinRequest]:
        """The same of those that are decided, the last decided first."""

    def find_of_class(self, class_id: str, state: str, limit: int) -> list[JoinRequest]:
        """Some of a class in a state."""

    def has_lapsed(self, class_id: str, cause: str) -> bool:
        """Whether some of a class lapsed for this cause."""

    def find_unsettled(self, until: float, limit: int) -> list[JoinRequest]:
        """Approved ones whose seats should have been asked for by now."""
