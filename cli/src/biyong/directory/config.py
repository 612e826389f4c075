"""The file that says where the directory is and what its attributes mean."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from biyong.faults import Fault

Attributes = (
    Annotated[str, msgspec.Meta(min_length=1)]
    | Annotated[list[str], msgspec.Meta(min_length=1)]
)
"""An attribute, or several of which the first with a value counts."""
NoAttributes = str | list[str]
"""The same, or none."""
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]


class Table(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A table of the file. A line that it does not know is refused: a misspelt limit
    would be none."""


class Server(Table):
    """The directory, and who reads it. A path is seen from the file."""

    url: str
    reader: str
    password_file: str
    ca_file: str = ""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 500
    answer_seconds: Annotated[int, msgspec.Meta(ge=1, le=120)] = 10


class Branches(Table):
    """Where branches are; `below` is the platform's branch under which the topmost
    come, empty to make them roots. The base itself is no branch."""

    base: str
    filter: str = "(objectClass=organizationalUnit)"
    id: Attributes = "ou"
    name: Attributes = "ou"
    below: str = ""


class People(Table):
    """Where people are. `branch` is an attribute with the branch's id, empty for the
    branch above the entry; `entry` finds the one entry at sign-in (LDAP_ATTRIBUTE of
    the gateway), empty for the member number."""

    base: str
    filter: str = "(objectClass=person)"
    branch: NoAttributes = ""
    member_no: Attributes = "employeeNumber"
    name: Attributes = "cn"
    phone: Attributes = "mobile"
    id_number: NoAttributes = ""
    email: NoAttributes = "mail"
    entry: NoAttributes = ""


class Limits(Table):
    """How many of those who came from the directory may be missing there, until nobody
    is disabled and nothing written."""

    missing_percent: Percent = 5.0


class Config(Table):
    """The whole file."""

    server: Server
    branches: Branches
    people: People
    limits: Limits = msgspec.field(default_factory=Limits)


def load_config(path: Path) -> Config:
    """What the file says. Raises Fault."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Config)
    except (OSError, ValueError) as error:
        raise Fault(f"{path}: {error}") from error


def read_password(path: Path, config: Config) -> str:
    """The reader's password from the file beside the configuration. Raises Fault."""
    file = path.parent / config.server.password_file
    try:
        password = file.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise Fault(f"{file}: {error}") from error
    if not password:
        raise Fault(f"{file} is empty: write the reader's password there")
    return password


def names_of(attributes: NoAttributes) -> list[str]:
    """The attributes as a list."""
    named = [attributes] if isinstance(attributes, str) else attributes
    return [name for name in named if name]
