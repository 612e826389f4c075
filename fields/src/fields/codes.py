"""Codes: what is right to the character, or refused. Phones, numbers of people and
certificates, mail addresses, ids and dates, each in its one plain form."""

import datetime
import re
import unicodedata

from fields.illegal import Illegal
from fields.texts import (
    is_control,
    is_decimal,
    is_ideograph,
    is_invisible,
    is_meaningless,
    is_scientific,
    restore_cell,
)

MOBILE = re.compile(r"1[3-9][0-9]{9}")
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
LONGEST_MEMBER_NUMBER = 60
"""In characters; the union's own numbers have twelve digits, companies' more."""
MEMBER_NUMBER_SIGNS = "-_./#()"

CERTIFICATE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of a certificate's number: none is mistaken for another when it is read aloud."""
_FOUR = rf"([{CERTIFICATE_LETTERS}]{{4}})"
CERTIFICATE_NUMBER = re.compile(rf"BY([0-9]{{4}}){_FOUR}{_FOUR}{_FOUR}")
HYPHENS = r"[\s\-‐-―−﹘﹣－ー]"
"""What stands between the groups of a number, typed or copied from print."""
LONGEST_ADDRESS, LONGEST_LOCAL = 254, 64
"""In characters: RFC 5321, 4.5.3.1, less the angle brackets of a path."""
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"({ATOM}(?:\.{ATOM})*)@((?:{LABEL}\.)+{LABEL})")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def plain_phone(raw: str) -> str:
    """A mainland mobile number as eleven digits, however it is written.

    Raises Illegal: phone-changed (a spreadsheet rounded it), phone-invalid,
    cell-broken.
    """
    text = unicodedata.normalize("NFKC", restore_cell(raw))
    if is_scientific(text):
        raise Illegal("phone-changed")
    digits = text.partition(".")[0] if is_decimal(text) else text
    digits = re.sub(r"[\s()‐-―-]", "", digits)
    digits = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)
    if not MOBILE.fullmatch(digits):
        raise Illegal("phone-invalid")
    return digits


def plain_id_number(raw: str) -> str:
    """A resident identity number with its check digit right (GB 11643-1999).

    Raises Illegal: id-number-changed (a spreadsheet rounded it), id-number-invalid,
    cell-broken.
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", restore_cell(raw))).upper()
    if is_scientific(text):
        raise Illegal("id-number-changed")
    if not ID_NUMBER.fullmatch(text) or CHECK_DIGITS[_check_digit_of(text)] != text[17]:
        raise Illegal("id-number-invalid")
    return text


def plain_member_number(raw: str) -> str:
    """A branch's number for a member, without blanks; case is kept.

    Raises Illegal: member-number-missing, member-number-changed (a spreadsheet
    rounded it, or took it for a quantity and its zeros may be gone),
    member-number-invalid, cell-broken.
    """
    text = unicodedata.normalize("NFKC", restore_cell(raw))
    if not text:
        raise Illegal("member-number-missing")
    if is_scientific(text) or is_decimal(text):
        raise Illegal("member-number-changed")
    if any(is_control(c) or is_invisible(c) or is_meaningless(c) for c in text):
        raise Illegal("member-number-invalid")
    number = "".join(text.split())
    is_legal = all(
        c.isalnum() or is_ideograph(c) or c in MEMBER_NUMBER_SIGNS for c in number
    )
    if not is_legal or not any(c.isalnum() for c in number):
        raise Illegal("member-number-invalid")
    if len(number) > LONGEST_MEMBER_NUMBER:
        raise Illegal("member-number-invalid")
    return number


def plain_certificate_number(raw: str) -> str:
    """A certificate's number as it is printed, from any writing of it.

    Case, width, blanks and hyphens do not matter. Raises Illegal:
    certificate-number-invalid.
    """
    text = "".join(c for c in unicodedata.normalize("NFKC", raw) if not is_invisible(c))
    found = CERTIFICATE_NUMBER.fullmatch(re.sub(HYPHENS, "", text).upper())
    if not found:
        raise Illegal("certificate-number-invalid")
    return "-".join(["BY", *found.groups()])


def masked_phone(phone: str) -> str:
    """138****5678; empty for what is no phone."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else ""


def _check_digit_of(number: str) -> int:
    digits = (int(digit) for digit in number[:17])
    return sum(w * d for w, d in zip(WEIGHTS, digits, strict=True)) % 11


def plain_email(raw: str) -> str:
    """A mail address in its plain form: ASCII, its domain in lower case.

    What a Chinese input method types (＠ ． 。) becomes what is meant. Raises Illegal:
    email-invalid, cell-broken.
    """
    text = unicodedata.normalize("NFKC", restore_cell(raw)).strip().replace("。", ".")
    found = ADDRESS.fullmatch(text)
    if not found or len(text) > LONGEST_ADDRESS or len(found[1]) > LONGEST_LOCAL:
        raise Illegal("email-invalid")
    return f"{found[1]}@{found[2].lower()}"


def plain_id(raw: str) -> str:
    """An id that somebody typed, in its plain form.

    Raises Illegal: id-missing, id-invalid.
    """
    text = unicodedata.normalize("NFKC", raw).strip()
    if not text:
        raise Illegal("id-missing")
    if not ID.fullmatch(text):
        raise Illegal("id-invalid")
    return text


def plain_code(raw: str) -> str:
    """An id that the platform gave out: as `plain_id`, and in lower case."""
    return plain_id(raw).lower()


def plain_date(raw: str) -> str:
    """A day of the calendar in ISO form. Raises Illegal: date-invalid."""
    text = unicodedata.normalize("NFKC", raw).strip()
    if not DATE.fullmatch(text):
        raise Illegal("date-invalid")
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Illegal("date-invalid") from None
