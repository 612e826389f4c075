"""What somebody was told: notices, and what became of the mails and messages."""

from dataclasses import dataclass
from datetime import datetime

from chassis.http.routing import Routes, get
from contracts.http.deliveries import (
    DeliveriesQuery,
    DeliveryOut,
    NoticeTrailOut,
)
from flask import Response, request

from gateway.api.request_visitor import current_visitor
from gateway.identity.account import OPERATOR, STAFF
from gateway.pages.components.paging import AFTER, build_pages
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.texts.language import gettext
from gateway.texts.notices import (
    CHANNELS,
    DELIVERY_STATES,
    SENT_KINDS,
    WAITING_CODES,
)

LONGEST_CURSOR = 400


@dataclass(frozen=True)
class DeliveryLine:
    """A mail or message; `why` says why it was refused or waits, `at` when it ended."""

    what: str
    channel: str
    state: str
    tone: str
    why: str
    at: datetime | None


@dataclass(frozen=True)
class NoticeLine:
    """A notice, and what went out beside it."""

    what: str
    about: str
    at: datetime
    is_read: bool
    deliveries: list[DeliveryLine]


class DeliveryPages(Routes):
    """The page of what a person was told."""

    name = "delivery_pages"

    @get("/operations/deliveries/<person_id>")
    @for_role(OPERATOR, STAFF)
    def list_deliveries(self, person_id: str) -> Response:
        """A page of it, newest first, without texts and addresses."""
        after = request.args.get(AFTER, "")[:LONGEST_CURSOR]
        found = page_services().notify.list_deliveries(
            person_id, DeliveriesQuery(after=after)
        )
        return render_page(
            "operator/operations/deliveries.html",
            person_id=person_id,
            notices=[view_notice(one) for one in found.notices],
            letters=[view_delivery(one) for one in found.letters],
            pages=build_pages(request.path, request.args, found.next),
            is_staff=STAFF in current_visitor().roles,
        )


def view_notice(trail: NoticeTrailOut) -> NoticeLine:
    """A notice as a line."""
    return NoticeLine(
        gettext(SENT_KINDS.get(trail.kind, trail.kind)),
        trail.about,
        trail.at,
        trail.read,
        [view_delivery(one) for one in trail.deliveries],
    )


def view_delivery(one: DeliveryOut) -> DeliveryLine:
    """A mail or message as a line."""
    state, tone = DELIVERY_STATES.get(one.state, (one.state, ""))
    return DeliveryLine(
        gettext(SENT_KINDS.get(one.kind, one.kind)),
        gettext(CHANNELS.get(one.channel, one.channel)),
        gettext(state),
        tone,
        gettext(WAITING_CODES.get(one.code, one.code)) if one.code else "",
        one.closed,
    )
