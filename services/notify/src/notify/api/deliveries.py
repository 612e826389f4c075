"""/people/P/deliveries: what a person was told, and what became of it."""

from chassis.http.auth import require_roles
from chassis.http.routing import Routes, get
from contracts.http.deliveries import (
    DeliveriesOut,
    DeliveriesQuery,
    DeliveryOut,
    NoticeTrailOut,
)

from notify.api.inbox_places import dump_place, load_place
from notify.domain.delivery import NoticeTrail
from notify.usecases.find_deliveries import FindDeliveries


class DeliveryRoutes(Routes):
    """Routes for what people were told."""

    name = "deliveries"

    def __init__(self, find: FindDeliveries) -> None:
        self.find = find

    @get("/people/<person_id>/deliveries")
    @require_roles("operator", "staff")
    def list_deliveries(self, person_id: str, asked: DeliveriesQuery) -> DeliveriesOut:
        """A person's notices with the mails and messages beside them, newest first;
        nothing for a person of whom nothing is known."""
        page = self.find(person_id, asked.limit, load_place(asked.after))
        return DeliveriesOut(
            notices=[_show_trail(trail) for trail in page.trails],
            letters=[DeliveryOut.of(letter) for letter in page.letters],
            next=dump_place(page.trails[-1].notice) if page.has_more else "",
        )


def _show_trail(trail: NoticeTrail) -> NoticeTrailOut:
    notice = trail.notice
    return NoticeTrailOut(
        id=notice.id,
        kind=notice.kind,
        at=notice.at,
        about=notice.words.get("class_title", notice.words.get("title", "")),
        read=notice.read,
        deliveries=[DeliveryOut.of(one) for one in trail.deliveries],
    )
