"""From the bus's address to its transport."""

from pathlib import Path

from chassis.broker.address import FORM, find_fault
from chassis.broker.port import Transport
from chassis.settings import SettingsError


def open_transport(url: str, service: str = "") -> Transport:
    """`amqp://…` is RabbitMQ, `sqlite://FILE` the embedded bus; for which service.

    Each is imported only when it is used, so a production image needs no
    embedded parts and a trial needs no broker client in memory. Raises SettingsError
    for an address that is none.
    """
    scheme, _, rest = url.partition("://")
    if scheme in {"amqp", "amqps"}:
        from chassis.broker.rabbitmq.transport import RabbitTransport

        if fault := find_fault(url):
            raise SettingsError(f"BUS_URL: {fault}")
        return RabbitTransport(url, service)
    if scheme == "sqlite":
        from chassis.broker.embedded import OneFileTransport

        return OneFileTransport(Path(rest))
    raise SettingsError(f"BUS_URL must be {FORM}, or sqlite://FILE")
