"""Asking to join a class: what a trainee asked, and the form to ask."""

from dataclasses import dataclass
from datetime import datetime

from contracts.http.catalog import ClassOut
from contracts.http.join_requests import OwnRequestOut, OwnRequestsOut

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.joining import EnrolForm, JoinForm
from gateway.texts.joining import EXPLAINED, STATES
from gateway.texts.language import gettext

PENDING, APPROVED = "pending", "approved"
OPEN = "open"
"""The state of a class that takes people."""
TO_ALL = "open"
"""The admission of a class in which people may enrol themselves."""


@dataclass(frozen=True)
class OwnRequestView:
    """A request as who asked sees it; `withdrawal` is where it is taken back, while
    nobody has decided."""

    class_id: str
    class_title: str
    state: str
    tone: str
    explained: str
    branch_name: str
    why: str
    reason: str
    asked: datetime
    decided: datetime | None
    withdrawal: str


@dataclass(frozen=True)
class JoiningView:
    """What stands about a class: the last request, and the form where one can ask;
    `has_branch` if anybody can be asked. Where the class is open to all, `enrolling` is
    the form to take a seat at once, and nobody need be asked."""

    request: OwnRequestView | None
    form: JoinForm | None
    has_branch: bool = True
    branch_name: str = ""
    enrolling: EnrolForm | None = None


def find_joining(
    services: PageServices, class_: ClassOut
) -> JoiningView | Unavailable | None:
    """What a trainee who is not in a class asked of it or can ask; None where there is
    nothing to say."""
    found = services.ask_part(services.enrollment.list_own_requests).find_answer()
    if found is None or isinstance(found, Unavailable):
        return found  # a service of the last release knows of no requests
    return view_joining(found, class_)


def view_joining(found: OwnRequestsOut, class_: ClassOut) -> JoiningView | None:
    """The same, from what enrollment answered."""
    last = next((one for one in found.items if one.class_id == class_.id), None)
    is_shown = last is not None and last.state != APPROVED  # the seat says it
    shown = view_own_request(last, class_.title) if last and is_shown else None
    if last and last.state == PENDING and class_.admission != TO_ALL:
        return JoiningView(shown, None)
    if class_.state != OPEN:
        return JoiningView(shown, None) if shown else None
    if not found.branches:
        return JoiningView(shown, None, has_branch=False)
    only = found.branches[0].branch_name if len(found.branches) == 1 else ""
    if class_.admission == TO_ALL:
        enrolling = EnrolForm()
        enrolling.offer_branches(found.branches)
        return JoiningView(shown, None, branch_name=only, enrolling=enrolling)
    form = JoinForm()
    form.offer_branches(found.branches)
    return JoiningView(shown, form, branch_name=only)


def view_own_request(request: OwnRequestOut, class_title: str) -> OwnRequestView:
    """A request in the language of the page."""
    text, tone = STATES.get(request.state, (request.state, ""))
    is_pending = request.state == PENDING
    return OwnRequestView(
        class_id=request.class_id,
        class_title=class_title,
        state=gettext(text),
        tone=tone,
        explained=gettext(EXPLAINED[request.state])
        if request.state in EXPLAINED
        else "",
        branch_name=request.branch_name,
        why=request.why,
        reason=request.reason,
        asked=request.asked,
        decided=request.decided,
        withdrawal=f"/requests/{request.id}/withdrawal" if is_pending else "",
    )
