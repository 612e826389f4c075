"""The programs of docs/connect, and Debian's own, against a platform on RabbitMQ."""

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import pika
import pytest
from gateway.texts.connect import BROKER_REFUSALS

from tests.parts import certificates
from tests.parts.certificates import Certificates
from tests.parts.clock import FalseClock
from tests.parts.programs import FOLDER, Program
from tests.parts.rabbitmq import Broker, running_broker
from tests.platform.breaches import BREACHES, try_breach
from tests.platform.outside import OutsideBranch, Row, create_branch
from tests.platform.running import Platform, running

pytestmark = pytest.mark.part("rabbitmq")
AT_BROKER = ("python", "node", "java", "go")
PARTS = {"node": "node", "java": "java", "go": "go", "curl": "curl"}
ALL_OF_THEM = [
    pytest.param(name, marks=[pytest.mark.part(PARTS[name])] if name in PARTS else [])
    for name in (*AT_BROKER, "curl")
]
DAY = 86_400
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Who signs the broker's certificate, and is known to nobody by itself."""
    return certificates.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def broker(
    authority: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("broker")
    with running_broker(folder, certificates=authority) as started:
        yield started


@pytest.fixture(scope="module")
def platform(
    broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    home = tmp_path_factory.mktemp("outside") / "home"
    with running(home, {"AMQP_URL": broker.url}) as started:
        yield started


@pytest.fixture(scope="module", params=ALL_OF_THEM)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def branch(
    platform: Platform,
    broker: Broker,
    language: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> OutsideBranch:
    """The branch whose programmer writes in this language."""
    folder = tmp_path_factory.mktemp(language)
    return create_branch(platform, broker, f"in-{language}", folder)


@pytest.fixture(scope="module")
def program(branch: OutsideBranch, language: str) -> Program:
    return branch.build(language)


def test_good_and_bad_rows_have_their_outcomes_and_the_same_when_sent_again(
    branch: OutsideBranch, program: Program
) -> None:
    key, rows = branch.new_key(), branch.rows(3)
    rows[1]["phone"] = "139"
    told = [("2", "enrolled"), ("3", "rejected", "phone-invalid"), ("4", "enrolled")]
    for _ in range(2):
        said = branch.send(program, key, rows)
        assert (said.code, outcomes_of(said.outcomes)) == (1, told)
    assert branch.find_receipt(key) == told
    other = branch.send(program, key, branch.rows(1))
    assert (other.code, "chunk-differs" in other.out) == (2, True)
    assert branch.find_receipt(key) == told, "and nothing of it is changed"


def outcomes_of(lines: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Row, outcome and reason, without what is to be done."""
    return [line if line[1] == "rejected" else line[:2] for line in lines]


def test_the_table_of_the_page_is_taken_as_it_is(
    branch: OutsideBranch, program: Program
) -> None:
    text = (FOLDER / "roster.csv").read_text("utf-8")
    roster = branch.folder / "roster.csv"
    roster.write_text(text.replace("CLASS", branch.class_id), "utf-8")
    said = program.run("2026-11-a.1", roster, branch.environ)
    assert (said.code, said.outcomes) == (0, [("2", "enrolled"), ("3", "enrolled")])


def test_chunks_are_taken_in_any_order(branch: OutsideBranch, program: Program) -> None:
    first, second = branch.new_key(), branch.new_key()
    for key in (second, first):
        assert branch.send(program, key, branch.rows(1)).code == 0
    assert branch.find_receipt(first) == branch.find_receipt(second)


def test_two_hundred_rows_are_taken_and_one_more_is_refused(
    branch: OutsideBranch, program: Program
) -> None:
    full = branch.send(program, branch.new_key(), branch.rows(200))
    assert full.code == 0
    assert [line[1] for line in full.outcomes] == ["enrolled"] * 200
    over = branch.send(program, branch.new_key(), branch.rows(201))
    assert (over.code, "rows-too-many" in over.out) == (2, True)


def test_a_megabyte_is_read_and_what_is_larger_is_refused(
    branch: OutsideBranch, program: Program
) -> None:
    rows = branch.rows(10)
    long = branch.send(program, branch.new_key(), lengthen(rows, "长" * 33_000))
    assert (long.code, {line[1:3] for line in long.outcomes}) == (
        1, {("rejected", "name-too-long")},
    )  # fmt: skip
    above = branch.send(program, branch.new_key(), lengthen(rows, "长" * 35_000))
    assert (above.code, "too-large" in above.out) == (2, True)
    far_above = lengthen(branch.rows(170), "a" * 104_000)
    never = branch.send(program, branch.new_key(), far_above)
    assert never.code == 2
    assert "too-large" in never.out or "larger than" in never.err


def lengthen(rows: list[Row], name: str) -> list[Row]:
    """The rows under a name that is far too long."""
    return [row | {"name": name} for row in rows]


def test_another_type_is_refused_by_name(branch: OutsideBranch, language: str) -> None:
    later = branch.build(language, {"branch.roster.sent.v1": "branch.roster.sent.v9"})
    said = branch.send(later, branch.new_key(), branch.rows(1))
    assert (said.code, "type-unknown" in said.out) == (2, True)


def test_without_the_right_password_nothing_is_taken(
    branch: OutsideBranch, program: Program, language: str
) -> None:
    wrong = branch.url.replace("password", "wrong")
    environ = {**branch.environ, "AMQP_URL": wrong, "API_KEY": "byk_wrong"}
    stranger = dataclasses.replace(branch, environ=environ)
    said = stranger.send(program, branch.new_key(), branch.rows(1))
    assert said.code == 2
    assert ("refused 401" if language == "curl" else "refused") in said.out + said.err


@pytest.mark.parametrize("language", ALL_OF_THEM[:-1], scope="module")
def test_over_tls_only_a_broker_that_is_vouched_for_is_told_anything(
    branch: OutsideBranch, program: Program, broker: Broker, authority: Certificates
) -> None:
    secure = {**branch.environ, "AMQP_URL": broker.tls_url_of(branch.url)}
    unknowing = dataclasses.replace(branch, environ=secure)
    key, rows = branch.new_key(), branch.rows(1)
    said = unknowing.send(program, key, rows)
    assert said.code == 2
    assert "ertificate" in said.err or "certification path" in said.err
    environ = {**secure, **authority.environment()}
    knowing = dataclasses.replace(branch, environ=environ)
    assert knowing.send(program, key, rows).code == 0


USER_LINES = {
    "python": "        user_id=user,\n",
    "node": "    userId: user,\n",
    "java": "        .userId(user)\n",
    "go": "UserId: user, ",
}


@pytest.mark.parametrize("language", ALL_OF_THEM[:-1], scope="module")
def test_who_leaves_out_who_sends_is_answered_all_the_same(
    branch: OutsideBranch, language: str
) -> None:
    silent = branch.build(language, {USER_LINES[language]: ""})
    said = branch.send(silent, branch.new_key(), branch.rows(1))
    assert (said.code, said.outcomes) == (0, [("2", "enrolled")])


@pytest.fixture
def clock(tmp_path: Path) -> FalseClock:
    """Go's programs do not look at it: they ask the kernel by themselves."""
    clock = FalseClock(tmp_path / "clock")
    clock.jump(0)
    clock.environment()
    return clock


def test_the_senders_clock_does_not_matter(
    branch: OutsideBranch, program: Program, clock: FalseClock
) -> None:
    environ = {**branch.environ, **clock.environment()}
    skewed = dataclasses.replace(branch, environ=environ)
    for days in (-400, 400):
        clock.jump(days * DAY)
        assert skewed.send(program, branch.new_key(), branch.rows(1)).code == 0


@pytest.fixture(scope="module")
def debian(
    platform: Platform, broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> OutsideBranch:
    """A branch with nothing but Debian's programs."""
    folder = tmp_path_factory.mktemp("debian")
    return create_branch(platform, broker, "in-debian", folder)


@pytest.mark.part("amqp-tools")
def test_amqp_publish_of_debian_is_answered(debian: OutsideBranch) -> None:
    key, rows = debian.new_key(), debian.rows(2)
    rows[1]["class_id"] = "nowhere"
    for _ in range(2):
        assert debian.publish(debian.to_event(key, rows)).returncode == 0
        answer = debian.take_answer()
        assert answer["chunk_id"] == key
        assert [row["outcome"] for row in answer["rows"]] == ["enrolled", "rejected"]
    refused = {
        "chunk-differs": debian.to_event(key, debian.rows(1)),
        "rows-too-many": debian.to_event(debian.new_key(), debian.rows(201)),
        "type-unknown": debian.to_event("other", rows, type="branch.roster.sent.v9"),
        "message-not-json": b"no event",
        "too-large": b" " * (MIB + 1),
    }
    for reason, body in refused.items():
        assert debian.publish(body).returncode == 0
        assert debian.take_answer()["reason"] == reason


@pytest.mark.part("amqp-tools")
@pytest.mark.parametrize("time_", ["1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_the_time_of_an_event_does_not_matter(
    debian: OutsideBranch, time_: str
) -> None:
    key = debian.new_key()
    began = time.time()
    debian.publish(debian.to_event(key, debian.rows(1), time=time_))
    assert debian.take_answer()["chunk_id"] == key
    receipt = debian.staff.ask(
        "GET", "enrollment", "branches", debian.id, "chunks", key
    )
    assert began - 5 < receipt["received"] < time.time() + 5


@pytest.mark.part("amqp-tools")
def test_seventeen_megabytes_are_refused_by_the_broker(debian: OutsideBranch) -> None:
    large = debian.to_event("large", debian.rows(1)) + b" " * (17 * MIB)
    debian.publish(large)
    key = debian.new_key()
    debian.publish(debian.to_event(key, debian.rows(1)))
    assert debian.take_answer()["chunk_id"] == key, "none for the large one"


STRANGE = {
    "nothing": pika.BasicProperties(),
    "a count": pika.BasicProperties(headers={"x-delivery-count": "many"}),
    "a charset": pika.BasicProperties(
        content_type="application/cloudevents+json", content_encoding="utf-7"
    ),
    "numbers": pika.BasicProperties(headers={"ce-id": 1, "ce-specversion": [1]}),
}


@pytest.mark.part("amqp-tools")
@pytest.mark.parametrize("name", STRANGE)
def test_strange_properties_are_answered_and_end_nothing(
    platform: Platform, debian: OutsideBranch, name: str
) -> None:
    before = platform.pid("enrollment")
    with pika.BlockingConnection(pika.URLParameters(debian.url)) as connection:
        channel, key = connection.channel(), f"branch.{debian.id}.roster"
        channel.basic_publish("biyong.branches", key, b"+2AA-", STRANGE[name])
    assert debian.take_answer()["reason"] in {
        "content-type-unknown", "message-not-json",
    }  # fmt: skip
    assert platform.pid("enrollment") == before


@pytest.mark.parametrize("name", BREACHES)
def test_the_broker_refuses_what_the_page_says_it_refuses(
    debian: OutsideBranch, name: str
) -> None:
    code, breach = BREACHES[name]
    assert try_breach(debian.url, breach) == code
    assert str(code) in {listed.split()[0] for listed, _, _ in BROKER_REFUSALS}
