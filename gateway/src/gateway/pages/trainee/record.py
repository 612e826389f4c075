"""The record: hours and certificates."""

import hashlib
from typing import Any

import msgspec
from chassis.http.routing import Routes, get
from flask import Response, request

from gateway.clients.parts import Unavailable
from gateway.identity.account import TRAINEE
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, render_page
from gateway.pages.role_guard import for_role


class RecordPages(Routes):
    """Hours and certificates of a trainee."""

    name = "record"

    @get("/record")
    @for_role(TRAINEE)
    def show_record(self) -> Response:
        services = page_services()
        asked_hours = services.ask_part(services.learning.show_hours)
        asked_certificates = services.ask_part(services.learning.list_certificates)
        context: dict[str, Any] = {
            "hours_record": asked_hours.get_answer(),
            "certificates": asked_certificates.get_answer(),
        }
        if is_part() and isinstance(context["hours_record"], Unavailable):
            return Response(status=204)
        context["seen"] = _digest_of(context)
        if is_part() and request.args.get("seen") == context["seen"]:
            return Response(status=204)
        return render_page(
            "trainee/record/entries.html" if is_part() else "trainee/record/show.html",
            **context,
        )


def _digest_of(context: dict[str, Any]) -> str:
    """The digest of a record's state: an open page asks with it.

    Only what has changed is put in its place, so that nobody loses what they had
    selected or what is read out to them.
    """
    return hashlib.sha256(msgspec.json.encode(context)).hexdigest()[:16]
