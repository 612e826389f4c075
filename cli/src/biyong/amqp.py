"""A branch's own way: rosters over AMQP with pika, receipts from its own queue."""

import json
import secrets
import ssl
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pika
import pika.exceptions
from chassis.broker.address import AmqpAddress

from biyong.amqp_link import BrokerLink
from biyong.branch_event import STRUCTURED, write_event
from biyong.carrier import Chunk, Decided, NotTaken, Taken
from biyong.door import Away, Refused
from biyong.faults import Fault

EXCHANGE = "biyong.branches"
REFUSED = "enrollment.message.refused.v1"
DECIDED = {"enrollment.receipt.issued.v1", "enrollment.changes.decided.v1"}
"""Both have an outcome for every row; changes belong to no roster."""
WINDOW = 50
"""Chunks that may be unconfirmed at once: 1.5 MB or so. To a broker beside us ten are
as fast as any number, and three times as fast as one; with 50 ms on the way 50 are a
thousand a second, more than any roster has. All of them are sent again after a cut."""
LOOK_SECONDS = 1.0
CONFIRM_SECONDS = 15.0
"""Without any confirm, which a busy broker gives within one: the wire is cut with
nothing to show for it, or the broker is out of memory or disk."""
ACCESS_REFUSED, NOT_FOUND, PRECONDITION_FAILED, NOT_ALLOWED = 403, 404, 406, 530
LOGIN_REFUSED = (
    pika.exceptions.AuthenticationError,
    pika.exceptions.ProbableAuthenticationError,
    pika.exceptions.ProbableAccessDeniedError,
)
TOO_LARGE = "broker-too-large"


