"""What learning answers: what a person has earned, and whether it holds."""

import datetime
from typing import Annotated

import msgspec

from contracts.http.shape import Answer, Cursor, Name, NoId, Query, Shape, Text

Year = Annotated[int, msgspec.Meta(ge=2000, le=2100)]
"""Years in which somebody may have learnt here."""


Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]


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
    `source` where what was imported comes from.

    `reason` is `lecture`, or what staff entered: a `correction` of the entry that it
    `corrects`, perhaps one that takes back another (`undoes`), or an `addition`. Theirs
    says why (`note`), and to staff which account did it (`by`). `edition` is that of
    the lecture, `seconds` how long that is, 0 where it was not noted."""

    title: str
    hours: float
    reason: str
    at: datetime.datetime
    rule: str
    id: str = ""
    year: int = 0
    edition: int = 0
    seconds: float = 0.0
    corrects: str = ""
    undoes: str = ""
    note: str = ""
    by: str = ""
    source: str = ""


class HoursOut(Answer):
    """A person's hours of a year, beside the yearly target. `years` are all those in
    which there are any, the latest first; `additions` is how often staff added some in
    this one, which the next addition says."""

    year: int
    target: float
    hours: float
    entries: list[HoursEntryOut]
    years: list[int] = []
    additions: int = 0


class ShowingOut(Answer):
    """A course, and its lesson in which a lecture is watched."""

    course_id: str
    course_title: str
    lesson_title: str


class ExplanationOut(Answer):
    """Why an hours entry stands. `hours` is what is left of the `entry` with all
    `corrections`, oldest first; the next one says how many there were (`seen`).
    `percent` is what was watched of the edition of `lecture_id`, which these courses
    show; both are empty for what staff added. `instead` is the entry that counts in its
    place, where one human watched the lecture under two records."""

    entry: HoursEntryOut
    hours: float
    corrections: list[HoursEntryOut]
    seen: int
    lecture_id: str
    percent: int
    shown_in: list[ShowingOut]
    instead: str


Quarters = Annotated[int, msgspec.Meta(ge=-400, le=400)]
"""Quarter hours of a correction: at most a hundred hours, twice the yearly target."""
Seen = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
"""How many entries stood before this one when it was decided."""


class HoursCorrectionIn(Shape):
    """Quarter hours to add to an entry, or below zero to take away, and why; `seen` is
    how many corrections it had. With `undoes`, a correction, that one is taken back
    and `quarters` stays 0."""

    reason: Name
    seen: Seen
    quarters: Quarters = 0
    undoes: Text = ""


class HoursAdditionIn(Shape):
    """Quarter hours that somebody earned elsewhere, what for and why they count; `seen`
    is how many additions that year had."""

    title: Name
    year: Year
    quarters: Annotated[int, msgspec.Meta(ge=1, le=400)]
    reason: Name
    seen: Seen


class CertificatesQuery(Query):
    """Certificates to look for: by number in any writing, by person, by class; `after`
    is the `next` of the page before."""

    number: Text = ""
    person_id: NoId = ""
    class_id: NoId = ""
    after: Cursor = ""
    limit: Limit = 50


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


class IssuedOut(CertificateOut):
    """A certificate and whose it is, for staff."""

    person_id: str


class KeyUseOut(Answer):
    """A key that signs certificates or did. `since` is the day of the first certificate
    that it signed, empty before; `is_active` is the one that signs now."""

    key_id: str
    since: str
    is_active: bool


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
