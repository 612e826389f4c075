"""Security events about accounts that were refused a right, at whatever route."""

from flask import Flask, Response, g, request

from gateway.api.request_visitor import current_origin, current_visitor
from gateway.identity.security_events import REFUSED, SecurityEvents


def install_refused_rights(app: Flask, events: SecurityEvents) -> None:
    """An answer 403 to an account becomes a security event, by rule and not by path."""

    def note_refused_right(response: Response) -> Response:
        if response.status_code == 403 and "visitor" in g:
            account = current_visitor().account
            if account is not None:
                rule = request.url_rule.rule if request.url_rule else ""
                events.add_event_once(
                    "right-refused",
                    REFUSED,
                    address=current_origin().address,
                    who=account.id,
                    route=f"{request.method} {rule}",
                )
        return response

    app.after_request(note_refused_right)
