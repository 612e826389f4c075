"""Every route answers every caller as the table says, by sessions at the gateway."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import urllib3

from tests.platform.running import Platform
from tests.routes.scene import Scene, make_scene
from tests.routes.table import CALLERS, TABLE, Line, read_table

DEADLINE = urllib3.Timeout(connect=3, read=30)


@pytest.fixture(scope="module")
def scene(platform: Platform) -> Scene:
    return make_scene(platform)


def test_every_route_answers_each_caller_as_the_table_says(scene: Scene) -> None:
    with urllib3.PoolManager(timeout=DEADLINE, retries=False) as pool:
        differences = [
            f"{line.route} for {caller}: {found}, not {right} ({TABLE}:{line.number})"
            for line in read_table()
            for caller, right, found in _answers(pool, scene, line)
            if found != right
        ]
    assert not differences, "\n".join(["", *differences])


def _answers(
    pool: urllib3.PoolManager, scene: Scene, line: Line
) -> Iterator[tuple[str, int, int]]:
    """Each caller with the right answer and the one that came."""
    for caller, right in zip(CALLERS, line.answers, strict=True):
        yield caller, right, _call(pool, scene, line, caller)


def _call(pool: urllib3.PoolManager, scene: Scene, line: Line, caller: str) -> int:
    is_page = not line.rule.startswith(("/api/", "/v/"))
    headers = {"Accept": "text/html" if is_page else "application/json"}
    is_anew = line.given.get("as") == "anew"
    token = scene.token_anew(caller) if is_anew else scene.doors[caller].token
    if line.method != "GET":
        headers["If-Match"] = "*"  # routes that edit nothing pass it over
    if token:
        headers["Authorization"] = f"Bearer {token}"
    sent: dict[str, Any] = {}
    if "body" in line.given:
        headers["Content-Type"] = "application/json"
        sent["body"] = msgspec.json.encode(scene.body(line.given["body"]))
    if "form" in line.given:
        sent["fields"] = scene.body(line.given["form"])
    address = scene.platform.url + line.path(scene.values_for(line.given.values()))
    got = pool.request(line.method, address, headers=headers, redirect=False, **sent)
    return int(got.status)
