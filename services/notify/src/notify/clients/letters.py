"""Letters as they leave: the words of a mail's kind, and headers nobody writes into."""

import datetime
import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from fields.codes import plain_email
from fields.illegal import Illegal

from notify.clients.letter_texts import fill_text, one_line
from notify.domain.notice import Mail
from notify.usecases.ports import Contact, Refused

ID_DIGITS = 32
"""Of a SHA-256 in hex: so many that no two mails share a Message-ID."""


class Letters:
    """Makes letters in the name of one sender, with links to one gateway."""

    def __init__(
        self, sender: str, public_url: str, policy: "EmailPolicy[EmailMessage]"
    ) -> None:
        """Raises ValueError for a sender that is no address."""
        name, address = parseaddr(sender)
        try:
            self.address = plain_email(address)
        except Illegal as error:
            raise ValueError("the sender must be ADDRESS or NAME <ADDRESS>") from error
        local, _, self.domain = self.address.rpartition("@")
        self.sender = Address(name, local, self.domain)
        self.public_url, self.policy = public_url, policy

    def write_letter(self, mail: Mail, to: Contact) -> EmailMessage:
        """A mail as a letter; the same mail has the same Message-ID.

        Raises Refused: email-invalid, unknown-kind.
        """
        try:
            address = plain_email(to.email)
        except Illegal as error:
            raise Refused(error.reason) from None
        subject, body = self._fill_text(mail, to)
        letter = EmailMessage(policy=self.policy)
        letter["From"], letter["To"] = self.sender, address
        letter["Subject"] = subject
        letter["Date"] = format_datetime(datetime.datetime.now(datetime.UTC))
        letter["Message-ID"] = f"<{digest_of(mail.id)}@{self.domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # so that no machine answers it
        letter.set_content(body)
        return letter

    def _fill_text(self, mail: Mail, to: Contact) -> tuple[str, str]:
        """Subject and body."""
        words = {**mail.words, "name": to.name, "url": self.public_url}
        subject, _, body = fill_text(mail, words).partition("\n\n")
        return one_line(subject), body


def digest_of(id_: str) -> str:
    """What outside parts know a mail by: it says nothing of the mail."""
    return hashlib.sha256(id_.encode()).hexdigest()[:ID_DIGITS]
