"""Mails through a mail server: TLS with a checked certificate, login, one by one."""

import re
import smtplib
import ssl
from contextlib import suppress
from email.policy import SMTP

from notify.clients.letters import Letters
from notify.clients.smtp_address import SmtpAddress
from notify.domain.notice import Mail
from notify.usecases.ports import Contact, PutOff, Refused, ServerAway

PATIENCE_SECONDS = 60.0
"""For each answer: what scans a letter for viruses before its last word is slow."""
SEVEN_BIT = SMTP.clone(cte_type="7bit")
"""Chinese as quoted-printable or base64: a server need not know 8BITMIME."""
ENHANCED = re.compile(rb"\d\.\d{1,3}\.\d{1,3}")
CUT = "connection-cut"
CLOSING = 421  # RFC 5321: the server closes the connection
FAULTS = (smtplib.SMTPException, OSError)


class SmtpPostman:
    """Sends letters over one connection, made when the first one goes.

    Answers of the server are known here by their codes alone: their words mostly
    repeat the address.
    """

    is_repeatable = False

    def __init__(
        self,
        address: SmtpAddress,
        sender: str,
        public_url: str,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Raises ValueError for a sender that is no address, OSError without `ca`."""
        self.address, self.patience = address, patience_seconds
        self.letters = Letters(sender, public_url, SEVEN_BIT)
        self.trust = ssl.create_default_context(cafile=address.ca or None)
        self.wire: smtplib.SMTP | None = None

    def deliver(self, mail: Mail, to: Contact) -> None:
        """Send one. Raises Refused, PutOff, ServerAway."""
        letter = self.letters.write_letter(mail, to)
        self._greet_server()
        self._name_receiver(str(letter["To"].addresses[0].addr_spec))
        code, words = self._ask_server("data", letter.as_bytes())
        if code != 250:
            self._raise_refusal(code, words)

    def take_back(self, mail: Mail) -> None:
        """Nothing: it has left."""

    def close_connection(self) -> None:
        """Close the connection with good manners, if there is one."""
        wire, self.wire = self.wire, None
        if wire is not None:
            with suppress(*FAULTS):
                wire.quit()

    def _greet_server(self) -> None:
        """Name the sender, over a new connection if the one there is has ended.

        The sender is the college's: a server that refuses it takes no letter at all.
        """
        sender = self.letters.address
        code = 0
        if self.wire is not None:
            with suppress(*FAULTS):
                code = self.wire.mail(sender)[0]
        if code != 250:
            self._drop_connection()
            self.wire = self._connect_server()
            try:
                code = self.wire.mail(sender)[0]
            except FAULTS as error:
                self._drop_connection()
                raise ServerAway(_reason_of(error)) from None
        if code != 250:
            self._drop_connection()
            raise ServerAway(f"the mail server refuses the sender ({code})")

    def _name_receiver(self, address: str) -> None:
        code, words = self._ask_server("rcpt", address)
        if code not in {250, 251}:
            self._raise_refusal(code, words)

    def _ask_server(self, command: str, argument: str | bytes) -> tuple[int, bytes]:
        """The answer to a command. A connection that breaks puts off this letter."""
        try:
            answer: tuple[int, bytes] = getattr(self.wire, command)(argument)
        except smtplib.SMTPResponseException as error:  # DATA itself was refused
            return error.smtp_code, _words_of(error)
        except FAULTS:
            self._drop_connection()
            raise PutOff(CUT) from None
        return answer

    def _raise_refusal(self, code: int, words: bytes) -> None:
        """Raise what the code means; the connection is ready for the next letter."""
        if code == CLOSING:
            self._drop_connection()
        elif self.wire is not None:
            with suppress(*FAULTS):
                self.wire.rset()
        match = ENHANCED.match(words)
        shown = f"{code} {match[0].decode()}" if match else str(code)
        raise (Refused if 500 <= code < 600 else PutOff)(shown)

    def _connect_server(self) -> smtplib.SMTP:
        """A connection over which letters may go. Raises ServerAway."""
        place, domain = (self.address.host, self.address.port), self.letters.domain
        try:
            wire = (
                smtplib.SMTP_SSL(
                    *place, domain, timeout=self.patience, context=self.trust
                )
                if self.address.tls_at_once
                else smtplib.SMTP(*place, domain, timeout=self.patience)
            )
        except FAULTS as error:
            raise ServerAway(_reason_of(error)) from None
        try:
            if self.address.starttls:
                wire.starttls(context=self.trust)
            wire.ehlo_or_helo_if_needed()
            if self.address.user:
                wire.login(self.address.user, self.address.password)
        except FAULTS as error:
            wire.close()
            raise ServerAway(_reason_of(error)) from None
        return wire

    def _drop_connection(self) -> None:
        """Close without a word."""
        if self.wire is not None:
            self.wire.close()
        self.wire = None


def _words_of(error: smtplib.SMTPResponseException) -> bytes:
    words = error.smtp_error
    return words if isinstance(words, bytes) else words.encode()


def _reason_of(error: Exception) -> str:
    """Why no letter leaves, without words of the server."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"the mail server refuses the login ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the mail server offers no STARTTLS, or no login"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server answers {error.smtp_code}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the mail server's certificate is not good: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return f"the mail server does not answer: {error.strerror}"
    return f"the mail server does not answer: {type(error).__name__}"
