"""A one-time code is sent to a contact of an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.http.client import Client
from chassis.ids import derived_id

from gateway.identity.contacts import PHONE, Contact
from gateway.identity.one_time_codes import (
    CODE_MINUTES,
    CodeRequest,
    FreshCode,
    OneTimeCodes,
)
from gateway.identity.tokens import moment_in

MAIL, SMS = "mail", "sms"
NOBODY = ""
"""The address of a message that is asked for and never sent."""


@dataclass(frozen=True)
class SendCode:
    """Makes the code and hands the message to notify.

    The account's id is a trainee's own: what is written to a person goes with them.
    For nobody it does the same work and no message goes out, so that time does not tell
    who has an account.
    """

    codes: OneTimeCodes
    notify: Client

    def __call__(
        self,
        asked: CodeRequest,
        kind: str,
        ticket: str = "",
        *,
        channel_for_nobody: str = MAIL,
    ) -> FreshCode:
        """The code and its ticket. Raises the Problem of notify if it does not answer;
        the code is worth nothing then."""
        fresh = self.codes.create_code(asked, ticket)
        message: Mapping[str, Any] = {
            "key": f"code-{derived_id(fresh.ticket, fresh.code)}",
            "kind": kind,
            "person_id": asked.account_id,
            "address": asked.address,
            "channel": channel_to(asked.address) or channel_for_nobody,
            "until": moment_in(60 * CODE_MINUTES).isoformat(),
            "words": {"code": fresh.code, "minutes": str(CODE_MINUTES)},
        }
        self.notify.send_request(
            "POST", ("mails",), dict[str, Any], body={"mails": [message]}
        )
        return fresh


def channel_to(address: str) -> str:
    """The channel that leads to a contact; empty for none."""
    if not address:
        return ""
    return SMS if Contact(address).kind == PHONE else MAIL
