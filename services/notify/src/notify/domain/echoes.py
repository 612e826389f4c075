"""Echoes of notices: what goes out beside them, and what of it by short message."""

from dataclasses import replace

from notify.domain.delivery import BY_SMS
from notify.domain.notice import MAIL, SMS, Mail

REMINDER, CLASS_NOTICE = "reminder", "class-notice"
DIGEST = "digest"
"""A mail of what one day brought; no notice of its own."""
KINDS = frozenset(
    {
        "seat-taken",
        "seat-waitlisted",
        "seat-promoted",
        "seat-withdrawn",
        "class-cancelled",
        "hours-credited",
        "hours-corrected",
        "certificate-revoked",
        "course-completed",
        "certificate-issued",
        "request-refused",
        "request-lapsed",
        REMINDER,
        CLASS_NOTICE,
    }
)
"""Of notices. Each has a text for every channel, in every language."""
BY_MESSAGE = KINDS - {"hours-credited"}
"""What is worth a short message, which costs money and rings: hours come with every
lecture, and the end of the course is told."""


def is_echo(mail: Mail) -> bool:
    """Whether it repeats a notice, which its person finds in the inbox anyway."""
    return mail.kind in KINDS


def can_wait(mail: Mail) -> bool:
    """Whether it is held over quiet hours: what somebody waits for, such as a code or a
    link that they asked for, is not."""
    return is_echo(mail) or mail.kind == DIGEST


def turn_to_message(mail: Mail, name: str, phone: str) -> Mail | None:
    """The same as a short message, for whom no mail reaches; None where it is not
    worth one."""
    if mail.channel != MAIL or mail.kind not in BY_MESSAGE or not phone:
        return None
    words = mail.words | {"name": name}
    return replace(
        mail, id=f"{mail.id}{BY_SMS}", channel=SMS, address=phone, words=words
    )
