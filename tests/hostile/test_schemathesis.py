"""What the OpenAPI documents say is what comes back, whatever is sent."""

import json

import pytest
from chassis.service.documents import SHARED

from tests.depth import rounds
from tests.hostile.fuzzing import DOCUMENTS, Fuzzer
from tests.routes.scene import Scene

SEED, REQUESTS = 14, rounds(150, 2_000)
SHARED_AT = "learning"
"""Where what every service has is asked for."""


@pytest.mark.parametrize(
    "service", sorted(one.stem for one in DOCUMENTS.glob("*.json"))
)
def test_no_request_is_answered_in_a_way_that_the_document_does_not_name(
    scene: Scene, service: str
) -> None:
    document = json.loads((DOCUMENTS / f"{service}.json").read_text("utf-8"))
    asked = SHARED_AT if service == SHARED else service
    fuzzed = Fuzzer(scene, asked, document).send_all(REQUESTS, SEED)
    print(service, fuzzed.sent, dict(sorted(fuzzed.statuses.items())))
    told = [f"{place} {why}: {how}" for (place, why), how in fuzzed.faults.items()]
    assert not fuzzed.faults, "\n\n".join(["", *told])
    assert fuzzed.sent >= REQUESTS
