"""A branch's own way: rosters over AMQP with pika, receipts from its own queue."""

import datetime
import json
import secrets
import ssl
from collections.abc import Iterator
from typing import Any

import pika
import pika.exceptions
from chassis.broker.address import AmqpAddress
from pika.adapters.blocking_connection import BlockingChannel

from biyong.door import Away, Refused

EXCHANGE, TYPE = "biyong.branches", "branch.roster.sent.v1"
LOOK_SECONDS = 1.0
NOT_FOUND = 404
Chunk = dict[str, Any]
Outcome = dict[str, Any]


class OverAmqp:
    """One branch's connection, under the branch's own account.

    A connection that was lost is made anew by the next call.
    """

    def __init__(self, url: str, branch: str, password: str) -> None:
        """Connect. Raises Away."""
        self.branch, self.user = branch, f"branch.{branch}"
        address = AmqpAddress.of(url)
        self.parameters = pika.URLParameters(address.url)
        context = address.create_context()
        if context is not None:
            self.parameters.ssl_options = pika.SSLOptions(context, address.host)
        self.parameters.credentials = pika.PlainCredentials(self.user, password)
        self.parameters.blocked_connection_timeout = 30
        self.connection: pika.BlockingConnection | None = None
        self.channel = self._open_channel()

    def _open_channel(self) -> BlockingChannel:
        """A channel with confirms, on a connection that is made if there is none."""
        try:
            if self.connection is None or not self.connection.is_open:
                self.connection = pika.BlockingConnection(self.parameters)
            channel: BlockingChannel = self.connection.channel()
            channel.confirm_delivery()
        except ssl.SSLCertVerificationError as error:
            raise Away(
                f"the broker's certificate is not believed ({error.verify_message}): "
                "add ?ca=FILE with its authority to the address"
            ) from error
        except (pika.exceptions.AMQPError, OSError) as error:
            raise Away(f"the broker does not answer: {error!r}") from error
        return channel

    def close(self) -> None:
        """Let the connection go; what was confirmed is the broker's."""
        if self.connection is not None and self.connection.is_open:
            self.connection.close()

    def send(self, key: str, chunk: Chunk) -> None:
        """Publish one chunk; back when the broker has it. Raises Away, Refused."""
        properties = pika.BasicProperties(
            user_id=self.user,
            delivery_mode=2,
            message_id=key,
            content_type="application/cloudevents+json",
        )
        if not self.channel.is_open:
            self.channel = self._open_channel()
        try:
            self.channel.basic_publish(
                EXCHANGE,
                f"branch.{self.branch}.roster",
                json.dumps(self._to_event(key, chunk), ensure_ascii=False).encode(),
                properties,
                mandatory=True,
            )
        except pika.exceptions.UnroutableError as error:
            raise Away("nobody takes rosters at this broker yet") from error
        except pika.exceptions.ChannelClosedByBroker as error:
            if error.reply_code == NOT_FOUND:
                raise Away("nobody takes rosters at this broker yet") from error
            raise Refused(
                403, "broker-refused", f"the broker refused: {error}"
            ) from error
        except pika.exceptions.AMQPError as error:
            raise Away(f"the broker went away: {error!r}") from error

    def _to_event(self, key: str, chunk: Chunk) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": f"{self.branch}/{key}",
            "source": f"/branches/{self.branch}",
            "type": TYPE,
            "subject": key,
            "time": datetime.datetime.now(datetime.UTC).isoformat("T", "milliseconds"),
            "datacontenttype": "application/json",
            "partitionkey": f"{self.branch}/{key}",
            "sequence": "000000000001",
            "traceparent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
            "data": {"branch_id": self.branch, "key": key, **chunk},
        }

    def receipts(self, waiting: set[str]) -> Iterator[tuple[str, list[Outcome]]]:
        """Receipts as they come. Raises Away.

        One that nobody here waits for is dropped: whoever does wait for it sends
        its chunk again and gets it again.
        """
        if not self.channel.is_open:
            self.channel = self._open_channel()
        try:
            for method, _, body in self.channel.consume(
                f"branch.{self.branch}.receipts", inactivity_timeout=LOOK_SECONDS
            ):
                if method is None:
                    break
                receipt = json.loads(body)["data"]
                self.channel.basic_ack(method.delivery_tag)
                if receipt["chunk_id"] in waiting:
                    yield receipt["chunk_id"], receipt["rows"]
                if not waiting:
                    break
            self.channel.cancel()
        except pika.exceptions.ChannelClosedByBroker as error:
            # The branch's first roster is on its way: its queue comes with it.
            raise Away("there is no queue for receipts yet") from error
        except pika.exceptions.AMQPError as error:
            raise Away(f"the broker went away: {error!r}") from error
