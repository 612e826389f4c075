"""A full volume: a write is refused in one line, what lies there stays, and room makes
it work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chassis.content import Content
from media.objects.directory import DirectoryObjects
from media.objects.port import ObjectsUnavailable
from notify.clients.mail_files import MailFiles
from notify.domain.notice import Mail
from notify.usecases.ports import Contact

from tests.parts.mounting import small_disk

pytestmark = pytest.mark.part("mount")
MIB = 1024 * 1024
NO_ROOM = "No space left on device"


@pytest.fixture(name="disk")
def _disk(tmp_path: Path) -> Iterator[Path]:
    """Four MiB, and ballast that takes up most of them until it is removed."""
    with small_disk(tmp_path / "disk", 4) as disk:
        (disk / "ballast").write_bytes(bytes(3 * MIB))
        yield disk


def test_an_object_that_does_not_fit_leaves_the_one_before_it(disk: Path) -> None:
    objects = DirectoryObjects(disk / "objects")
    objects.prepare()
    objects.put("a/first", b"first")
    for key in ("a/first", "a/second"):
        with pytest.raises(ObjectsUnavailable, match=NO_ROOM):
            objects.put(key, bytes(2 * MIB))
    assert objects.get("a/first") == b"first"
    assert list(objects.every_key()) == ["a/first"]
    (disk / "ballast").unlink()
    objects.put("a/second", bytes(2 * MIB))
    assert objects.get_size("a/second") == 2 * MIB


def test_a_file_that_does_not_fit_is_still_with_whoever_made_it(
    disk: Path, tmp_path: Path
) -> None:
    objects, made = DirectoryObjects(disk / "objects"), tmp_path / "made.m4s"
    objects.prepare()
    made.write_bytes(bytes(2 * MIB))
    with pytest.raises(ObjectsUnavailable, match=NO_ROOM):
        objects.put_file("a/made", made)
    assert made.stat().st_size == 2 * MIB
    (disk / "ballast").unlink()
    objects.put_file("a/made", made)
    assert objects.get_size("a/made") == 2 * MIB


def test_a_part_that_does_not_fit_is_asked_for_again_and_the_others_are_not(
    disk: Path,
) -> None:
    objects = DirectoryObjects(disk / "objects")
    objects.prepare()
    ticket = objects.begin_upload("a/upload", MIB // 2)
    objects.put_part("a/upload", ticket, 1, Content.of(bytes(MIB // 2)))
    (disk / "rest").write_bytes(bytes(MIB // 4))
    with pytest.raises(ObjectsUnavailable, match=NO_ROOM):
        objects.put_part("a/upload", ticket, 2, Content.of(bytes(MIB // 2)))
    assert set(objects.find_parts("a/upload", ticket)) == {1}
    (disk / "ballast").unlink()
    for number in (2, 3):
        objects.put_part("a/upload", ticket, number, Content.of(bytes(MIB // 2)))
    objects.complete_upload("a/upload", ticket)
    assert objects.get_size("a/upload") == 3 * MIB // 2


def test_a_mail_that_does_not_fit_is_no_mail_until_it_does(disk: Path) -> None:
    mails = MailFiles(disk / "mails", "a@biyong.example", "http://biyong.example")
    with pytest.raises(OSError, match=NO_ROOM):
        (disk / "rest").write_bytes(bytes(2 * MIB))
    words = {"name": "王小明", "link": "http://biyong.example/x", "class": "班"}
    mail = Mail("m1", "invitation", "wang", "z@biyong.example", words)
    to = Contact("王小明", "z@biyong.example")
    with pytest.raises(OSError, match=NO_ROOM):
        mails.deliver(mail, to)
    assert list((disk / "mails").glob("*.eml")) == []
    (disk / "ballast").unlink()
    mails.deliver(mail, to)
    [file] = (disk / "mails").glob("*.eml")
    assert b"z@biyong.example" in file.read_bytes()
