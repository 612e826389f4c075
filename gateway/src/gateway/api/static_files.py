"""/static: what pages load beside their text."""

from chassis.http.auth import allow_everyone
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get
from flask import Response, request

from gateway.api.conditional_reads import leave_out_known
from gateway.static_files import StaticFile, find_static_file

FOR_EVER = "public, max-age=31536000, immutable"
"""A year, the most that is heeded: another content has another address."""
ASK_AGAIN = "public, no-cache"


class StaticRoutes(Routes):
    """Routes for static files."""

    name = "static"
    is_documented = False

    @get("/static/<path:name>")
    @allow_everyone
    def serve_file(self, name: str) -> Response:
        file, is_of_version = find_static_file(name)
        if file is None:
            raise Problem(404, "not-found", NOTHING_HERE)
        answer = _file_response(file, bool(request.accept_encodings["gzip"]))
        answer.headers["Cache-Control"] = FOR_EVER if is_of_version else ASK_AGAIN
        answer.headers["Vary"] = "Accept-Encoding"
        leave_out_known(answer)
        return answer


def _file_response(file: StaticFile, takes_packed: bool) -> Response:
    is_packed = takes_packed and file.packed is not None
    content = file.packed if is_packed else file.content
    answer = Response(content, content_type=file.media_type)
    answer.set_etag(f"{file.version}-gzip" if is_packed else file.version)
    if is_packed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer
