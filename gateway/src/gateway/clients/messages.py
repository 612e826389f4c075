"""Notify as the gateway asks it for itself: how people can be reached, and what lies in
the demo's tray."""

import threading
import time
from collections.abc import Callable

from chassis.http.client import Client
from contracts.http.notify import ChannelsOut, TrayEntryOut, TrayQuery
from contracts.http.shape import Page

from gateway.clients.caller import write_query

FRESH_SECONDS = 60.0
"""A channel comes or goes with a restart of notify."""


class MessageWays:
    """Questions about mails and messages, in nobody's name."""

    def __init__(
        self, notify: Client, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.notify, self.now = notify, now
        self.lock = threading.Lock()
        self.known: ChannelsOut | None = None
        self.until = 0.0

    def has_sms(self) -> bool:
        """Whether short messages can be sent. Raises Problem where nobody says."""
        with self.lock:
            if self.known is not None and self.now() < self.until:
                return self.known.sms
        channels = self.notify.send_request("GET", ("channels",), ChannelsOut)
        with self.lock:
            self.known, self.until = channels, self.now() + FRESH_SECONDS
        return channels.sms

    def list_tray(self, asked: TrayQuery) -> Page[TrayEntryOut]:
        """What lies in files, newest first. Raises Problem 404 where it leaves."""
        return self.notify.send_request(
            "GET", ("tray",), Page[TrayEntryOut], query=write_query(asked)
        )
