"""From the bus's address to its transport."""

from pathlib import Path

from chassis.broker.port import Transport


def open_transport(url: str, service: str = "") -> Transport:
    """`amqp://…` is RabbitMQ, `sqlite://FILE` the embedded bus; for which service.

    Each is imported only when it is used, so a production image needs no
    embedded parts and a trial needs no broker client in memory.
    """
    scheme, _, rest = url.partition("://")
    if scheme in {"amqp", "amqps"}:
        from chassis.broker.rabbitmq.transport import RabbitTransport

        return RabbitTransport(url, service)
    if scheme == "sqlite":
        from chassis.broker.embedded import OneFileTransport

        return OneFileTransport(Path(rest))
    raise ValueError(f"BUS_URL: '{scheme}' is neither amqp, amqps nor sqlite")
