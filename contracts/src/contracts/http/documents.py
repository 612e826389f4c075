"""The OpenAPI documents of the services, as they lie in this package."""

import functools
import json
from importlib.resources import files
from typing import Any

Json = dict[str, Any]

DOCUMENTED = ("catalog", "enrollment", "media", "learning", "notify")
"""The services with a document, in the order in which people meet them."""


@functools.cache
def read_document(service: str) -> bytes:
    """A service's document as it is written. Raises KeyError for an unknown service."""
    if service not in DOCUMENTED:
        raise KeyError(service)
    return (files("contracts.http") / "openapi" / f"{service}.json").read_bytes()


@functools.cache
def load_document(service: str) -> Json:
    """A service's document. Raises KeyError for an unknown service."""
    document: Json = json.loads(read_document(service))
    return document
