"""Who was told what, and how that went: for operators and staff whom somebody asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from notify.domain.delivery import Delivery, NoticeTrail
from notify.domain.notice import Notice
from notify.usecases.delivery_ports import Deliveries
from notify.usecases.ports import Notices, PlaceInInbox

MOST_LETTERS = 50
"""Invitations, codes and digests of one person that somebody looks through."""


@dataclass(frozen=True)
class DeliveryPage:
    """A page of what a person was told; `letters` come with the first page alone."""

    trails: list[NoticeTrail]
    letters: list[Delivery]
    has_more: bool


class FindDeliveries:
    """Finds what all records of a human were told."""

    def __init__(
        self,
        notices: Notices,
        deliveries: Deliveries,
        find_group: Callable[[str], Sequence[str]],
    ) -> None:
        self.notices, self.deliveries = notices, deliveries
        self.find_group = find_group

    def __call__(
        self, person_id: str, limit: int, behind: PlaceInInbox | None
    ) -> DeliveryPage:
        """So many notices of the person, newest first, or those behind a place."""
        people = self.find_group(person_id)
        found = self.notices.find_by_people(people, limit + 1, behind)
        page = found[:limit]
        letters = [] if behind else self.deliveries.find_letters(people, MOST_LETTERS)
        return DeliveryPage(self._follow(page), letters, len(found) > len(page))

    def _follow(self, page: Sequence[Notice]) -> list[NoticeTrail]:
        beside: dict[str, list[Delivery]] = {}
        for one in self.deliveries.find_by_notices([notice.id for notice in page]):
            beside.setdefault(one.notice_id, []).append(one)
        return [NoticeTrail(one, tuple(beside.get(one.id, ()))) for one in page]
