"""Which loops run in a process of which role."""

from pathlib import Path

import pytest
from biyong import keys
from chassis.service.process import Service, loops_of

from tests.chaos.pair import build_media
from tests.parts.process import nowhere

OF_ALL = {"wakes", "presence"}


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


def test_one_process_for_all_runs_every_loop(service: Service) -> None:
    loops = {"hearing", "relay", "resending", "rebuilding", "reconciling"}
    assert set(loops_of(service, "all")) == loops | OF_ALL


@pytest.mark.parametrize(
    ("role", "loops"),
    [
        ("web", set()),
        ("worker", {"hearing", "rebuilding", "reconciling"}),
        ("relay", {"relay", "resending"}),
    ],
)
def test_a_role_alone_runs_its_own_loops_and_exchanges_wake_ups(
    service: Service, role: str, loops: set[str]
) -> None:
    assert set(loops_of(service, role)) == loops | OF_ALL
    assert service.waking.wake is service.relay.wake
