"""What the objects port promises, on every object store."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from chassis.content import Content, EndsEarly
from media.objects.connect import open_objects as connect
from media.objects.port import BadKey, NoObject, Objects
from media.objects.trial import try_objects

PART, MIB = 5 * 1024 * 1024, 1024 * 1024
KEYS = (
    "a",
    "课程/第一讲.mp4",
    "a b/ü+%2B&=?#.txt",
    "𠮷野/·.bin",
    "x" * 200,
)
NO_KEYS = ("", "/a", "a/", "a//b", "../a", "a/../b", ".a", "a/.b", "a\0", "a\n", "a\\b")


class Noted(BytesIO):
    """Knows how much was read of it at once."""

    most = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.most = max(self.most, len(piece))
        return piece


@pytest.mark.parametrize("key", KEYS)
def test_what_was_put_is_got_under_any_key(objects: Objects, key: str) -> None:
    objects.put(key, "内容".encode())
    assert objects.get(key) == "内容".encode()
    assert objects.get_size(key) == 6
    assert list(objects.every_key()) == [key]


@pytest.mark.parametrize("key", [*NO_KEYS, "x" * 201, "/".join(["长" * 60] * 6)])
def test_what_can_be_no_key_is_refused(objects: Objects, key: str) -> None:
    with pytest.raises(BadKey):
        objects.put(key, b"x")
    with pytest.raises(BadKey):
        objects.get(key)
    with pytest.raises(BadKey):
        objects.begin_upload(key, PART)
    assert list(objects.every_key()) == []


def test_a_put_replaces_what_was_there(objects: Objects) -> None:
    objects.put("a", b"first and longer")
    objects.put("a", b"second")
    assert objects.get("a") == b"second"


def test_an_empty_object_is_one(objects: Objects, tmp_path: Path) -> None:
    objects.put("empty", b"")
    assert (objects.get_size("empty"), objects.get("empty")) == (0, b"")
    objects.fetch_file("empty", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b""


@pytest.mark.parametrize("ask", ["get", "size", "fetch", "read"])
def test_what_is_not_there_is_told(objects: Objects, tmp_path: Path, ask: str) -> None:
    objects.put("folder/a", b"x")
    for key in ("missing", "folder", "folder/a/b"):
        with pytest.raises(NoObject):
            {
                "get": lambda key: objects.get(key),
                "size": lambda key: objects.get_size(key),
                "fetch": lambda key: objects.fetch_file(key, tmp_path / "copy"),
                "read": lambda key: list(objects.read_range(key, 0, 1)),
            }[ask](key)


@pytest.mark.parametrize(
    ("start", "length", "wanted"),
    [(0, 10, b"0123456789"), (3, 4, b"3456"), (9, 1, b"9"), (8, 100, b"89")],
)
def test_a_range_is_exactly_that(
    objects: Objects, start: int, length: int, wanted: bytes
) -> None:
    objects.put("digits", b"0123456789")
    assert b"".join(objects.read_range("digits", start, length)) == wanted


def test_a_large_file_comes_back_as_it_was(objects: Objects, tmp_path: Path) -> None:
    file = tmp_path / "large"
    content = hashlib.sha256(b"seed").digest() * (1024 * 1024)
    file.write_bytes(content)
    objects.put_file("large", file)
    objects.fetch_file("large", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content
    assert (
        b"".join(objects.read_range("large", 20_000_000, 100))
        == content[20_000_000:][:100]
    )


def test_removing_a_folder_takes_all_below_and_nothing_beside(objects: Objects) -> None:
    for key in ("l/1/a", "l/1/b/c", "l/10/a", "l/2"):
        objects.put(key, b"x")
    objects.remove("l/1/")
    assert list(objects.every_key()) == ["l/10/a", "l/2"]
    objects.remove("l/2")
    objects.remove("l/2")
    objects.remove("nowhere/")
    assert list(objects.every_key()) == ["l/10/a"]


def test_removing_an_object_leaves_a_folder_of_its_name(objects: Objects) -> None:
    objects.put("l/a", b"x")
    objects.remove("l")
    assert list(objects.every_key()) == ["l/a"]


def test_keys_come_in_the_order_of_their_bytes(objects: Objects) -> None:
    keys = ["b", "a/z", "a-b", "课", "a/b/c", "Z"]
    for key in keys:
        objects.put(key, b"x")
    assert list(objects.every_key()) == sorted(keys, key=str.encode)


def test_parts_in_any_order_become_one_object(objects: Objects) -> None:
    ticket = objects.begin_upload("课/大.mp4", PART)
    objects.put_part("课/大.mp4", ticket, 3, Content.of(b"end"))
    objects.put_part("课/大.mp4", ticket, 1, Content.of(b"1" * PART))
    objects.put_part("课/大.mp4", ticket, 2, Content.of(b"x" * PART))
    objects.put_part("课/大.mp4", ticket, 2, Content.of(b"2" * PART))
    assert objects.find_parts("课/大.mp4", ticket) == {1: PART, 2: PART, 3: 3}
    assert list(objects.every_key()) == [], "there is no object before it is whole"
    objects.complete_upload("课/大.mp4", ticket)
    assert objects.get("课/大.mp4") == b"1" * PART + b"2" * PART + b"end"
    with pytest.raises(NoObject):
        objects.complete_upload("课/大.mp4", ticket)
    with pytest.raises(NoObject):
        objects.put_part("课/大.mp4", ticket, 1, Content.of(b"late"))


def test_a_part_that_ends_early_is_not_kept(objects: Objects) -> None:
    ticket = objects.begin_upload("a", PART)
    with pytest.raises(EndsEarly):
        objects.put_part("a", ticket, 1, Content(BytesIO(b"1" * (PART - 1)), PART))
    assert objects.find_parts("a", ticket) == {}
    objects.put_part("a", ticket, 1, Content(BytesIO(b"1" * (PART + 1)), PART))
    assert objects.find_parts("a", ticket) == {1: PART}


def test_a_part_is_read_in_pieces(objects: Objects) -> None:
    ticket, file = objects.begin_upload("a", PART), Noted(b"1" * PART)
    objects.put_part("a", ticket, 1, Content(file, PART))
    assert file.most <= MIB


def test_a_put_in_parts_that_is_given_up_leaves_nothing(objects: Objects) -> None:
    ticket = objects.begin_upload("a", PART)
    objects.put_part("a", ticket, 1, Content.of(b"x"))
    objects.abort_upload("a", ticket)
    objects.abort_upload("a", ticket)
    with pytest.raises(NoObject):
        objects.find_parts("a", ticket)
    assert list(objects.every_key()) == []


def test_two_puts_in_parts_under_one_key_do_not_mix(objects: Objects) -> None:
    one, two = objects.begin_upload("a", PART), objects.begin_upload("a", PART)
    objects.put_part("a", one, 1, Content.of(b"one"))
    objects.put_part("a", two, 1, Content.of(b"two"))
    objects.complete_upload("a", one)
    assert objects.get("a") == b"one"
    objects.complete_upload("a", two)
    assert objects.get("a") == b"two"


def test_a_ticket_nobody_gave_out_is_unknown(objects: Objects) -> None:
    for ticket in ("0" * 24, "00000000-0000-0000-0000-000000000000", "../..", ""):
        with pytest.raises(NoObject):
            objects.find_parts("a", ticket or "none")


def test_a_store_that_is_well_passes_its_trial_and_keeps_nothing_of_it(
    objects: Objects,
) -> None:
    try_objects(objects)
    assert objects.is_away() is None
    assert list(objects.every_key()) == []


def test_a_directory_killed_while_completing_has_the_whole_or_the_parts(
    tmp_path: Path,
) -> None:
    """One rename decides: before it all parts are there, after it the object is."""
    store = connect(f"file://{tmp_path / 'objects'}")
    store.prepare()
    ticket = store.begin_upload("a", PART)
    store.put_part("a", ticket, 1, Content.of(b"whole"))
    upload = tmp_path / "objects" / ".uploads" / ticket
    assert (upload / "whole").read_bytes() == b"whole"
    (upload / "whole").rename(tmp_path / "objects" / "a")
    with pytest.raises(NoObject):
        store.complete_upload("a", ticket)
    assert store.get("a") == b"whole"


def test_a_part_of_a_directory_that_is_written_over_counts_only_when_it_is_there(
    tmp_path: Path,
) -> None:
    """What was there before has lost its first bytes by then."""
    store = connect(f"file://{tmp_path / 'objects'}")
    store.prepare()
    ticket = store.begin_upload("a", PART)
    store.put_part("a", ticket, 1, Content.of(b"first"))
    store.put_part("a", ticket, 2, Content.of(b"end"))
    with pytest.raises(EndsEarly):
        store.put_part("a", ticket, 1, Content(BytesIO(b"se"), 6))
    assert store.find_parts("a", ticket) == {2: 3}
    store.put_part("a", ticket, 1, Content.of(b"second"))
    assert store.find_parts("a", ticket) == {1: 6, 2: 3}


def test_of_a_part_that_comes_many_times_at_once_one_is_kept_whole(
    tmp_path: Path,
) -> None:
    store = connect(f"file://{tmp_path / 'objects'}")
    store.prepare()
    ticket = store.begin_upload("a", PART)
    whole = tmp_path / "objects" / ".uploads" / ticket / "whole"

    def put(letter: int) -> None:
        store.put_part("a", ticket, 1, Content.of(bytes([letter]) * MIB))

    with ThreadPoolExecutor(6) as senders:
        for _ in range(10):
            list(senders.map(put, range(6)))
            assert len(set(whole.read_bytes())) == 1
    assert store.find_parts("a", ticket) == {1: MIB}


def test_whoever_looks_while_the_parts_are_joined_sees_all_of_them_or_none(
    tmp_path: Path,
) -> None:
    """A page asks how an upload stands while a worker joins it."""
    store = connect(f"file://{tmp_path / 'objects'}")
    store.prepare()
    whole = dict.fromkeys(range(1, 40), 1)
    with ThreadPoolExecutor(1) as worker:
        for round_ in range(60):
            ticket = store.begin_upload(f"put/{round_}", PART)
            upload = tmp_path / "objects" / ".uploads" / ticket
            for number in whole:
                (upload / f"{number:05d}").write_text("1")
            joined = worker.submit(store.complete_upload, f"put/{round_}", ticket)
            while (seen := parts_or_none(store, f"put/{round_}", ticket)) is not None:
                assert seen == whole
            joined.result()


def parts_or_none(store: Objects, key: str, ticket: str) -> dict[int, int] | None:
    try:
        return store.find_parts(key, ticket)
    except NoObject:
        return None


def test_giving_up_one_put_leaves_the_others(objects: Objects) -> None:
    ticket = objects.begin_upload("a", PART)
    objects.put_part("a", ticket, 1, Content.of(b"x"))
    objects.abort_upload("a", "")
    objects.abort_upload("a", "..")
    assert objects.find_parts("a", ticket) == {1: 1}
    objects.abort_upload("a", ticket)
