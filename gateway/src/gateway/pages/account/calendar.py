"""The calendar of who is signed in, and the address by which programs read it."""

import datetime
from collections.abc import Callable
from dataclasses import replace

from chassis.clock import COLLEGE_ZONE, utc_now
from chassis.http.auth import allow_everyone
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from flask import Response, request

from gateway.api.request_visitor import current_origin, current_visitor
from gateway.clients.parts import Unavailable
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.identity.calendar_addresses import CalendarAddresses
from gateway.identity.sign_in import Visitor, account_of
from gateway.pages.calendar_dates import read_classes
from gateway.pages.calendar_file import write_calendar
from gateway.pages.calendar_view import LIST, MONTH, PATH, month_asked, view_calendar
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

READERS = (TRAINEE, OFFICER, STAFF)
NO_STORE = "private, no-store, no-transform"
"""Neither kept nor packed: the length of a packed page betrays what is in it."""
UNKNOWN = "没有这个日历：地址不对，或者已经换新"
FEED_SECONDS = 10.0
"""A calendar program waits longer than a person."""
Resolve = Callable[[Visitor], Visitor]
Now = Callable[[], datetime.datetime]


class CalendarPages(Routes):
    """The page of the calendar, its address, and the file at that address."""

    name = "calendar"

    def __init__(
        self,
        addresses: CalendarAddresses,
        resolve: Resolve,
        public_url: str,
        now: Now = utc_now,
    ) -> None:
        self.addresses, self.resolve = addresses, resolve
        self.public_url, self.now = public_url, now

    @get(PATH)
    @for_role(*READERS)
    def show_calendar(self) -> Response:
        return self._render()

    @post(f"{PATH}/address")
    @for_role(*READERS)
    def replace_address(self) -> Response:
        """A new address, shown this once; the one before is worth nothing."""
        token = self.addresses.replace_token(account_of(current_visitor()))
        page = self._render(f"{self.public_url}{PATH}/{token}.ics")
        page.headers["Cache-Control"] = NO_STORE
        return page

    @post(f"{PATH}/address/removal")
    @for_role(*READERS)
    def delete_address(self) -> Response:
        """The address is worth nothing from now on."""
        self.addresses.delete_address(account_of(current_visitor()).id)
        return redirect_to(f"{PATH}#address")

    @get(f"{PATH}/<token>.ics")
    @allow_everyone
    def serve_file(self, token: str) -> Response:
        """The calendar of whoever the address is of, without a session."""
        reader = self.addresses.get_reader(token, current_origin().address)
        roles = [role for role in (reader.roles if reader else ()) if role in READERS]
        if reader is None or not roles:
            raise Problem(404, "unknown-calendar", UNKNOWN)
        account = replace(reader, roles=tuple(roles))
        visitor = self.resolve(Visitor(account, session="calendar"))
        found = read_classes(page_services(FEED_SECONDS, visitor), visitor.roles)
        if isinstance(found, Unavailable):
            raise Problem(503, "service-away", "现在读不到日历：请过一会儿再试")
        written = write_calendar(found, self.public_url, self.now())
        answer = Response(written, content_type="text/calendar; charset=utf-8")
        answer.headers["Cache-Control"] = NO_STORE
        answer.headers.set("Content-Disposition", "inline", filename="biyong.ics")
        return answer

    def _render(self, address: str = "") -> Response:
        who, services = current_visitor(), page_services()
        today = self.now().astimezone(COLLEGE_ZONE).date()
        found = read_classes(services, who.roles)
        side = LIST if request.args.get("view") == LIST else MONTH
        month = month_asked(request.args.get("month", ""), today)
        is_away = isinstance(found, Unavailable)
        classes = [] if isinstance(found, Unavailable) else found
        return render_page(
            "account/calendar.html",
            shown=view_calendar(classes, side, month, today),
            missing=found if is_away else None,
            address=address,
            has_address=self.addresses.has_address(account_of(who).id),
            is_own=TRAINEE in who.roles,
        )
