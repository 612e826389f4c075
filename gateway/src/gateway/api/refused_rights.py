"""Tell of every account that was refused a right, at whatever route."""

from flask import Flask, Response, g, request

from gateway.api.visitors import origin, visitor
from gateway.identity.security_events import REFUSED, SecurityEvents


def install(app: Flask, events: SecurityEvents) -> None:
    """Note answers 403 to somebody signed in, by the route's rule, not its path."""

    def note(response: Response) -> Response:
        if response.status_code == 403 and "visitor" in g:
            account = visitor().account
            if account is not None:
                rule = request.url_rule.rule if request.url_rule else ""
                events.note_once(
                    "right-refused", REFUSED, address=origin().address,
                    who=account.id, route=f"{request.method} {rule}",
                )  # fmt: skip
        return response

    app.after_request(note)
