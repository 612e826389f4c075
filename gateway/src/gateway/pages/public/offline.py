"""What makes the site one that can be installed, and read without a line."""

import json

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get
from flask import Response

from gateway.pages.offline import build_worker
from gateway.pages.rendering import render_page
from gateway.static_files import static_path
from gateway.texts import N_
from gateway.texts.language import gettext, page_language

ICONS = (
    ("icons/192.png", "192x192", "any"),
    ("icons/512.png", "512x512", "any"),
    ("icons/maskable.png", "512x512", "maskable"),
)
PAPER, WALL = "#fbf8f3", "#a8322a"
"""The ground behind a page that is being opened, and the colour of the window."""
ASK_AGAIN = "no-cache"
"""A new release is there with the next visit."""


class OfflinePages(Routes):
    """The manifest, the worker, and the page that stands for those without a line."""

    name = "offline"

    @get("/manifest.webmanifest")
    @allow_everyone
    def show_manifest(self) -> Response:
        """What the site is called, and how it looks among other programs."""
        manifest = {
            "id": "/",
            "name": gettext(N_("辟雍 在线学习")),
            "short_name": gettext(N_("辟雍")),
            "description": gettext(
                N_("单位报名 · 线上听课 · 学时入账 · 人人可查的证书")
            ),
            "lang": "zh-CN" if page_language() == "zh" else "en",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": WALL,
            "icons": [
                {"src": static_path(n), "sizes": s, "type": "image/png", "purpose": p}
                for n, s, p in ICONS
            ],
        }
        answer = Response(
            json.dumps(manifest, ensure_ascii=False),
            content_type="application/manifest+json",
        )
        return _ask_again(answer)

    @get("/worker.js")
    @allow_everyone
    def show_worker(self) -> Response:
        """The worker that answers while there is no line."""
        answer = Response(build_worker(), content_type="text/javascript; charset=utf-8")
        return _ask_again(answer)

    @get("/offline")
    @allow_everyone
    def show_offline(self) -> Response:
        """What stands for a page that was not kept."""
        return render_page("public/offline.html")


def _ask_again(answer: Response) -> Response:
    answer.headers["Cache-Control"] = ASK_AGAIN
    return answer
