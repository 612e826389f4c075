"""Who may see a page."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import quote

from chassis.http.auth import allow_everyone
from chassis.http.problem import Problem
from flask import Response

from gateway.api.request_visitor import current_visitor
from gateway.pages.rendering import current_path, is_part, redirect_to

P = ParamSpec("P")


def for_role(*roles: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """A page for accounts with one of these roles; others are asked to sign in.

    An open page that asks for a part of itself is refused and stays as it is: the
    page to sign in at would come into the place of the part.
    """

    def guard_view(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def guarded_view(*args: P.args, **kwargs: P.kwargs) -> Response:
            who = current_visitor()
            if who.account is None and is_part():
                raise Problem(401, "sign-in-first", "请先登录。")
            if who.account is None:
                return redirect_to(f"/sign-in?next={quote(current_path())}")
            if not who.roles.intersection(roles):
                raise Problem(
                    403, "role-missing", "您没有看这一页的权限：请联系所在单位"
                )
            return view(*args, **kwargs)

        return allow_everyone(guarded_view)

    return guard_view
