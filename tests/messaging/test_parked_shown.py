"""What a person sees of a parked event names nobody, and who drops it is noted."""

import msgspec
from chassis.inbox.retry_queue import RetryQueue
from chassis.operations.parked import Parked
from chassis.operations.shapes import Which

from tests.messaging.consuming import ConsumingService, event

SECRETS = {"name": "司马相如", "phone": "13512349999", "email": "zs@u.example"}


def test_a_parked_event_shows_nobodys_data_and_its_drop_names_who_did_it(
    consuming: ConsumingService,
) -> None:
    queue = RetryQueue(consuming.collections)
    parked = Parked(consuming.collections)
    plain = event("k", 1)
    queue.add_event(msgspec.structs.replace(plain, data=plain.data | SECRETS), "fault")
    while queue.note_failed("k", "fault") != "parked":
        pass
    shown = parked.get("k").events
    assert shown[0]["data"]["class_id"] == plain.data["class_id"]
    assert not [secret for secret in SECRETS.values() if secret in str(shown)]
    assert parked.drop(Which(key="k", why="by mistake"), "anna") == 1
    [line] = parked.audit.find_lines("k")
    assert (line.who, line.action, line.why) == ("anna", "drop", "by mistake")
    assert not [secret for secret in SECRETS.values() if secret in str(line)]
