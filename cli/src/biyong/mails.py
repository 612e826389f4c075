"""Reading the mails that the one-machine platform keeps as files."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

LINK = re.compile(r"/invitations/([\w-]+)")


def invitation_to(folder: Path, address: str) -> str | None:
    """The newest invitation written to this address, or None."""
    links: list[tuple[float, str]] = []
    for path in folder.glob("invite-*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=default)
        body = message.get_body()
        if message["To"] != address or body is None:
            continue
        if link := LINK.search(str(body.get_content())):
            links.append((path.stat().st_mtime, link.group(1)))
    return max(links)[1] if links else None
