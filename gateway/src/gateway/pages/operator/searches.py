"""The operator's search: from what somebody quotes to the trace of what happened."""

import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

from chassis.http.routing import Routes, route
from chassis.operations.console import EventConsole
from chassis.operations.shapes import Id
from contracts.http.traces import TracesIn, TracesOut
from fields import Illegal
from fields.codes import plain_id_number, plain_phone
from flask import Response

from gateway.clients.everywhere import Everywhere
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.searches import OperationSearchForm
from gateway.identity.account import OPERATOR
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts import people, rosters

QUOTED_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
"""The id that every error shows, in whatever sentence it is quoted."""
ANY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{3,199}")
"""Of an event, an enrolment, a chunk: no blank, nothing but what ids are made of."""
ENROLLMENT = "enrollment"
NO_STORE = "private, no-store, no-transform"


@dataclass(frozen=True)
class SearchView:
    """What was found: people and rosters, or that enrollment does not answer; whether
    somebody published under the words as an id, and who could not say."""

    traces: TracesOut | Unavailable
    is_traced: bool
    away: list[str]

    @property
    def is_empty(self) -> bool:
        """Whether all answered and knew nothing."""
        if isinstance(self.traces, Unavailable) or self.away or self.is_traced:
            return False
        return not (self.traces.people or self.traces.rosters)


class OperationSearchPages(Routes):
    """The page behind the search box."""

    name = "operation_search"

    @route("/operations/search", "GET", "POST")
    @for_role(OPERATOR)
    def search_operations(self) -> Response:
        """An error's id leads straight to its trace; a name, a phone or a roster to
        those whose trace it may be."""
        form = OperationSearchForm.of_request()
        if not form.is_sent():
            status = 422 if form.find_faults() else 200
            return _show(form, status)
        words = form.words.data or ""
        if quoted := QUOTED_ID.search(words.lower()):
            return _lead_to(quoted[0])
        found = search_everywhere(page_services(), words)
        if found.is_traced and not has_choice(found.traces):
            return _lead_to(words)
        return _show(form, 200, words, found)


def has_choice(traces: TracesOut | Unavailable) -> bool:
    """Whether there is something to choose from beside the id itself."""
    if isinstance(traces, Unavailable):
        return False
    return bool(traces.people or traces.rosters)


def search_everywhere(services: PageServices, words: str) -> SearchView:
    """Enrollment for people and rosters, beside it all services for an id. A phone or
    ID number is nobody's id, and is sent to enrollment alone."""
    asked = services.ask_part(services.enrollment.find_traces, TracesIn(words=words))
    is_traced, away = False, list[str]()
    if ANY_ID.fullmatch(words) and not _is_personal(words):
        everywhere = Everywhere(services)
        answers = everywhere.ask_all(EventConsole.find_published, Id(id=words))
        is_traced, away = any(answers.values()), sorted(everywhere.away)
    found = asked.find_answer()
    if found is None:  # an enrollment of the release before
        found = Unavailable(ENROLLMENT)
    return SearchView(found, is_traced, away)


def _is_personal(words: str) -> bool:
    """Whether it is somebody's phone or ID number."""
    for read in (plain_phone, plain_id_number):
        with suppress(Illegal):
            return bool(read(words))
    return False


def _lead_to(id_: str) -> Response:
    return redirect_to(f"/operations/trace?id={quote(id_, safe='')}")


def _show(
    form: OperationSearchForm,
    status: int,
    words: str = "",
    found: SearchView | None = None,
) -> Response:
    page = render_page(
        "operator/operations/search.html",
        status,
        form=form,
        words=words,
        found=found,
        roster_states=rosters.STATES,
        enrolment_states=people.STATES,
    )
    page.headers["Cache-Control"] = NO_STORE
    return page
