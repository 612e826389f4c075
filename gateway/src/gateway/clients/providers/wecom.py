"""WeCom (企业微信): its own HTTP in place of OpenID Connect.

A code comes back as elsewhere; who it is for is asked with a token of the application's
(gettoken), which several answers may find expired before its time is over.
"""

import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from gateway.clients.providers.oidc_tokens import UNPROVEN
from gateway.clients.providers.provider_http import AWAY, ProviderHttp
from gateway.identity.errors import ProviderAway, ProviderRefused
from gateway.identity.providers.port import (
    Challenge,
    EndedAtProvider,
    ProviderClaims,
    SignOutForm,
)
from gateway.identity.providers.settings import ProviderSettings

SIGN_IN_URL = "https://login.work.weixin.qq.com/wwlogin/sso/login"
API_URL = "https://qyapi.weixin.qq.com"
OK = 0
BAD_TOKEN = {40014, 42001}
"""The access token is none, or past its time."""
BAD_CODE = {40029, 42003}
"""The code is none, was used, or is past its time."""
MARGIN_SECONDS = 300
"""A token is fetched anew so long before it ends."""


class WecomProvider:
    """A corporation at WeCom. Its members' ids count as member numbers; a phone is told
    only where the application may read it, and then WeCom has verified it."""

    def __init__(self, settings: ProviderSettings, secret: str) -> None:
        self.settings, self.secret = settings, secret
        self.http = ProviderHttp(settings.seconds)
        self.api_url = (settings.api_url or API_URL).rstrip("/")
        self.lock, self.token = threading.Lock(), ("", 0.0)

    def authorize_address(self, challenge: Challenge) -> str:
        """Where the browser goes to sign in."""
        asked = {
            "login_type": "CorpApp",
            "appid": self.settings.client_id,
            "agentid": self.settings.agent_id,
            "redirect_uri": challenge.redirect_uri,
            "state": challenge.state,
        }
        return f"{self.settings.sign_in_url or SIGN_IN_URL}?{urlencode(asked)}"

    def exchange_code(self, code: str, challenge: Challenge) -> ProviderClaims:
        """The claims behind a code. Raises ProviderAway, ProviderRefused."""
        until = self.http.answer_until()
        found = self._ask("GET", "/cgi-bin/auth/getuserinfo", until, {"code": code})
        user_id = found.get("userid") or found.get("UserId")
        if not isinstance(user_id, str) or not user_id:
            raise ProviderRefused("这个微信不在企业的通讯录里：请用别的方式登录")
        phone, ticket = "", found.get("user_ticket")
        if isinstance(ticket, str) and ticket:
            phone = self._read_phone(user_id, ticket, until)
        return ProviderClaims(user_id, user_id, phone=phone)

    def sign_out_form(self, id_token: str, back_to: str) -> SignOutForm | None:
        """None: WeCom has no sign-out that another site may ask for."""
        return None

    def read_logout_token(self, token: str) -> EndedAtProvider:
        """Raises ProviderRefused: WeCom sends none."""
        raise ProviderRefused(UNPROVEN)

    def _read_phone(self, user_id: str, ticket: str, until: float) -> str:
        path, body = "/cgi-bin/auth/getuserdetail", {"user_ticket": ticket}
        detail = self._ask("POST", path, until, {}, body)
        mobile = detail.get("mobile")
        is_own = detail.get("userid") == user_id
        return mobile if is_own and isinstance(mobile, str) else ""

    def _ask(
        self,
        method: str,
        path: str,
        until: float,
        query: Mapping[str, str],
        body: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """What WeCom answers; once more with a new token if the old one had ended."""
        for is_first in (True, False):
            token = self._access_token(until, is_fresh=not is_first)
            reply = self.http.send_request(
                method,
                self.api_url + path,
                until,
                query={"access_token": token, **query},
                body=body,
            )
            code = reply.body.get("errcode")
            if code == OK:
                return reply.body
            if code in BAD_CODE:
                raise ProviderRefused(UNPROVEN)
            if code not in BAD_TOKEN:
                break
        raise ProviderAway(AWAY)

    def _access_token(self, until: float, *, is_fresh: bool) -> str:
        with self.lock:
            token, ends = self.token
        if token and time.monotonic() < ends and not is_fresh:
            return token
        asked = {"corpid": self.settings.client_id, "corpsecret": self.secret}
        reply = self.http.send_request(
            "GET", f"{self.api_url}/cgi-bin/gettoken", until, query=asked
        )
        made, seconds = reply.body.get("access_token"), reply.body.get("expires_in")
        if not isinstance(made, str) or not made or not isinstance(seconds, int):
            raise ProviderAway(AWAY)
        with self.lock:
            self.token = made, time.monotonic() + seconds - MARGIN_SECONDS
        return made
