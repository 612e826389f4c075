"""Answers that whoever has them already need not get again."""

from flask import Response, request

OF_WRITERS = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
"""Conditions of who would write. What is only read is answered whatever they say."""


def leave_out_known(answer: Response) -> None:
    """Make it a 304 where the browser has this version, by its ETag."""
    environ = request.environ
    reading = {name: environ[name] for name in environ if name not in OF_WRITERS}
    answer.make_conditional(reading)
