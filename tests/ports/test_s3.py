"""What only a server does: presigned addresses, signatures, TLS, and going away."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from chassis.content import Content
from chassis.errors import Incompatible
from media.objects.connect import open_objects as connect
from media.objects.port import NoObject, Objects, ObjectsUnavailable
from media.objects.s3 import S3Objects
from media.objects.trial import try_objects

from tests.parts import certificates
from tests.parts.faults import Wire, wire_to
from tests.parts.mounting import small_disk
from tests.parts.s3 import Server, running_server

pytestmark = pytest.mark.part("s3")
PART = 5 * 1024 * 1024
http = urllib3.PoolManager(timeout=10.0, retries=False)


@pytest.fixture
def bucket(s3: Server) -> S3Objects:
    """The bucket, reached by clients under the server's own address."""
    store = connect(f"{s3.url}?public=http://127.0.0.1:{s3.port}")
    assert isinstance(store, S3Objects)
    store.prepare()
    return store


@pytest.fixture
def wire(s3: Server, tmp_path: Path) -> Iterator[Wire]:
    """A way to the server that can be spoilt."""
    with wire_to(s3.port, tmp_path) as way:
        yield way


def test_a_client_sends_parts_itself_to_presigned_addresses(bucket: S3Objects) -> None:
    ticket = bucket.begin_upload("课/自传.mp4", PART)
    for number, content in ((1, b"1" * PART), (2, b"end")):
        address = bucket.part_address("课/自传.mp4", ticket, number, 60)
        assert address
        assert http.request("PUT", address, body=content).status == 200
    bucket.complete_upload("课/自传.mp4", ticket)
    assert bucket.get_size("课/自传.mp4") == PART + 3


@pytest.mark.parametrize(
    "harm",
    [
        lambda url: url.replace("partNumber=1", "partNumber=2"),
        lambda url: url.replace("/a?", "/b?"),
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.partition("?")[0],
    ],
)
def test_a_changed_address_is_refused(bucket: S3Objects, harm) -> None:  # type: ignore[no-untyped-def]
    ticket = bucket.begin_upload("a", PART)
    address = str(bucket.part_address("a", ticket, 1, 60))
    assert http.request("PUT", harm(address), body=b"x").status in (400, 403)
    assert bucket.find_parts("a", ticket) == {}
    bucket.abort_upload("a", ticket)


def test_a_wrong_secret_is_told_and_the_bucket_stays_shut(s3: Server) -> None:
    wrong = connect(s3.url.replace("://tests:", "://tests:wrong"))
    with pytest.raises(ObjectsUnavailable, match="Signature"):
        wrong.put("a", b"x")
    assert "Signature" in str(wrong.is_away()) or "Denied" in str(wrong.is_away())
    with pytest.raises(Incompatible, match="our key may"):
        try_objects(wrong)


def test_without_a_public_address_parts_come_through_the_service(s3: Server) -> None:
    store = connect(s3.url)
    ticket = store.begin_upload("a", PART)
    assert store.part_address("a", ticket, 1, 60) is None
    store.abort_upload("a", ticket)


def test_over_tls_with_our_authority_and_not_without(tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "tls")
    with running_server(tmp_path / "s3", made) as server:
        trusting = connect(f"{server.url}?ca={made.authority}")
        try_objects(trusting)
        doubting = connect(server.url)
        with pytest.raises(ObjectsUnavailable, match=r"(?i)certificate"):
            doubting.put("a", b"x")


@pytest.mark.part("faults")
def test_a_connection_cut_while_reading_is_taken_up_where_it_broke(
    s3: Server, bucket: S3Objects, wire: Wire
) -> None:
    content = bytes(range(256)) * (1 << 14)
    bucket.put("a", content)
    through = connect(s3.at(wire.port))
    pieces = through.read_range("a", 0, len(content))
    first = next(pieces)
    wire.cut_after(1 << 20)
    rest = b"".join(pieces)
    assert first + rest == content


@pytest.mark.part("faults")
def test_a_connection_cut_while_putting_leaves_what_was_there(
    s3: Server, bucket: S3Objects, wire: Wire, tmp_path: Path
) -> None:
    bucket.put("a", b"before")
    file = tmp_path / "large"
    file.write_bytes(b"x" * (8 << 20))
    wire.cut_after(1 << 20, "upstream")
    with pytest.raises(ObjectsUnavailable):
        connect(s3.at(wire.port)).put_file("a", file)
    assert bucket.get("a") == b"before"
    assert file.exists(), "what could not be put is not taken away"


@pytest.mark.part("faults")
def test_a_part_that_is_cut_on_its_way_is_not_kept(
    s3: Server, bucket: S3Objects, wire: Wire
) -> None:
    ticket = bucket.begin_upload("a", PART)
    wire.cut_after(1 << 20, "upstream")
    with pytest.raises(ObjectsUnavailable):
        connect(s3.at(wire.port)).put_part("a", ticket, 1, Content.of(b"1" * PART))
    assert bucket.find_parts("a", ticket) == {}
    bucket.abort_upload("a", ticket)


@pytest.mark.part("faults")
def test_a_mute_server_is_given_up_in_time(s3: Server, wire: Wire) -> None:
    wire.mute()
    through = connect(s3.at(wire.port))
    asked: list[str | None] = []
    asking = threading.Thread(target=lambda: asked.append(through.is_away()))
    asking.start()
    asking.join(timeout=30)
    assert asked
    assert asked[0]


@pytest.mark.part("faults")
def test_a_slow_server_is_waited_for(s3: Server, bucket: S3Objects, wire: Wire) -> None:
    bucket.put("a", b"slowly")
    wire.slow(700)
    assert connect(s3.at(wire.port)).get("a") == b"slowly"


def test_a_server_killed_in_mid_upload_goes_on_with_the_parts_it_has(
    tmp_path: Path,
) -> None:
    with running_server(tmp_path) as server:
        store = connect(server.url)
        store.prepare()
        ticket = store.begin_upload("a", PART)
        store.put_part("a", ticket, 1, Content.of(b"1" * PART))
        server.kill()
        with pytest.raises(ObjectsUnavailable):
            store.put_part("a", ticket, 2, Content.of(b"end"))
        assert store.is_away()
        server.start()
        store.put_part("a", ticket, 2, Content.of(b"end"))
        store.complete_upload("a", ticket)
        assert store.get("a") == b"1" * PART + b"end"


def fill(store: Objects) -> None:
    """Put more than there is room for."""
    for number in range(12):
        store.put(f"full/{number}", b"x" * (4 << 20))


@pytest.mark.part("mount")
@pytest.mark.parametrize("kind", ["directory", "s3"])
def test_a_full_store_says_so_keeps_what_it_has_and_works_again(
    tmp_path: Path, kind: str
) -> None:
    with small_disk(tmp_path / "disk", 24) as disk:
        if kind == "directory":
            a_full_store(connect(f"file://{disk / 'objects'}"))
            return
        with running_server(disk) as server:
            a_full_store(connect(server.url))


def a_full_store(store: Objects) -> None:
    store.prepare()
    store.put("kept", b"before")
    with pytest.raises(ObjectsUnavailable):
        fill(store)
    assert store.get("kept") == b"before"
    with pytest.raises(NoObject):
        store.get("full/11")
    store.remove("full/")
    store.put("kept", b"after")
    assert store.get("kept") == b"after"
