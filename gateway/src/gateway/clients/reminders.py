"""Notify as the gateway asks it to remind people whom a visitor may remind."""

from chassis.http.client import Client
from contracts.http.reminders import RemindersIn, RemindersOut


class ReminderSender:
    """Asks in nobody's name: whom a visitor may remind was found out before."""

    def __init__(self, notify: Client) -> None:
        self.notify = notify

    def post_reminders(self, asked: RemindersIn, key: str) -> RemindersOut:
        """These people are reminded, each once a day; the same key is answered the
        same. Raises Problem 404 for a class that notify does not know."""
        return self.notify.send_request(
            "POST",
            ("reminders",),
            RemindersOut,
            body=asked,
            headers={"Idempotency-Key": key},
        )
