"""What somebody was told: notices, and what became of the mails and messages."""

from collections.abc import Sequence
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
    BY_MESSAGE,
    CHANNELS,
    DELIVERY_CODES,
    DELIVERY_STATES,
    SENT_KINDS,
    UNMADE,
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
        [
            *(view_delivery(one) for one in trail.deliveries),
            *_view_unmade(trail.deliveries),
        ],
    )


def _view_unmade(deliveries: Sequence[DeliveryOut]) -> list[DeliveryLine]:
    """The message that was to go in a mail's place and was never made."""
    is_left = any(one.state == BY_MESSAGE for one in deliveries)
    if not is_left or any(one.channel == "sms" for one in deliveries):
        return []
    text, why = gettext(UNMADE[0]), gettext(UNMADE[1])
    return [DeliveryLine("", gettext(CHANNELS["sms"]), text, "no", why, None)]


def view_delivery(one: DeliveryOut) -> DeliveryLine:
    """A mail or message as a line."""
    state, tone = DELIVERY_STATES.get(one.state, (one.state, ""))
    return DeliveryLine(
        gettext(SENT_KINDS.get(one.kind, one.kind)),
        gettext(CHANNELS.get(one.channel, one.channel)),
        gettext(state),
        tone,
        gettext(DELIVERY_CODES.get(one.code, one.code)) if one.code else "",
        one.closed,
    )
