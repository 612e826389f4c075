"""The copy of one's data as a file: a page to read, and the same for programs."""

import io
import zipfile
from collections.abc import Mapping

import msgspec
from contracts.http.holdings import HoldingsOut
from flask import render_template

from gateway.texts.holdings import KINDS, UNKNOWN
from gateway.texts.language import gettext

READABLE, FOR_PROGRAMS = "README.html", "data.json"


def pack_export(collected: Mapping[str, HoldingsOut]) -> bytes:
    """The zip, in the language of the page."""
    sections = [
        {
            "title": gettext(KINDS.get(holding.kind, UNKNOWN)[0]),
            "why": gettext(KINDS.get(holding.kind, UNKNOWN)[1]),
            "service": service,
            "rows": holding.rows,
        }
        for service, holdings in collected.items()
        for holding in holdings.holdings
    ]
    readable = render_template("trainee/own_data/readable.html", sections=sections)
    data = {
        service: {holding.kind: holding.rows for holding in holdings.holdings}
        for service, holdings in collected.items()
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(READABLE, readable)
        written = msgspec.json.format(msgspec.json.encode(data), indent=1)
        target.writestr(FOR_PROGRAMS, written)
    return packed.getvalue()
