"""DingTalk (钉钉): its own HTTP (v1.0) in place of OpenID Connect."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from gateway.clients.providers.oidc_tokens import UNPROVEN
from gateway.clients.providers.provider_http import AWAY, ProviderHttp, ProviderReply
from gateway.identity.errors import ProviderAway, ProviderRefused
from gateway.identity.providers.port import (
    Challenge,
    EndedAtProvider,
    ProviderClaims,
    SignOutForm,
)
from gateway.identity.providers.settings import ProviderSettings

SIGN_IN_URL = "https://login.dingtalk.com/oauth2/auth"
API_URL = "https://api.dingtalk.com"
CHINA = "86"
TOO_MANY = 429
OUR_FAULTS = ("invalidParameter.client", "Forbidden")
"""Codes that begin so say that we are set up wrongly; others, that the user's code is
none, was used, or is past its time."""


class DingtalkProvider:
    """DingTalk. It verified the phone of each of its users; of phones outside China,
    which no roster has, it tells the country."""

    def __init__(self, settings: ProviderSettings, secret: str) -> None:
        self.settings, self.secret = settings, secret
        self.http = ProviderHttp(settings.seconds)
        self.api_url = (settings.api_url or API_URL).rstrip("/")

    def authorize_address(self, challenge: Challenge) -> str:
        """Where the browser goes to sign in."""
        asked = {
            "redirect_uri": challenge.redirect_uri,
            "response_type": "code",
            "client_id": self.settings.client_id,
            "scope": "openid",
            "state": challenge.state,
            "prompt": "consent",
        }
        return f"{self.settings.sign_in_url or SIGN_IN_URL}?{urlencode(asked)}"

    def exchange_code(self, code: str, challenge: Challenge) -> ProviderClaims:
        """The claims behind a code. Raises ProviderAway, ProviderRefused."""
        until = self.http.answer_until()
        body = {
            "clientId": self.settings.client_id,
            "clientSecret": self.secret,
            "code": code,
            "grantType": "authorization_code",
        }
        address = f"{self.api_url}/v1.0/oauth2/userAccessToken"
        token = _require_answer(
            self.http.send_request("POST", address, until, body=body)
        ).get("accessToken")
        if not isinstance(token, str) or not token:
            raise ProviderAway(AWAY)
        user = _require_answer(
            self.http.send_request(
                "GET",
                f"{self.api_url}/v1.0/contact/users/me",
                until,
                headers={"x-acs-dingtalk-access-token": token},
            )
        )
        subject, phone = user.get("unionId"), user.get("mobile")
        if not isinstance(subject, str) or not subject:
            raise ProviderRefused(UNPROVEN)
        is_of_china = str(user.get("stateCode", CHINA)).lstrip("+") == CHINA
        is_told = isinstance(phone, str) and is_of_china
        return ProviderClaims(subject, phone=str(phone) if is_told else "")

    def sign_out_form(self, id_token: str, back_to: str) -> SignOutForm | None:
        """None: DingTalk has no sign-out that another site may ask for."""
        return None

    def read_logout_token(self, token: str) -> EndedAtProvider:
        """Raises ProviderRefused: DingTalk sends none."""
        raise ProviderRefused(UNPROVEN)


def _require_answer(reply: ProviderReply) -> Mapping[str, Any]:
    """What was answered, if it is no error. Raises ProviderRefused, ProviderAway."""
    if reply.status < 400:
        return reply.body
    code = str(reply.body.get("code", ""))
    if reply.status == TOO_MANY or code.startswith(OUR_FAULTS):
        raise ProviderAway(AWAY)
    raise ProviderRefused(UNPROVEN)
