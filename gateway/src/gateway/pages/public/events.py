"""The event types with producer, consumers, fields and an example."""

import json
from typing import Any

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get
from contracts.asyncapi import build_document
from contracts.fields import find_fields
from flask import Response, request

import contracts
from gateway.forms.searches import EventSearchForm
from gateway.pages.public.event_map import draw_map
from gateway.pages.rendering import is_part, render_page
from gateway.pages.shared_pages import for_everybody
from gateway.texts import LANGUAGES, load_translations
from gateway.texts.event_titles import EVENTS
from gateway.texts.language import gettext
from gateway.texts.services import SERVICES


class EventPages(Routes):
    """Pages about events."""

    name = "events"

    @get("/events")
    @for_everybody
    def list_event_types(self) -> Response:
        form = EventSearchForm.of_request()
        asked = {"q": form.q.data or ""}
        for side in ("from", "to"):
            service = request.args.get(side, "")
            asked[side] = service if service in SERVICES else ""
        types = [type_ for type_ in contracts.all_types() if _is_wanted(type_, asked)]
        context: dict[str, Any] = {
            "asked": asked,
            "events": [_describe_type(type_) for type_ in types],
            "map": draw_map(types),
            "form": form,
        }
        return render_page(
            "public/events/found.html" if is_part() else "public/events/list.html",
            **context,
        )

    @get("/events/asyncapi.json")
    @allow_everyone
    def serve_asyncapi(self) -> Response:
        text = json.dumps(
            build_document(contracts.REGISTRY), ensure_ascii=False, indent=1
        )
        return Response(text, content_type="application/json; charset=utf-8")


def _is_wanted(type_: str, asked: dict[str, str]) -> bool:
    """Whether the type goes from and to the services asked for and has every word."""
    if asked["from"] not in ("", contracts.producer_of(type_)):
        return False
    if asked["to"] and asked["to"] not in contracts.consumers_of(type_):
        return False
    text = _searchable_text(type_)
    return all(word in text for word in asked["q"].casefold().split())


def _searchable_text(type_: str) -> str:
    """The texts about an event type, in every language."""
    schema = contracts.schema_of(type_)
    texts = [
        EVENTS.get(type_, ""),
        contracts.producer_of(type_),
        *contracts.consumers_of(type_),
    ]
    texts += [SERVICES.get(name, "") for name in texts[1:]]
    texts += [
        load_translations(name).ugettext(text) for name in LANGUAGES for text in texts
    ]
    texts += [type_, schema["description"]]
    texts += [f"{field.path} {field.meaning}" for field in find_fields(schema)]
    return "\n".join(texts).casefold()


def _describe_type(type_: str) -> dict[str, Any]:
    schema = contracts.schema_of(type_)
    return {
        "type": type_,
        "title": gettext(EVENTS.get(type_, type_)),
        "description": schema["description"],
        "producer": contracts.producer_of(type_),
        "consumers": sorted(contracts.consumers_of(type_)),
        "fields": list(find_fields(schema)),
        "example": json.dumps(
            contracts.example_of(type_), ensure_ascii=False, indent=2
        ),
    }
