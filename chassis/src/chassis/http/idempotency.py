"""The same key, the same answer: writes may be sent again without harm."""

import datetime
import functools
import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, request
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from chassis.http.auth import caller
from chassis.http.problem import Problem
from chassis.storage.collections import MessagingCollections

IN_FLIGHT_SECONDS = 60
LONGEST_KEY = 255


def install(app: Any, tables: MessagingCollections) -> None:
    """Let the app's views remember their answers in these tables."""
    app.extensions["idempotency"] = tables.idempotency


def idempotent(view: Callable[..., Response]) -> Callable[..., Response]:
    """Replay the first answer to a repeated `Idempotency-Key`.

    Keys are the account's: what another chose as a key says nothing here. Without the
    header the view just runs. 409 while the first is at work, 422 when
    the same key comes with another body. A server's fault is not remembered.
    """

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(*args, **kwargs)
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise Problem(
                422,
                "key-refused",
                "An Idempotency-Key is 1 to 255 printable characters.",
            )
        rows, id_ = current_app.extensions["idempotency"], _id(key)
        known = _begin(rows, id_, _fingerprint())
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

    return guarded


def _id(key: str) -> str:
    who = caller()
    whose = (who.issuer, who.account, who.person, who.branch)
    scope = "\0".join([*whose, request.path, key])
    return hashlib.sha256(scope.encode()).hexdigest()


def _fingerprint() -> str:
    return hashlib.sha256(request.method.encode() + request.get_data()).hexdigest()


def _begin(rows: Any, id_: str, fingerprint: str) -> Response | None:
    now = datetime.datetime.now(datetime.UTC)
    fresh = {"_id": id_, "fingerprint": fingerprint, "at": now, "done": False}
    try:
        rows.insert_one(fresh)
    except DuplicateKeyError:
        return _repeat(rows, id_, fingerprint, now)
    return None


def _repeat(
    rows: Any, id_: str, fingerprint: str, now: datetime.datetime
) -> Response | None:
    found = rows.find_one({"_id": id_})
    if found is None:
        raise Problem(409, "still-at-work", "The first try just failed; send it again.")
    if found["fingerprint"] != fingerprint:
        raise Problem(
            422,
            "key-reused",
            "This Idempotency-Key came with another body; use a new one.",
        )
    if found["done"]:
        answer = Response(found["body"], found["status"], content_type=found["type"])
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
