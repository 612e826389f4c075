"""Mails and messages as files in a folder, for trial: what would have been sent can be
read."""

import datetime
import email
import heapq
import os
from collections.abc import Iterable
from email.policy import SMTP, default
from pathlib import Path

from fields.codes import plain_phone
from fields.illegal import Illegal

from notify.clients.letter_texts import fill_text
from notify.clients.letters import Letters
from notify.domain.notice import MAIL, SMS, Mail
from notify.usecases.ports import Contact, Refused, TrayEntry

MAIL_END, MESSAGE_END = ".eml", ".sms.txt"


class MailFiles:
    """Writes each mail as one .eml file, whole or not at all."""

    is_repeatable = True

    def __init__(self, folder: Path, sender: str, public_url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.letters = Letters(sender, public_url, SMTP)

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Write a mail; the same mail again replaces its file. Raises Refused."""
        letter = self.letters.write_letter(mail, to)
        _write_whole(self.folder, mail, MAIL_END, letter.as_bytes())

    def take_back(self, mail: Mail) -> None:
        """Remove its file."""
        _path_of(self.folder, mail, MAIL_END).unlink(missing_ok=True)

    def close_connection(self) -> None:
        """Nothing: files need no connection."""


class MessageFiles:
    """Writes each short message as one text file: phone, blank line, text."""

    is_repeatable = True

    def __init__(self, folder: Path, public_url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.public_url = folder, public_url

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Write a message; the same again replaces its file. Raises Refused."""
        try:
            phone = plain_phone(to.phone)
        except Illegal as error:
            raise Refused(error.reason) from None
        words = {**mail.words, "name": to.name, "url": self.public_url}
        text = f"{phone}\n\n{fill_text(mail, words)}"
        _write_whole(self.folder, mail, MESSAGE_END, text.encode())

    def take_back(self, mail: Mail) -> None:
        """Remove its file."""
        _path_of(self.folder, mail, MESSAGE_END).unlink(missing_ok=True)

    def close_connection(self) -> None:
        """Nothing: files need no connection."""


class FileTray:
    """Reads what was written there, and removes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_newest(self, limit: int, behind: str = "") -> list[TrayEntry]:
        """The newest first, or those behind the entry of an id."""
        places = self._find_places()
        last = next((place for place in places if place[1] == behind), None)
        if last is not None:
            places = [place for place in places if place < last]
        newest = heapq.nlargest(limit, places)
        return [_read_entry(at, self.folder / name) for at, name in newest]

    def remove_entries(self, mail_ids: Iterable[str]) -> None:
        """Remove what was written of these mails and messages."""
        for id_ in mail_ids:
            for end in (MAIL_END, MESSAGE_END):
                (self.folder / f"{_file_name(id_)}{end}").unlink(missing_ok=True)

    def _find_places(self) -> list[tuple[float, str]]:
        """When each file was written, and its name."""
        with os.scandir(self.folder) as files:
            return [
                (file.stat().st_mtime, file.name)
                for file in files
                if file.name.endswith((MAIL_END, MESSAGE_END))
            ]


def _write_whole(folder: Path, mail: Mail, end: str, data: bytes) -> None:
    part = folder / f".{_file_name(mail.id)}.part"
    part.write_bytes(data)
    os.replace(part, _path_of(folder, mail, end))


def _path_of(folder: Path, mail: Mail, end: str) -> Path:
    return folder / f"{_file_name(mail.id)}{end}"


def _file_name(mail_id: str) -> str:
    return "".join(c if c.isalnum() or c in "-." else "_" for c in mail_id)


def _read_entry(at: float, file: Path) -> TrayEntry:
    moment = datetime.datetime.fromtimestamp(at, datetime.UTC)
    if file.name.endswith(MESSAGE_END):
        to, _, text = file.read_text("utf-8").partition("\n\n")
        return TrayEntry(file.name, SMS, to, "", text, moment)
    letter = email.message_from_bytes(file.read_bytes(), policy=default)
    return TrayEntry(
        file.name,
        MAIL,
        str(letter["To"]),
        str(letter["Subject"]),
        str(letter.get_content()),
        moment,
    )
