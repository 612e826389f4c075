"""An overlay that is applied once more, or half, while rows are pushed and lectures
watched."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import yaml

from tests.cluster.browsers import Browsers
from tests.cluster.deployed import Deployed, count_unready
from tests.cluster.working import Pushing, Watching, require_nothing_lost
from tests.platform.running import until

pytestmark = [pytest.mark.part("cluster"), pytest.mark.part("containers")]
READY_SECONDS = 900
SETTING = "SMS_PER_PERSON=11"
"""Another setting, so that every pod is to change."""


@contextmanager
def read_by_others(platform: Deployed) -> Iterator[None]:
    """While browsers read, none of whom is turned away."""
    readers = Browsers(platform.cluster.find_address())
    try:
        until(lambda: readers.answered >= 20, 60)
        yield
        seen = readers.answered
        until(lambda: readers.answered >= seen + 20, 60)
    finally:
        readers.end()
    assert readers.faults == []


def await_ready(platform: Deployed) -> None:
    """Wait until the jobs of an apply are done and every pod is ready and of today."""
    cluster = platform.cluster
    until(lambda: not cluster.get("jobs"), READY_SECONDS, every=1.0)
    for one in cluster.get("deployments"):
        name = one["metadata"]["name"]
        done = f"--timeout={READY_SECONDS}s"
        cluster.kubectl("rollout", "status", f"deployment/{name}", done)
    until(lambda: count_unready(cluster) == 0, READY_SECONDS, every=1.0)


def find_generations(platform: Deployed) -> dict[str, int]:
    """How often what each workload is to be was changed."""
    return {
        f"{one['kind']} {one['metadata']['name']}": one["metadata"]["generation"]
        for one in platform.cluster.get("deployments,statefulsets")
    }


def find_pod_names(platform: Deployed) -> set[str]:
    return {
        pod["metadata"]["name"]
        for pod in platform.cluster.get("pods")
        if pod["metadata"]["ownerReferences"][0]["kind"] != "Job"
    }


def test_an_overlay_applied_twice_changes_nothing(
    platform: Deployed, going: tuple[Pushing, Watching]
) -> None:
    await_ready(platform)
    before = find_generations(platform), find_pod_names(platform)
    with read_by_others(platform):
        platform.cluster.kubectl("apply", "-k", str(platform.overlay))
        await_ready(platform)
    assert (find_generations(platform), find_pod_names(platform)) == before
    require_nothing_lost(*going)
    pushing, watching = going
    assert (pushing.failed, watching.failed) == ([], [])


def test_an_overlay_applied_half_goes_on_and_is_whole_once_it_is_applied_again(
    platform: Deployed, going: tuple[Pushing, Watching]
) -> None:
    """As when the line is lost amid the command: some pods have the new setting."""
    await_ready(platform)
    file = platform.overlay / "kustomization.yaml"
    overlay = yaml.safe_load(file.read_text("utf-8"))
    overlay["configMapGenerator"][1]["literals"].append(SETTING)
    file.write_text(yaml.safe_dump(overlay), encoding="utf-8")
    before = find_generations(platform)
    with read_by_others(platform):
        _apply_half(platform)
        changed = find_generations(platform).items() - before.items()
        assert 0 < len(changed) < len(before) - 3, "else it is not half of the pods"
        platform.cluster.kubectl("apply", "-k", str(platform.overlay))
        await_ready(platform)
    require_nothing_lost(*going)
    pushing, watching = going
    assert (pushing.failed, watching.failed) == ([], [])


def _apply_half(platform: Deployed) -> None:
    """Apply all that comes before the middle one of the deployments."""
    whole = platform.cluster.kubectl("kustomize", str(platform.overlay))
    objects = [one for one in yaml.safe_load_all(whole) if one]
    places = [n for n, one in enumerate(objects) if one["kind"] == "Deployment"]
    half = objects[: places[len(places) // 2]]
    subprocess.run(
        ["kubectl", "apply", "-f", "-"],
        input=yaml.safe_dump_all(half),
        text=True,
        check=True,
        capture_output=True,
        timeout=READY_SECONDS,
    )
