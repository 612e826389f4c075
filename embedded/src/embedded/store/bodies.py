"""Documents as they are stored, decoded no further than a read looks into them.

Most of a large document are texts that the store only hands on.
"""

from collections.abc import Callable, Mapping
from typing import Any

import bson
from bson.raw_bson import DEFAULT_RAW_BSON_OPTIONS, RawBSONDocument

from embedded.store.storage import OPTIONS, Document

LARGE = 4096
"""Bytes; below, to decode all takes no longer than to decode some."""
ID = "_id"
Decode = Callable[[bytes], Document]


def decode_whole(body: bytes) -> Document:
    """The document, all of it."""
    return bson.decode(body, OPTIONS)


def decode_for(filter_: Mapping[str, Any]) -> Decode:
    """How documents are decoded that this filter judges, and that are then shown: what
    lies within their fields stays as it is stored, unless the filter looks into it."""
    names = {ID, *filter_}
    if any(name.startswith("$") or "." in name for name in names):
        return decode_whole

    def decode(body: bytes) -> Document:
        if len(body) < LARGE:
            return decode_whole(body)
        document = dict(bson.decode(body, DEFAULT_RAW_BSON_OPTIONS))
        if any(isinstance(document.get(name), Mapping | list) for name in names):
            return decode_whole(body)
        return document

    return decode


def encode_once(document: Mapping[str, Any]) -> RawBSONDocument:
    """The document as it travels: within an answer it is copied."""
    return RawBSONDocument(bson.encode(document))
