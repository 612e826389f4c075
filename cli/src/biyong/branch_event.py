"""A chunk of a roster as the event that a branch sends, whichever way it goes."""

import datetime
import json
import secrets
from typing import Any

from biyong.carrier import Chunk

TYPE = "branch.roster.sent.v1"
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


def write_event(branch: str, key: str, chunk: Chunk) -> bytes:
    """The CloudEvent of a branch's chunk, as JSON."""
    return json.dumps(_create_event(branch, key, chunk), ensure_ascii=False).encode()


def _create_event(branch: str, key: str, chunk: Chunk) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{branch}/{key}",
        "source": f"/branches/{branch}",
        "type": TYPE,
        "subject": key,
        "time": datetime.datetime.now(datetime.UTC).isoformat("T", "milliseconds"),
        "datacontenttype": "application/json",
        "traceparent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
        "data": {"branch_id": branch, "key": key, **chunk},
    }
