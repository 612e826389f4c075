"""Short messages to a provider over HTTP, by the one protocol of docs/sms.md."""

import datetime
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from typing import Any

import msgspec
import urllib3
from chassis.telemetry.traced_pool import TracedPool
from fields.codes import plain_phone
from fields.illegal import Illegal

from notify.clients.letter_texts import fill_text, one_line
from notify.clients.letters import digest_of
from notify.clients.sms_address import SmsAddress
from notify.domain.notice import Mail
from notify.usecases.ports import Contact, Refused, ServerAway, Stalled

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 10.0
"""A provider that hands on to an operator answers in a second or two."""
TAKEN = frozenset({200, 201, 202})
OF_THE_KEY = {
    401: "the provider refuses the key",
    402: "the provider has no credit for us",
    403: "the provider refuses the key",
    404: "the provider's address is wrong",
    405: "the provider's address is wrong",
}
"""What concerns all messages alike, so that none is counted against."""
NOT_NOW, REFUSED = 429, range(400, 500)
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NO_ANSWER = "no-answer"


class SmsCarrier:
    """Hands over messages one by one, signed.

    The same message always has the same id, so a provider that keeps to the protocol
    takes it once, however often it is handed over. Of what it answers, status and code
    alone are known here: other words might repeat the phone.
    """

    is_repeatable = False

    def __init__(
        self,
        address: SmsAddress,
        public_url: str,
        now: Callable[[], float] = time.time,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.address, self.public_url, self.now = address, public_url, now
        self.answer_seconds = answer_seconds
        self.pool = TracedPool(maxsize=1, retries=False, ca_certs=address.ca or None)

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Hand over one. Raises Refused, Stalled, ServerAway."""
        body = msgspec.json.encode(self._write_message(mail, to))
        seconds = self.answer_seconds
        if mail.until:
            seconds = max(0.1, min(seconds, mail.until - self.now()))
        patience = urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds)
        try:
            answer = self.pool.request(
                "POST",
                self.address.url,
                body=body,
                headers=self._sign_body(body) | {"Idempotency-Key": digest_of(mail.id)},
                timeout=patience,
                redirect=False,
            )
        except (
            urllib3.exceptions.NewConnectionError,
            urllib3.exceptions.ConnectTimeoutError,
            urllib3.exceptions.SSLError,
        ) as error:
            raise ServerAway(_reason_of(error)) from None
        except urllib3.exceptions.HTTPError:
            raise Stalled(NO_ANSWER) from None
        _raise_refusal(answer.status, answer.data)

    def take_back(self, mail: Mail) -> None:
        """Nothing: it has left."""

    def close_connection(self) -> None:
        """Close the connection, if there is one."""
        self.pool.clear()

    def _write_message(self, mail: Mail, to: Contact) -> dict[str, Any]:
        """The message as it is handed over. Raises Refused: phone-invalid,
        unknown-kind."""
        try:
            phone = plain_phone(to.phone)
        except Illegal as error:
            raise Refused(error.reason) from None
        words = {**mail.words, "name": to.name, "url": self.public_url}
        message = {
            "id": digest_of(mail.id),
            "to": f"+86{phone}",
            "text": fill_text(mail, words).strip(),
            "kind": mail.kind,
            "language": mail.language,
            "words": {name: one_line(word) for name, word in mail.words.items()},
        }
        if mail.until:
            moment = datetime.datetime.fromtimestamp(mail.until, datetime.UTC)
            message["until"] = moment.isoformat(timespec="seconds")
        return message

    def _sign_body(self, body: bytes) -> dict[str, str]:
        moment = str(int(self.now()))
        signed = f"{moment}.".encode() + body
        digest = hmac.new(self.address.key.encode(), signed, hashlib.sha256)
        return {
            "Content-Type": "application/json",
            "Biyong-Signature": f"t={moment},v1={digest.hexdigest()}",
        }


def _raise_refusal(status: int, data: bytes) -> None:
    """Raise what an answer means; nothing if the message was taken."""
    if status in TAKEN:
        return
    if status in OF_THE_KEY:
        raise ServerAway(f"{OF_THE_KEY[status]} ({status})")
    shown = f"{status} {_code_of(data)}".strip()
    if status in REFUSED and status != NOT_NOW:
        raise Refused(shown)
    raise Stalled(shown)


def _code_of(data: bytes) -> str:
    """The code of a refusal, if it has one that names nobody."""
    try:
        code = msgspec.json.decode(data, type=dict[str, Any]).get("code")
    except msgspec.DecodeError:
        return ""
    return code if isinstance(code, str) and CODE.fullmatch(code) else ""


def _reason_of(error: Exception) -> str:
    """Why no message leaves."""
    if isinstance(error, urllib3.exceptions.SSLError):
        return "the SMS provider's certificate is not good"
    return "the SMS provider does not answer"
