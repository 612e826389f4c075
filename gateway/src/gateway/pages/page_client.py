"""The services as one page asks them."""

from flask import current_app, g

from gateway.api.request_visitor import current_visitor
from gateway.clients.caller import PAGE_SECONDS
from gateway.clients.page_services import PageServices
from gateway.clients.services import Services
from gateway.identity.sign_in import Visitor


def page_services(
    seconds: float = PAGE_SECONDS, visitor: Visitor | None = None
) -> PageServices:
    """This visitor's typed clients of all services, for so many seconds; or those of
    who is about to be let in, by what the page was opened with."""
    services: Services = current_app.extensions["services"]
    asked = PageServices(services, visitor or current_visitor(), seconds)
    g.page_services = asked
    return asked
