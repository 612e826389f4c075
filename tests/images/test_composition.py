"""Every member's image, and the platform as docker-compose.yml composes it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from biyong.composed import EDGE_USER, USERS
from biyong.door import Door

from tests.parts import containers as having_containers
from tests.parts import cyclonedx, having
from tests.parts.composition import Composition
from tests.parts.containers import MEMBERS, PYTHON, Containers
from tests.parts.process import free_ports
from tests.platform import chain, rosters
from tests.platform.running import Platform, until

pytestmark = pytest.mark.part("containers")
MIB = 1024 * 1024
LARGEST_MIB = {"media": 400, "cli": 520, "gateway": 190}
LARGEST_OTHER_MIB = 120
"""What an image may weigh over its base. The gateway's has what draws certificates: a
font with every letter of a name (33), what takes single letters out of it (24), and
what a document's pictures need (20)."""
LARGEST_EDGE_MIB = 40
"""nginx, njs and what Debian puts beside them."""


LIST_DISTRIBUTIONS = (
    "import sys, importlib.metadata as m; print(*[d.metadata['Name'] for d in "
    "m.distributions(path=[p for p in sys.path if p.startswith('/app')])])"
)


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    """The tools, for us alone: images and containers are known by fixed names."""
    tools = having_containers.install()
    with having.kept("containers"):
        having_containers.make_bases(tools)
        yield tools


@pytest.fixture(scope="module")
def images(containers: Containers) -> dict[str, str]:
    """Every member's image, by the one recipe."""
    built = {name: having_containers.build_member(containers, name) for name in MEMBERS}
    return built | {"edge": having_containers.build_edge(containers)}


@dataclass
class Composed(Platform):
    """The composed platform, as the chain's steps want a platform."""

    address: str
    told: dict[str, Any]

    @property
    def url(self) -> str:
        return self.address

    @property
    def demo(self) -> dict[str, Any]:
        return self.told


@pytest.fixture(scope="module")
def composition(
    containers: Containers, images: dict[str, str]
) -> Iterator[Composition]:
    """The platform, up."""
    assert images
    composed = Composition(containers, free_ports(1)[0])
    composed.down()
    try:
        composed.up()
        yield composed
    finally:
        composed.down()


@pytest.fixture(scope="module")
def platform(
    composition: Composition, tmp_path_factory: pytest.TempPathFactory
) -> Composed:
    """The platform with its demo, put in by the composition's own service."""
    composition.compose("up", "-d", "--no-deps", "--no-build", "demo")
    composition.await_service("demo", {})
    said = composition.logs("demo")
    home = tmp_path_factory.mktemp("composed")
    (home / "mails").symlink_to(composition.volume("mails"))
    told = json.loads(said[said.index("\n{") :])
    url = f"http://127.0.0.1:{composition.port}"
    return Composed(home, None, home / "log", {}, url, told)  # type: ignore[arg-type]


@pytest.mark.parametrize("member", MEMBERS)
def test_a_members_image_is_small_and_runs_as_nobody_in_particular(
    containers: Containers, images: dict[str, str], member: str
) -> None:
    image = images[member]
    [about] = json.loads(containers.well("podman", "image", "inspect", image))
    [base] = json.loads(containers.well("podman", "image", "inspect", PYTHON))
    assert about["User"] == "10001:10000"
    over = (about["Size"] - base["Size"]) / MIB
    assert over < LARGEST_MIB.get(member, LARGEST_OTHER_MIB), f"{over:.0f} MiB"
    run = ["podman", "run", "--rm", "--read-only", "--network=none", image]
    there = containers.well(*run, "python", "-c", LIST_DISTRIBUTIONS).split()
    assert f"biyong-{member}" in there
    for tool in ("pytest", "mypy", "uv", "hypothesis"):
        assert tool not in there


@pytest.mark.parametrize("name", [*MEMBERS, "edge"])
def test_an_image_says_what_it_is_and_lists_all_that_is_in_it(
    containers: Containers, images: dict[str, str], name: str
) -> None:
    [about] = json.loads(containers.well("podman", "image", "inspect", images[name]))
    labels = about["Labels"]
    assert labels["org.opencontainers.image.title"] == f"biyong/{name}"
    assert labels["org.opencontainers.image.base.name"] == PYTHON
    run = ["podman", "run", "--rm", "--read-only", "--network=none", images[name]]
    place = "/etc/edge" if name == "edge" else "/app"
    listed = json.loads(containers.well(*run, "cat", f"{place}/sbom.cdx.json"))
    cyclonedx.validate(listed)
    there = containers.well(*run, "dpkg-query", "--show", "--showformat=${Package} ")
    if name != "edge":
        there += containers.well(*run, "python", "-c", LIST_DISTRIBUTIONS)
    assert sorted(one["name"] for one in listed["components"]) == sorted(there.split())


