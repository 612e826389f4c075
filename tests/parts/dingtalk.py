"""A stand-in for DingTalk's HTTP (v1.0) as its open platform documents it.

oauth2/userAccessToken, contact/users/me: errors come with a status, a `code` in words
and a `requestid`; a code works once.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.parts.answering import Answer, Asked, StandIn, running_stand_in

CLIENT, SECRET = "dingexample", "the-secret"


@dataclass
class Dingtalk:
    """Users by their code, and the tokens made for them."""

    stand_in: StandIn = field(init=False)
    codes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tokens: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    has_ended_tokens: bool = False
    is_throttled: bool = False

    def add_user(
        self, code: str, union_id: str, mobile: str, state: str = "86"
    ) -> None:
        """A user who comes with this code."""
        self.codes[code] = {
            "nick": "某某", "unionId": union_id, "openId": f"open-{union_id}",
            "mobile": mobile, "stateCode": state, "avatarUrl": "https://a.example/1",
        }  # fmt: skip

    def answer(self, asked: Asked) -> Answer:
        if self.is_throttled:
            return 429, _error("Throttling", "请求被限流")
        if asked.path == "/v1.0/oauth2/userAccessToken" and asked.method == "POST":
            return self._make_token(asked.body)
        if asked.path == "/v1.0/contact/users/me" and asked.method == "GET":
            token = asked.headers.get("x-acs-dingtalk-access-token", "")
            user = self.tokens.get(token)
            if user is None or self.has_ended_tokens:
                return 401, _error("InvalidAuthentication", "不合法的access_token")
            return 200, user
        return 404, _error("InvalidAction.NotFound", "Specified api is not found")

    def _make_token(self, body: Mapping[str, Any]) -> Answer:
        if body.get("clientId") != CLIENT or body.get("clientSecret") != SECRET:
            return 400, _error("invalidParameter.clientIdOrSecret", "无效的clientId")
        if body.get("grantType") != "authorization_code":
            return 400, _error("invalidParameter.grantType", "无效的grantType")
        user = self.codes.pop(str(body.get("code")), None)
        if user is None:
            return 400, _error(
                "invalidParameter.authCode.notFound", "不存在的临时授权码"
            )
        token = f"token-{user['unionId']}"
        self.tokens[token] = user
        return 200, {"accessToken": token, "refreshToken": "r", "expireIn": 7200}


def _error(code: str, text: str) -> Mapping[str, Any]:
    return {"code": code, "requestid": "0000-1", "message": text}


@contextmanager
def running_dingtalk() -> Iterator[Dingtalk]:
    """DingTalk, until the end."""
    dingtalk = Dingtalk()
    with running_stand_in(lambda asked: dingtalk.answer(asked)) as stand_in:
        dingtalk.stand_in = stand_in
        yield dingtalk
