"""Mails as files in a folder, for trial: what would have been sent can be read."""

import os
from email.policy import SMTP
from pathlib import Path

from notify.clients.letters import Letters
from notify.domain.notice import Mail
from notify.usecases.ports import Contact


class MailFiles:
    """Writes each mail as one .eml file, whole or not at all."""

    def __init__(self, folder: Path, sender: str, public_url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.letters = Letters(sender, public_url, SMTP)

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Write a mail; the same mail again replaces its file. Raises Refused."""
        letter = self.letters.write_letter(mail, to)
        name = "".join(c if c.isalnum() or c in "-." else "_" for c in mail.id)
        part = self.folder / f".{name}.part"
        part.write_bytes(letter.as_bytes())
        os.replace(part, self.folder / f"{name}.eml")

    def close_connection(self) -> None:
        """Nothing: files need no connection."""
