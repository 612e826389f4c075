"""Which loops run in a process of which role."""

from pathlib import Path

import pytest
from biyong import keys
from chassis.service.process import Service, loops_of

from tests.chaos.pair import build_media
from tests.parts.process import nowhere


@pytest.fixture
def service(tmp_path: Path) -> Service:
    keys.make_keys(tmp_path)
    return build_media(
        {
            "PORT": "0",
            "MONGO_URL": "mongodb://127.0.0.1:1/?connect=false",
            "BUS_URL": f"sqlite://{tmp_path / 'bus.db'}",
            **nowhere(),
            "KEYS_FILE": str(tmp_path / keys.PUBLIC_KEYS),
            "KEY_FILE": str(tmp_path / "media.json"),
        }
    )


def test_one_process_for_all_has_the_relay_beside_commits_and_another_may_stand_by(
    service: Service,
) -> None:
    loops = {"hearing", "relay", "resending", "rebuilding", "reconciling", "wakes"}
    assert set(loops_of(service, "all")) == loops
    assert loops_of(service, "all")["wakes"] == service.waking.exchange_wake_ups


def test_a_process_that_commits_says_wakes_and_a_relay_alone_hears_them(
    service: Service,
) -> None:
    saying, hearing = service.waking.send_wake_ups, service.waking.receive_wake_ups
    assert loops_of(service, "web") == {"wakes": saying}
    assert loops_of(service, "worker")["wakes"] == saying
    assert loops_of(service, "relay")["wakes"] == hearing
    assert service.waking.wake is service.relay.wake
