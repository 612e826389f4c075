"""Pages are packed for the way.

Who can make a browser ask for a page, put words into it and see how long the packed
answer is, could guess at a secret beside those words, a character at a time (BREACH).
So no page that holds one is packed: it says `no-transform`. A page has no token against
foreign forms, which are told by Origin; the session is in a cookie, never in a page.
"""

import gzip

from flask import Flask, Response, request

TYPES = ("text/html", "text/csv", "image/svg+xml")
SMALLEST = 1024
"""Bytes: a smaller answer travels in one packet anyway."""
EFFORT = 5
"""Of 9: beyond it an answer gets some per cent smaller and takes twice the time."""


def install_packed_answers(app: Flask) -> None:
    """Pages go packed to whoever takes them so."""
    app.after_request(pack_answer)


def pack_answer(answer: Response) -> Response:
    """The answer, packed where that is worth it and safe."""
    if answer.mimetype not in TYPES or answer.is_streamed:
        return answer
    if answer.cache_control.no_transform or "Content-Encoding" in answer.headers:
        return answer
    answer.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or len(answer.data) < SMALLEST:
        return answer
    answer.set_data(gzip.compress(answer.get_data(), EFFORT, mtime=0))
    answer.headers["Content-Encoding"] = "gzip"
    return answer
