"""What the OpenAPI documents say is what comes back, whatever is sent."""

import json
from typing import Any

import pytest
from chassis.service.documents import SHARED

from tests.depth import rounds
from tests.hostile.fuzzing import DOCUMENTS, Fuzzer
from tests.routes.scene import Scene

SEED, REQUESTS = 14, rounds(120, 2_000)
SHARED_AT = "learning"
"""Where what every service has is asked for."""
FEW = 20


def read_document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((DOCUMENTS / f"{name}.json").read_text())
    return document


@pytest.mark.parametrize(
    "document", sorted(one.stem for one in DOCUMENTS.glob("*.json"))
)
def test_no_request_is_answered_in_a_way_that_the_document_does_not_name(
    scene: Scene, document: str
) -> None:
    service = SHARED_AT if document == SHARED else document
    fuzzed = Fuzzer(scene, service, read_document(document)).send_all(REQUESTS, SEED)
    told = [f"{place} {why}: {how}" for (place, why), how in fuzzed.faults.items()]
    assert not fuzzed.faults, "\n\n".join(["", *told])
    assert fuzzed.sent >= REQUESTS


def test_an_answer_that_the_document_does_not_name_is_noticed(scene: Scene) -> None:
    document = read_document("notify")
    unread = document["paths"]["/notices/unread"]["get"]
    good = unread["responses"]["200"]["content"]["application/json"]
    good["schema"] = {"type": "string"}
    del unread["responses"]["default"]
    document["paths"] = {"/notices/unread": {"get": unread}}
    faults = Fuzzer(scene, "notify", document).send_all(FEW, SEED).faults
    reasons = {why for _, why in faults}
    assert "200 Response violates schema" in reasons
    assert any("Undocumented status code" in why for why in reasons)
