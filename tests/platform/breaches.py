"""What a branch's account may not do at the broker, and what the broker says of it."""

from collections.abc import Callable, Mapping

import pika
import pika.exceptions
from pika.adapters.blocking_connection import BlockingChannel

EXCHANGE, OTHER = "biyong.branches", "branch.dongcheng"
FORBIDDEN, PRECONDITION_FAILED = 403, 406
LARGEST = 16 * 1024 * 1024
Breach = Callable[[BlockingChannel, str], object]


def _publish(channel: BlockingChannel, exchange: str, key: str, size: int = 1) -> None:
    channel.confirm_delivery()
    channel.basic_publish(exchange, key, bytes(size))


def _pretend(channel: BlockingChannel, user: str) -> None:
    channel.confirm_delivery()
    other = pika.BasicProperties(user_id=OTHER)
    channel.basic_publish(EXCHANGE, f"{user}.roster", b"", other)


BREACHES: Mapping[str, tuple[int, Breach]] = {
    "another's key": (
        FORBIDDEN, lambda channel, _: _publish(channel, EXCHANGE, f"{OTHER}.roster"),
    ),
    "another exchange": (
        FORBIDDEN, lambda channel, user: _publish(channel, "biyong.events", user),
    ),
    "the queue behind the exchange": (
        FORBIDDEN, lambda channel, _: _publish(channel, "", "enrollment.rosters"),
    ),
    "another's receipts": (
        FORBIDDEN, lambda channel, _: channel.basic_get(f"{OTHER}.receipts"),
    ),
    "the rosters of all": (
        FORBIDDEN, lambda channel, _: channel.basic_get("enrollment.rosters"),
    ),
    "a queue declared": (
        FORBIDDEN,
        lambda channel, user: channel.queue_declare(f"{user}.receipts", durable=True),
    ),
    "an exchange declared": (
        FORBIDDEN, lambda channel, user: channel.exchange_declare(user),
    ),
    "a queue emptied": (
        FORBIDDEN, lambda channel, _: channel.queue_purge(f"{OTHER}.receipts"),
    ),
    "another's name": (PRECONDITION_FAILED, _pretend),
    "more than 16 MiB": (
        PRECONDITION_FAILED,
        lambda channel, user: _publish(
            channel, EXCHANGE, f"{user}.roster", LARGEST + 1
        ),
    ),
}  # fmt: skip


def try_breach(url: str, breach: Breach) -> int:
    """The code by which the broker closes the channel; 0 if it lets it pass."""
    parameters = pika.URLParameters(url)
    with pika.BlockingConnection(parameters) as connection:
        try:
            breach(connection.channel(), parameters.credentials.username)
        except pika.exceptions.ChannelClosedByBroker as closed:
            return int(closed.reply_code)
    return 0
