"""Mails and messages as files, and the tray that reads them."""

import os
from pathlib import Path

import pytest
from notify.clients.mail_files import FileTray, MailFiles, MessageFiles
from notify.domain.notice import SMS, Mail
from notify.usecases.ports import Contact, Refused

URL = "https://biyong.example"
WORDS = {"link": f"{URL}/invitations/x", "login": "l", "branch_name": "东城总工会"}
WANG = Contact("王小明", "w@example.com", "13800000001")


@pytest.fixture(name="mails")
def _mails(tmp_path: Path) -> MailFiles:
    return MailFiles(tmp_path, "college@biyong.example", URL)


@pytest.fixture(name="messages")
def _messages(tmp_path: Path) -> MessageFiles:
    return MessageFiles(tmp_path, URL)


def a_mail(id_: str, channel: str = "mail") -> Mail:
    return Mail(id_, "invitation", words=WORDS, channel=channel)


def set_written(folder: Path, name: str, at: float) -> None:
    os.utime(folder / name, (at, at))


def test_an_empty_tray_is_empty(tmp_path: Path) -> None:
    assert FileTray(tmp_path).find_newest(10) == []


def test_the_newest_come_first_whatever_they_came_by(
    tmp_path: Path, mails: MailFiles, messages: MessageFiles
) -> None:
    for number in range(3):
        mails.deliver(a_mail(f"m{number}"), WANG)
        messages.deliver(a_mail(f"s{number}", SMS), WANG)
        set_written(tmp_path, f"m{number}.eml", 100 + number)
        set_written(tmp_path, f"s{number}.sms.txt", 100.5 + number)
    tray = FileTray(tmp_path)
    found = [entry.id for entry in tray.find_newest(4)]
    assert found == ["s2.sms.txt", "m2.eml", "s1.sms.txt", "m1.eml"]
    rest = [entry.id for entry in tray.find_newest(4, behind=found[-1])]
    assert rest == ["s0.sms.txt", "m0.eml"]


def test_entries_say_to_whom_and_what(
    tmp_path: Path, mails: MailFiles, messages: MessageFiles
) -> None:
    mails.deliver(a_mail("a"), WANG)
    [mail] = FileTray(tmp_path).find_newest(10)
    assert (mail.channel, mail.to) == ("mail", "w@example.com")
    assert mail.subject == "邀请您使用辟雍"
    assert f"{URL}/invitations/x" in mail.text
    assert (tmp_path / "a.eml").unlink() is None
    messages.deliver(a_mail("a", SMS), WANG)
    [message] = FileTray(tmp_path).find_newest(10)
    assert (message.channel, message.to, message.subject) == ("sms", WANG.phone, "")
    assert message.text.startswith("【辟雍】王小明 同志：东城总工会 已为您开通")


def test_what_was_written_to_a_person_is_removed_and_nothing_else(
    tmp_path: Path, mails: MailFiles, messages: MessageFiles
) -> None:
    mails.deliver(a_mail("a/1"), WANG)
    messages.deliver(a_mail("b", SMS), WANG)
    mails.deliver(a_mail("a"), WANG)
    tray = FileTray(tmp_path)
    for _ in range(2):
        tray.remove_entries(["a/1", "b", "never written"])
        assert [entry.id for entry in tray.find_newest(10)] == ["a.eml"]


def test_a_message_written_again_is_one_file(
    tmp_path: Path, messages: MessageFiles
) -> None:
    for _ in range(2):
        messages.deliver(a_mail("../../a b", SMS), WANG)
    assert [file.name for file in tmp_path.iterdir()] == [".._.._a_b.sms.txt"]


def test_a_message_without_a_phone_is_refused(messages: MessageFiles) -> None:
    with pytest.raises(Refused, match="phone-invalid"):
        messages.deliver(a_mail("a", SMS), Contact("王"))
