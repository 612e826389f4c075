"""How the visitor reaches the own branch, for pages on which one may be stuck."""

from dataclasses import dataclass

from contracts.http.branch_contacts import NearestContactOut
from contracts.http.shape import Page

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.identity.account import OFFICER, TRAINEE, Account
from gateway.identity.sign_in import Visitor
from gateway.pages.page_client import page_services


@dataclass(frozen=True)
class HelpView:
    """The contacts of the visitor's branches; for whoever is not signed in, that of the
    college."""

    contacts: list[NearestContactOut] | Unavailable
    is_signed_in: bool


def find_help(
    invited: Account | None = None, services: PageServices | None = None
) -> HelpView:
    """The contacts, as far as enrollment answers; those of the college where there is
    none nearer. `invited` is whose account a link or a code on the page opens;
    `services` are those of a page that asks more."""
    visitor = Visitor(invited) if invited else current_visitor()
    services = services or page_services(visitor=visitor)
    is_signed_in = visitor.account is not None
    if visitor.roles.intersection((TRAINEE, OFFICER)):
        own = services.ask_part(services.enrollment.list_contacts).get_answer()
        if isinstance(own, Unavailable) or own.items:
            return HelpView(_items_of(own), is_signed_in)
    college = services.ask_part(services.enrollment.list_college_contacts).get_answer()
    return HelpView(_items_of(college), is_signed_in)


def _items_of(
    answer: Page[NearestContactOut] | Unavailable,
) -> list[NearestContactOut] | Unavailable:
    return answer if isinstance(answer, Unavailable) else answer.items
