"""A person, one by ID number or phone, with memberships in branches."""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
MOBILE = re.compile(r"1[3-9][0-9]{9}")
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"


@dataclass(frozen=True)
class Person:
    """Who learns. Phone and ID number leave this service only by signed request."""

    id: str
    name: str
    phone: str
    id_number: str = ""
    email: str = ""


@dataclass(frozen=True)
class Membership:
    """A person in a branch, from a day and, once ended, until a day (ISO dates)."""

    person_id: str
    branch_id: str
    member_no: str
    since: str
    until: str = ""

    @property
    def id(self) -> str:
        """A member number is unique in its branch."""
        return f"{self.branch_id}:{self.member_no}"


def plain_phone(said: str) -> str | None:
    """A mainland mobile number as eleven digits, or None if it is none."""
    digits = re.sub(r"[\s\-()（）]", "", unicodedata.normalize("NFKC", said))
    digits = re.sub(r"^(\+86|0086)", "", digits)
    return digits if MOBILE.fullmatch(digits) else None


def plain_id_number(said: str) -> str | None:
    """A resident ID number with its check digit right, or None (GB 11643-1999)."""
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", said)).upper()
    if not ID_NUMBER.fullmatch(number):
        return None
    total = sum(w * int(d) for w, d in zip(WEIGHTS, number[:17], strict=True))
    return number if CHECK_DIGITS[total % 11] == number[17] else None


def person_id(secret: bytes, phone: str, id_number: str) -> str:
    """The one opaque id of the person with this ID number, else this phone.

    Keyed, so that nobody without the secret can go from a number to an id.
    """
    said = f"id:{id_number}" if id_number else f"phone:{phone}"
    digest = hmac.new(secret, said.encode(), hashlib.sha256).digest()
    return "p" + "".join(ALPHABET[byte & 31] for byte in digest[:20])


def masked_phone(phone: str) -> str:
    """138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else ""
