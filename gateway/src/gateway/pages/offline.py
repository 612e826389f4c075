"""What a browser may keep to be read without a line, and for whom.

The worker (`static/offline/worker.js`) keeps nothing by itself: an answer says in
`Biyong-Keep` whether its page may be kept as a visitor sees it (`visitor`), or whether
the person's own learning is to be fetched (`own`). In `Biyong-Owner` every page says
whose it is, in a word that changes with the session and tells no name.
"""

import functools
import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal

from flask import Flask, Response, g

from gateway.api.request_visitor import cookie_token, current_visitor
from gateway.identity.session_terms import STAYING_TERM, TERM
from gateway.pages.look import page_look
from gateway.static_files import load_static_files, static_path
from gateway.texts.language import page_language

KEEP, OWNER, LOOK, UNTIL = "Biyong-Keep", "Biyong-Owner", "Biyong-Look", "Biyong-Until"
NOBODY = "nobody"
OWNER_CHARS = 16
"""Of a digest: enough to tell one session from another, and nothing of its token."""
OFFLINE_PAGE = "/offline"
SHELL = (
    "biyong.css",
    "components.css",
    "looks.css",
    "mark.svg",
    "offline/list.js",
    "page.js",
    "vendor/htmx.min.js",
)
"""What every page loads; a page that was kept is nothing without."""
WORKER = "offline/worker.js"


def allow_offline(what: Literal["visitor", "own"]) -> None:
    """The page that is being made may be read without a line."""
    g.allows_offline = what


def install_offline(app: Flask) -> None:
    """Every page says whose it is, how it looks, and whether it may be kept."""
    app.after_request(mark_offline)


def mark_offline(answer: Response) -> Response:
    """The answer, with what the worker needs to know of it."""
    if answer.mimetype != "text/html" or answer.status_code >= 500:
        return answer  # who is here may not be known then, and is not nobody
    answer.headers[OWNER] = page_owner()
    answer.headers[LOOK] = f"{page_language()}.{page_look().dump()}"
    if answer.status_code == 200 and "allows_offline" in g:
        answer.headers[KEEP] = g.allows_offline
    return answer


def page_owner() -> str:
    """A word for the session that this page was made in."""
    if current_visitor().account is None:
        return NOBODY
    return hashlib.sha256(cookie_token().encode()).hexdigest()[:OWNER_CHARS]


def offline_seconds() -> float:
    """How long own learning may be read: no longer than its session would last."""
    term = STAYING_TERM if current_visitor().stays else TERM
    return term.idle_seconds


@functools.cache
def build_worker() -> str:
    """The worker of this release: another one has another text, so browsers take it."""
    paths = [OFFLINE_PAGE, *(static_path(name) for name in SHELL)]
    head = f"const RELEASE = {json.dumps(_release())}, FILES = {json.dumps(paths)};\n"
    return head + load_static_files()[WORKER].content.decode()


def _release() -> str:
    """A word for all that pages are made of: static files and templates."""
    digest = hashlib.sha256()
    for file in load_static_files().values():
        digest.update(f"{file.path}\n".encode())
    for content in _read_templates(files("gateway").joinpath("templates")):
        digest.update(content)
    return digest.hexdigest()[:OWNER_CHARS]


def _read_templates(folder: Traversable) -> Iterator[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _read_templates(entry)
        else:
            yield entry.read_bytes()
