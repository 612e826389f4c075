"""A stand-in for WeCom's HTTP as its developer pages document it.

gettoken, auth/getuserinfo, auth/getuserdetail: errors come with status 200 and an
`errcode`; a code works once, a token for a while or until it is ended.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.parts.answering import Answer, Asked, StandIn, running_stand_in

CORPORATION, AGENT, SECRET = "ww0123456789abcdef", "1000002", "the-secret"
TOKEN_SECONDS = 7200
OK = {"errcode": 0, "errmsg": "ok"}


@dataclass
class Wecom:
    """A corporation: its members by code, and what may be read of them."""

    stand_in: StandIn = field(init=False)
    codes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    mobiles: dict[str, str] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    made: int = 0
    is_busy: bool = False

    def add_member(self, code: str, user_id: str, mobile: str = "") -> None:
        """A member who comes with this code; the phone if it may be read."""
        found = {"userid": user_id}
        if mobile:
            ticket = f"ticket-{user_id}"
            self.mobiles[ticket] = mobile
            found["user_ticket"] = ticket
        self.codes[code] = found

    def add_stranger(self, code: str) -> None:
        """Somebody of WeChat who is not in the corporation."""
        self.codes[code] = {"openid": "o-1", "external_userid": "wm-1"}

    def end_tokens(self) -> None:
        """All access tokens are over before their time, as after a reset."""
        self.tokens.clear()

    def answer(self, asked: Asked) -> Answer:
        if self.is_busy:
            return 200, _error(-1, "system busy")
        if asked.path == "/cgi-bin/gettoken":
            return 200, self._make_token(asked.query)
        if asked.query.get("access_token") not in self.tokens:
            return 200, _error(42001, "access_token expired")
        if asked.path == "/cgi-bin/auth/getuserinfo" and asked.method == "GET":
            found = self.codes.pop(asked.query.get("code", ""), None)
            return 200, {**OK, **found} if found else _error(40029, "invalid code")
        if asked.path == "/cgi-bin/auth/getuserdetail" and asked.method == "POST":
            return 200, self._tell_detail(str(asked.body.get("user_ticket", "")))
        return 404, {}

    def _make_token(self, query: Mapping[str, str]) -> Mapping[str, Any]:
        if query.get("corpid") != CORPORATION:
            return _error(40013, "invalid corpid")
        if query.get("corpsecret") != SECRET:
            return _error(40001, "invalid credential")
        self.made += 1
        self.tokens.append(f"token-{self.made}")
        return {**OK, "access_token": self.tokens[-1], "expires_in": TOKEN_SECONDS}

    def _tell_detail(self, ticket: str) -> Mapping[str, Any]:
        mobile = self.mobiles.pop(ticket, None)
        if mobile is None:
            return _error(40078, "invalid user_ticket")
        user_id = ticket.removeprefix("ticket-")
        return {**OK, "userid": user_id, "gender": "1", "mobile": mobile}


def _error(code: int, text: str) -> Mapping[str, Any]:
    return {"errcode": code, "errmsg": f"{text}, hint: [1], from ip: 127.0.0.1"}


@contextmanager
def running_wecom() -> Iterator[Wecom]:
    """A corporation at WeCom, until the end."""
    wecom = Wecom()
    with running_stand_in(lambda asked: wecom.answer(asked)) as stand_in:
        wecom.stand_in = stand_in
        yield wecom
