"""The same key, the same answer: writes may be sent again without harm."""

import datetime
import functools
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, request
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from chassis.http.auth import current_caller
from chassis.http.problem import Problem
from chassis.storage.collections import MessagingCollections

View = TypeVar("View", bound=Callable[..., Any])
IN_FLIGHT_SECONDS = 60
LONGEST_KEY = 255


def install_idempotency(app: Any, tables: MessagingCollections) -> None:
    """Let the app's views remember their answers in these tables."""
    app.extensions["idempotency"] = tables.idempotency


def idempotent(view: View) -> View:
    """A route replays its first answer to a repeated `Idempotency-Key`, as `run_once`
    says."""
    view.__idempotent__ = True  # type: ignore[attr-defined]
    return view


def is_idempotent(view: object) -> bool:
    """Whether a route replays its first answer."""
    return getattr(view, "__idempotent__", False)


def run_once(view: Callable[..., Response]) -> Callable[..., Response]:
    """The view, replaying the first answer to a repeated `Idempotency-Key`.

    Keys are the account's: what another chose as a key says nothing here. Without the
    header the view just runs. 409 while the first is at work, 422 when
    the same key comes with another body. A server's fault is not remembered.
    """

    @functools.wraps(view)
    def replay_or_run(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(*args, **kwargs)
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise Problem(
                422,
                "key-refused",
                "An Idempotency-Key is 1 to 255 printable characters.",
            )
        rows, id_ = current_app.extensions["idempotency"], _row_id(key)
        known = _begin_request(rows, id_, _request_fingerprint())
        if known is not None:
            return known
        try:
            answer = view(*args, **kwargs)
        except BaseException:
            rows.delete_one({"_id": id_})
            raise
        done = {"status": answer.status_code, "body": answer.get_data(), "done": True}
        done["type"] = answer.content_type
        rows.update_one({"_id": id_}, {"$set": done})
        return answer

    return replay_or_run


def _row_id(key: str) -> str:
    who = current_caller()
    whose = (who.issuer, who.account, who.person, who.branch)
    scope = "\0".join([*whose, request.path, key])
    return hashlib.sha256(scope.encode()).hexdigest()


def _request_fingerprint() -> str:
    return hashlib.sha256(request.method.encode() + request.get_data()).hexdigest()


def _begin_request(rows: Any, id_: str, fingerprint: str) -> Response | None:
    now = datetime.datetime.now(datetime.UTC)
    fresh = {"_id": id_, "fingerprint": fingerprint, "at": now, "done": False}
    try:
        rows.insert_one(fresh)
    except DuplicateKeyError:
        return _repeat_answer(rows, id_, fingerprint, now)
    return None


def _repeat_answer(
    rows: Any, id_: str, fingerprint: str, now: datetime.datetime
) -> Response | None:
    row = rows.find_one({"_id": id_})
    if row is None:
        raise Problem(409, "still-at-work", "The first try just failed; send it again.")
    if row["fingerprint"] != fingerprint:
        raise Problem(
            422,
            "key-reused",
            "This Idempotency-Key came with another body; use a new one.",
        )
    if row["done"]:
        answer = Response(row["body"], row["status"], content_type=row["type"])
        answer.headers["Idempotency-Replayed"] = "true"
        return answer
    stale = now - datetime.timedelta(seconds=IN_FLIGHT_SECONDS)
    taken = rows.find_one_and_update(
        {"_id": id_, "done": False, "at": {"$lte": stale}},
        {"$set": {"at": now}},
        return_document=ReturnDocument.AFTER,
    )
    if taken is None:
        raise Problem(409, "still-at-work", "The first try is at work; ask again soon.")
    return None
