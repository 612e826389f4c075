"""Mails as files in a folder, for trial: what would have been sent can be read."""

import os
import re
from email.message import EmailMessage
from email.policy import SMTP
from importlib.resources import files
from pathlib import Path
from string import Template

from notify.domain.errors import UnknownKind
from notify.domain.notice import Mail
from notify.usecases.ports import Contact, Undeliverable

ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class MailFiles:
    """Writes each mail as one .eml file, whole or not at all."""

    def __init__(self, folder: Path, sender: str, public_url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.sender, self.public_url = folder, sender, public_url

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Write one; the same mail again replaces its file."""
        subject, body = text_of(mail, to, self.public_url)
        if not ADDRESS.fullmatch(to.email):
            raise Undeliverable(to.email)
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = self.sender, to.email
        message["Subject"] = " ".join(subject.split())
        message["Message-ID"] = f"<{mail.id}@biyong.example>"
        message.set_content(body)
        name = "".join(c if c.isalnum() or c in "-." else "_" for c in mail.id)
        part = self.folder / f".{name}.part"
        part.write_bytes(message.as_bytes())
        os.replace(part, self.folder / f"{name}.eml")


def text_of(mail: Mail, to: Contact, public_url: str) -> tuple[str, str]:
    """Subject and body in the words of the mail's kind. Raises UnknownKind."""
    source = files("notify").joinpath("texts", f"{mail.kind}.txt")
    if not source.is_file():
        raise UnknownKind(f"没有 {mail.kind} 的信文")
    words = {**mail.words, "name": to.name, "url": public_url}
    filled = Template(source.read_text("utf-8")).safe_substitute(words)
    subject, _, body = filled.partition("\n\n")
    return subject.strip(), body
