"""The services' client of a page."""

from flask import current_app, g

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.services import PAGE_SECONDS, PageClient, Services


def page_client(seconds: float = PAGE_SECONDS) -> PageClient:
    """This visitor's client of all services, for so many seconds."""
    services: Services = current_app.extensions["services"]
    return PageClient(services, current_visitor(), seconds)


def page_services(seconds: float = PAGE_SECONDS) -> PageServices:
    """This visitor's typed clients of all services, for so many seconds."""
    services: Services = current_app.extensions["services"]
    asked = PageServices(services, current_visitor(), seconds)
    g.page_services = asked
    return asked
