"""The language in which a trainee is written to: the one of the pages they read."""

from contextlib import suppress
from typing import cast

from chassis.http.problem import Problem
from contracts.http.notify import Language

from gateway.clients.notify import NotifyClient
from gateway.texts import LANGUAGES


def write_in(notify: NotifyClient, language: str) -> None:
    """From now on the visitor is written to in this language. A page does not fail for
    it: while notify does not take it, letters go on as they were."""
    if language in LANGUAGES:
        with suppress(Problem):
            notify.put_language(cast(Language, language))
