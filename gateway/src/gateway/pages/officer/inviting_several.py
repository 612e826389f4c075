"""Several people who were picked in a list are invited again."""

import time

from chassis.http.routing import Routes, post
from flask import Response

from gateway.api.request_visitor import require_actor
from gateway.forms.people import InviteesForm
from gateway.identity.account import OFFICER, STAFF
from gateway.identity.invite_branch import invite_several
from gateway.identity.invite_people import InvitePeople
from gateway.identity.security_events import OK, SecurityEvents
from gateway.pages.officer.invitations_view import CountView, view_numbers
from gateway.pages.officer.participants import LIST_SECONDS
from gateway.pages.officer.participants_read import find_people_of
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.language import gettext


class SeveralInvitationPages(Routes):
    """The page that says what became of them."""

    name = "several_invitations"

    def __init__(self, people: InvitePeople, events: SecurityEvents) -> None:
        self.people, self.events = people, events

    @post("/people/invited")
    @for_role(OFFICER, STAFF)
    def invite_picked(self) -> Response:
        """Those are invited whom the visitor reaches; who was a minute ago is not."""
        services, form = page_services(LIST_SECONDS), InviteesForm.of_request()
        if not form.is_sent():
            return render_page("officer/people/invited.html", 422, form=form, counts=[])
        by = require_actor()
        picked = list(dict.fromkeys(form.person.data or []))
        enrolments = list(dict.fromkeys(form.enrolment.data or []))
        number = len(picked) + len(enrolments)
        if enrolments:
            picked += find_people_of(services, form.class_id.data or "", enrolments)
        named = services.enrollment.name_people(picked)
        ids = list(dict.fromkeys(one.record_id for one in named))
        counted, written_to = invite_several(self.people, ids, time.time())
        for id_ in written_to:
            self.events.add_event(
                "invitation-sent",
                OK,
                address=by.origin.address,
                who=by.account.id,
                account=id_,
            )
        counts = view_numbers(counted)
        if number > len(ids):
            text = gettext(N_("已不在本单位，没有邀请"))
            counts.append(CountView(text, "", number - len(ids)))
        return render_page("officer/people/invited.html", form=form, counts=counts)
