"""The services' client of a page."""

from flask import current_app

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.services import PAGE_SECONDS, Services


def page_services(seconds: float = PAGE_SECONDS) -> PageServices:
    """This visitor's typed clients of all services, for so many seconds."""
    services: Services = current_app.extensions["services"]
    return PageServices(services, current_visitor(), seconds)
