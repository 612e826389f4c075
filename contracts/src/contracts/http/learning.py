"""What learning answers: what a person has earned, and whether it holds."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Name, Query, Shape

Year = Annotated[int, msgspec.Meta(ge=2000, le=2100)]
"""Years in which somebody may have learnt here."""


class HoursQuery(Query):
    """Which year of hours; without one, this year's."""

    year: Year | None = None


class RevocationIn(Shape):
    """Why a certificate is revoked; whoever checks the certificate reads it."""

    reason: Name


class CourseRecordOut(Answer):
    """A person's record in a course: lessons done, and the edition it was completed
    on, 0 while it is not. `source` is where it was completed, if not here."""

    course_id: str
    lessons_done: list[str]
    completed_edition: int
    done_at: datetime.datetime | None
    source: str = ""


class RecordOut(Answer):
    """What a person has done: records by course, and percents watched by lecture."""

    courses: list[CourseRecordOut]
    watched: dict[str, int]


class HoursEntryOut(Answer):
    """An entry of the hours ledger; `at` is when it was earned, `rule` how counted,
    `source` where what was imported comes from."""

    title: str
    hours: float
    reason: str
    at: datetime.datetime
    rule: str
    source: str = ""


class HoursOut(Answer):
    """A person's hours of a year, beside the yearly target. `years` are all those in
    which there are any, the latest first."""

    year: int
    target: float
    hours: float
    entries: list[HoursEntryOut]
    years: list[int] = []


class CertificateOut(Answer):
    """A certificate as it is printed. `hours` has two decimals, days are ISO dates;
    those of its revocation are empty while it holds. `replaces` and `replaced_by` are
    numbers of the ones before and after it, where the name was corrected.
    `branch_name` is what the branch was called that asked for the seat, `starts_on` and
    `ends_on` are the days of the class; all three are empty on what was issued before
    they were printed."""

    number: str
    class_id: str
    name: str
    title: str
    hours: str
    issued_on: str
    issuer: str
    key_id: str
    signature: str
    revoked_on: str
    revoked_for: str
    replaces: str = ""
    replaced_by: str = ""
    branch_name: str = ""
    starts_on: str = ""
    ends_on: str = ""


class VerdictOut(CertificateOut):
    """A certificate with whether its signature is ours. `signed_text` is what it signs,
    byte for byte in UTF-8: with a public key anybody checks it without us."""

    genuine: bool
    signed_text: str = ""


class PublicKeyOut(Answer):
    """The public half of a key that signs certificates, as a JSON Web Key (RFC 8037):
    `x` are its 32 bytes, base64url without padding."""

    kid: str
    x: str
    kty: str = "OKP"
    crv: str = "Ed25519"
    alg: str = "EdDSA"
    use: str = "sig"


class PublicKeysOut(Answer):
    """All keys that ever signed a certificate, the newest last: a JSON Web Key Set."""

    keys: list[PublicKeyOut]


class ClassCertificateOut(Answer):
    """Whether a person holds a certificate of a class."""

    is_issued: bool
