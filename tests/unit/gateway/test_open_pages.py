"""A page that stays open while its visitor's session ends."""

import pytest
from flask.testing import FlaskClient
from gateway.pages.trainee.badges import BadgePages
from gateway.pages.trainee.record import RecordPages

from tests.unit.gateway.nobody import shown_to_nobody


@pytest.fixture
def client() -> FlaskClient:
    return shown_to_nobody(RecordPages(), BadgePages())


@pytest.mark.parametrize("path", ["/record?seen=x", "/badges"])
def test_the_page_to_sign_in_at_never_comes_into_an_open_page(
    client: FlaskClient, path: str
) -> None:
    whole = client.get(path)
    assert (whole.status_code, whole.location[:9]) == (303, "/sign-in?")
    assert client.get(path, headers={"HX-Request": "true"}).status_code == 401