def test_the_edges_image_is_small_runs_as_its_own_user_and_says_what_is_missing(
    containers: Containers, images: dict[str, str]
) -> None:
    [about] = json.loads(containers.well("podman", "image", "inspect", images["edge"]))
    [base] = json.loads(containers.well("podman", "image", "inspect", PYTHON))
    assert about["User"] == f"{EDGE_USER}:10000"
    assert (about["Size"] - base["Size"]) / MIB < LARGEST_EDGE_MIB
    run = ["podman", "run", "--rm", "--read-only", "--tmpfs=/run/edge:mode=1777"]
    done = containers.run(*run, "-e=EDGE_CACHE=/run/edge/cache", images["edge"])
    assert done.returncode == 2, done.stderr
    assert "STREAM_SECRET or STREAM_SECRET_FILE is missing" in done.stderr


def test_an_image_without_settings_says_what_is_missing(
    containers: Containers, images: dict[str, str]
) -> None:
    done = containers.run("podman", "run", "--rm", "--read-only", images["catalog"])
    assert done.returncode == 78
    assert "MONGO_URL is missing" in done.stderr


def test_from_a_roster_to_a_certificate_on_the_composition(
    platform: Composed, tmp_path: Path
) -> None:
    course = chain.publish_course(platform, tmp_path)
    officer = platform.door("shi")
    [row] = rosters.rows(1, course.class_id)
    rosters.put(officer, "composed.1", [{**row, "email": "composed@biyong.example"}])
    trainee = chain.take_up_invitation(platform, "composed@biyong.example")
    ticket = chain.grant(trainee, course.lecture_id)
    assert chain.watch_to_the_end(trainee, ticket)["watch"]["completed"]
    number = chain.certificate(trainee)["number"]
    path = f"/api/learning/certificates/{number}"
    assert Door(platform.url).call("GET", path, dict[str, Any])["genuine"]


@pytest.mark.parametrize("member", sorted(USERS))
def test_a_service_reads_its_own_key_and_no_other_and_writes_nowhere(
    composition: Composition, member: str
) -> None:
    other = "catalog" if member != "catalog" else "media"
    assert composition.within(member, "cat", f"/secrets/{member}.json").returncode == 0
    for secret in (
        f"{other}.json", f"mongo_url.{other}", f"bus_url.{other}", "mongo_password",
        "mongo-users.js", "rabbitmq_password", "rabbitmq-definitions.json",
    ):  # fmt: skip
        assert composition.within(member, "cat", f"/secrets/{secret}").returncode
    for place in ("/app/x", "/secrets/x", "/etc/x", "/x"):
        assert composition.within(member, "touch", place).returncode
    assert composition.within(member, "touch", "/tmp/x").returncode == 0


def test_a_killed_broker_turns_no_page_away_and_is_told_until_it_is_back(
    composition: Composition, platform: Composed
) -> None:
    tools = composition.containers
    tools.well("podman", "kill", "biyongtests_rabbitmq_1")
    until(lambda: find_away(composition, "catalog") == ["bus"], 60, every=0.5)
    assert composition.is_healthy("catalog")
    anyone = Door(platform.url)
    assert anyone.call("GET", "/api/catalog/courses", dict[str, Any])["items"]
    tools.run("podman", "start", "biyongtests_rabbitmq_1")
    until(lambda: composition.is_healthy("rabbitmq"), 60, every=0.5)
    until(lambda: find_away(composition, "catalog") == [], 60, every=0.5)


def find_away(composition: Composition, service: str) -> list[str]:
    """Which parts a service says are away."""
    ask = (
        "from urllib.request import urlopen; "
        "print(urlopen('http://127.0.0.1:8000/readyz').read().decode())"
    )
    answer = composition.within(service, "python", "-c", ask)
    return sorted(json.loads(answer.stdout)["away"])


def test_starting_again_makes_no_new_keys(composition: Composition) -> None:
    secrets = composition.volume("secrets")
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    composition.compose("up", "-d", "--no-deps", "--no-build", "keys")
    composition.await_service("keys", {})
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before
