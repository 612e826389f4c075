"""Pages as a visitor without a session gets them."""

from chassis.http.routing import Routes
from flask import Flask
from flask.testing import FlaskClient
from gateway.api import packed_answers, request_visitor
from gateway.api.request_visitor import Visitor
from gateway.api.site import Site
from gateway.pages import errors, layout

from tests.unit.gateway.compiled import TEMPLATES


class NobodySignedIn:
    """Knows no session."""

    def get_visitor(self, token: str) -> Visitor:
        return Visitor()


def shown_to_nobody(*pages: Routes) -> FlaskClient:
    """These pages alone, in their frame."""
    app = Flask("gateway", static_folder=None)
    app.jinja_env.bytecode_cache = TEMPLATES
    request_visitor.install_visitors(app, NobodySignedIn(), Site("http://127.0.0.1:80"))
    layout.install_layout(app, None)
    errors.install_error_pages(app)
    packed_answers.install_packed_answers(app)
    for routes in pages:
        app.register_blueprint(routes.blueprint())
    return app.test_client()