class OverAmqp:
    """One branch's connection, under the branch's own account.

    A connection that was lost is made anew by the next call.
    """

    def __init__(self, url: str, branch: str, password: str) -> None:
        """Connect. Raises Away, Refused."""
        self.branch, self.user = branch, f"branch.{branch}"
        address = AmqpAddress.of(url)
        self.parameters = pika.URLParameters(address.url)
        context = address.create_context()
        if context is not None:
            self.parameters.ssl_options = pika.SSLOptions(context, address.host)
        self.parameters.credentials = pika.PlainCredentials(self.user, password)
        self.parameters.blocked_connection_timeout = CONFIRM_SECONDS
        self.sent: dict[str, str] = {}
        self.link: BrokerLink | None = self._open_link()

    def _open_link(self) -> BrokerLink:
        try:
            return BrokerLink(self.parameters)
        except (pika.exceptions.AMQPError, OSError) as error:
            raise _to_fault(error) from error

    def _require_link(self) -> BrokerLink:
        """The link, made anew if it was lost. Raises Away, Refused."""
        if self.link is not None and self.link.ended is not None:
            self.close()
        if self.link is None:
            self.link = self._open_link()
        return self.link

    def close(self) -> None:
        """Let the connection go; what was confirmed is the broker's."""
        link, self.link = self.link, None
        if link is not None:
            link.close()

    def send(self, key: str, chunk: Chunk) -> None:
        """Publish one chunk; back when the broker has it. Raises Away, Refused."""
        for answer in self.send_all({key: chunk}):
            if isinstance(answer, NotTaken):
                raise Refused(PRECONDITION_FAILED, answer.reason, answer.detail)

    def send_all(self, chunks: Mapping[str, Chunk]) -> Iterator[Taken | NotTaken]:
        """Publish chunks, many in flight; each is taken when the broker confirms it.

        What a chunk that the broker finds too large closes is published again, one by
        one, so that the right one is refused. Raises Away, Refused.
        """
        due, window = deque(chunks), WINDOW
        flying: dict[str, str] = {}
        while due or flying:
            link = self._require_link()
            while due and len(flying) < window and link.ended is None:
                key = due.popleft()
                flying[self._publish(link, key, chunks[key])] = key
            link.wait_for_confirms(CONFIRM_SECONDS)
            is_settled = bool(link.settled)
            yield from self._take_confirms(link, flying)
            if link.ended is None and is_settled:
                continue
            why = link.ended
            self.close()
            if not flying:
                continue
            if _code_of(why) != PRECONDITION_FAILED:
                raise _to_fault(why)
            if len(flying) == 1:
                yield from (_too_large(key, why) for key in flying.values())
            else:
                due.extendleft(reversed(flying.values()))
                window = 1
            flying.clear()

    def _publish(self, link: BrokerLink, key: str, chunk: Chunk) -> str:
        """Hand one chunk over under a message id of its own, by which a refusal of it
        is known from those of earlier tries. Raises Away."""
        message_id = secrets.token_hex(8)
        properties = pika.BasicProperties(
            user_id=self.user,
            delivery_mode=2,
            message_id=message_id,
            content_type=STRUCTURED,
        )
        body = write_event(self.branch, key, chunk)
        try:
            link.publish(EXCHANGE, f"branch.{self.branch}.roster", body, properties)
        except pika.exceptions.AMQPError as error:
            raise _to_fault(link.ended or error) from error
        self.sent[message_id] = key
        return message_id

    def _take_confirms(
        self, link: BrokerLink, flying: dict[str, str]
    ) -> Iterator[Taken]:
        """What the broker has. Raises Away if it would not take one, or nobody would:
        that one is sent again."""
        why = ""
        while link.settled:
            settled = link.settled.popleft()
            key = flying.pop(settled.message_id, "")
            if not settled.is_confirmed:
                why = "the broker cannot take all chunks now"
            elif not settled.is_routed:
                why = "nobody takes rosters at this broker yet"
            elif key:
                yield Taken(key)
        if why:
            self.close()
            raise Away(why)

    def receipts(self, waiting: Collection[str]) -> Iterator[Decided | NotTaken]:
        """Answers as they come, for a second. Raises Away, Refused.

        One that nobody here waits for is dropped: whoever does wait for it sends
        its chunk again and gets it again. Each is acknowledged after it was used.
        """
        link = self._require_link()
        link.consume(f"branch.{self.branch}.receipts")
        until = time.monotonic() + LOOK_SECONDS
        while waiting and (left := until - time.monotonic()) > 0:
            link.wait_for(lambda: link.delivered or link.queue_ended, left)
            if not link.delivered:
                break
            delivered = link.delivered.popleft()
            answer = self._read_answer(json.loads(delivered.body))
            if answer is not None and answer.key in waiting:
                yield answer
            link.acknowledge(delivered)
        why = link.ended or link.queue_ended
        link.queue_ended = None
        if link.ended is not None:
            self.close()
        elif _code_of(why) == NOT_FOUND:
            # The branch's first roster is on its way: its queue comes with it.
            raise Away("there is no queue for receipts yet") from why
        if why is not None:
            raise _to_fault(why)

    def _read_answer(self, event: dict[str, Any]) -> Decided | NotTaken | None:
        """A receipt, or the refusal of a message of ours; None for all else."""
        data = event["data"]
        if event["type"] in DECIDED:
            of = data.get("roster_id", ""), data["dry_run"]
            return Decided(data["chunk_id"], *of, data["rows"])
        key = self.sent.pop(data.get("message_id", ""), "")
        if event["type"] != REFUSED or not key:
            return None
        place, detail = data.get("place", ""), data.get("detail", "")
        return NotTaken(key, data["reason"], place, detail)


def _code_of(error: Exception | None) -> int:
    """The code with which the broker closed; 0 if it did not."""
    return int(getattr(error, "reply_code", 0) or 0)


def _too_large(key: str, why: Exception | None) -> NotTaken:
    text = getattr(why, "reply_text", "")
    return NotTaken(key, TOO_LARGE, "", f"the broker takes no chunk like this: {text}")


def _to_fault(error: Exception | None) -> Fault:
    """What pika found, for whoever pushes: Refused where trying again helps nothing."""
    if error is None:
        return Away("the broker does not answer")
    if isinstance(error, LOGIN_REFUSED):
        line = "the broker refused the login: is the account on, the password right?"
        return Refused(401, "broker-login-refused", line)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Away(
            f"the broker's certificate is not believed ({error.verify_message}): "
            "add ?ca=FILE with its authority to the address"
        )
    code, text = _code_of(error), getattr(error, "reply_text", "")
    if code in {ACCESS_REFUSED, NOT_ALLOWED}:
        return Refused(403, "broker-refused", f"the broker refused: {text}")
    if code == NOT_FOUND:
        return Away("nobody takes rosters at this broker yet")
    return Away(f"the broker does not answer: {error!r}")
