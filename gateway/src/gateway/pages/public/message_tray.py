"""The demo's tray: mails and messages that lie in files instead of leaving."""

import datetime
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from chassis.http.auth import allow_everyone
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get
from contracts.http.notify import TrayEntryOut, TrayQuery
from flask import Response, request

from gateway.clients.messages import MessageWays
from gateway.pages.components.paging import build_pages
from gateway.pages.rendering import is_part, render_page
from gateway.texts import N_
from gateway.texts.language import gettext

PATH = "/demo/messages"
PAGE_ENTRIES = 10
"""So few because the page travels unpacked."""
NO_STORE = "private, no-store, no-transform"
"""Neither kept nor packed: codes and links to passwords stand in it."""
CHANNELS = {"mail": (N_("邮件"), "info"), "sms": (N_("短信"), "ok")}
ADDRESS = re.compile(r"https?://[^\s<>\"，。；：！？（）]+")


@dataclass(frozen=True)
class TextPiece:
    """A piece of a text; with a path it is a link to this site."""

    text: str
    path: str = ""


@dataclass(frozen=True)
class TrayEntryView:
    """A mail or message as the tray shows it."""

    id: str
    channel: str
    tone: str
    to: str
    subject: str
    pieces: list[TextPiece]
    at: datetime.datetime


class MessageTrayPages(Routes):
    """The tray, there for everybody while mails go to files, and only while they do."""

    name = "message_tray"

    def __init__(self, ways: MessageWays, public_url: str, is_open: bool) -> None:
        self.ways, self.public_url, self.is_open = ways, public_url, is_open

    @get(PATH)
    @allow_everyone
    def list_messages(self) -> Response:
        """The newest mails and messages; 404 where they leave for good, and where this
        is no trial: mails that wait in files for a server concern nobody."""
        if not self.is_open:
            raise Problem(404, "not-found", NOTHING_HERE)
        asked = TrayQuery(after=request.args.get("after", ""), limit=PAGE_ENTRIES)
        page = self.ways.list_tray(asked)
        seen = _digest_of(page.items)
        if is_part() and request.args.get("seen") == seen:
            return Response(status=204)
        shown = render_page(
            f"public/tray/{'entries' if is_part() else 'list'}.html",
            entries=view_entries(page.items, self.public_url),
            pages=build_pages(PATH, request.args, page.next),
            seen=seen,
            is_newest=not asked.after,
        )
        shown.headers["Cache-Control"] = NO_STORE
        return shown


def view_entries(
    entries: Sequence[TrayEntryOut], public_url: str
) -> list[TrayEntryView]:
    """Entries as the tray shows them."""
    views = []
    for entry in entries:
        text, tone = CHANNELS[entry.channel]
        pieces = list(_split_text(entry.text.strip(), public_url))
        views.append(
            TrayEntryView(
                entry.id, gettext(text), tone, entry.to, entry.subject, pieces, entry.at
            )
        )
    return views


def _split_text(text: str, public_url: str) -> Iterator[TextPiece]:
    """The text in pieces. Addresses of this site are links, by whatever name it was
    asked; others stay text."""
    end = 0
    for found in ADDRESS.finditer(text):
        path = found[0].removeprefix(public_url)
        if path == found[0] or not path.startswith("/"):
            continue
        yield TextPiece(text[end : found.start()])
        yield TextPiece(found[0], path)
        end = found.end()
    yield TextPiece(text[end:])


def _digest_of(entries: Sequence[TrayEntryOut]) -> str:
    """The digest by which an open page asks whether there is anything new."""
    return hashlib.sha256(msgspec.json.encode(entries)).hexdigest()[:16]
