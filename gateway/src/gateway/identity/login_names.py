"""Logins: what a new one may look like, and the form in which they are compared."""

import re

from fields import Illegal
from fields.codes import plain_member_number, plain_phone
from fields.texts import plain_name, plain_text

from gateway.identity.errors import LoginRefused

OF_BRANCH, WIDE_OF_BRANCH = "/", "／"
"""Between branch and member number, the second as a Chinese keyboard has it; no login,
phone or branch id has one."""
FORM = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
"""Plain ASCII: letters of other scripts that look the same cannot occur."""
OFFICIAL_NAMES = (
    "admin administrator anonymous biyong helpdesk moderator nobody operator operators "
    "postmaster root security service staff superuser support sysadmin system visitor "
    "webmaster www"
)
RESERVED = frozenset(OFFICIAL_NAMES.split())
"""Names that speak for the college or the platform; `operator` is its first account."""
LOOKS_LIKE = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"))
"""Pairs that many typefaces hardly tell apart."""


def plain_login(raw: str) -> str:
    """The form in which a login is kept and found: any text has one.

    Eleven digits for a phone however it is written, else the text without case, width
    and outer space. A phone that was typed with its country or with blanks signs in as
    a roster would have read it.
    """
    try:
        return plain_phone(raw)
    except Illegal:
        return plain_text(raw)


def split_member(written: str) -> tuple[str, str] | None:
    """Branch and member number of a login that names them; None for any other."""
    branch, mark, number = written.replace(WIDE_OF_BRANCH, OF_BRANCH).partition(
        OF_BRANCH
    )
    return (branch, number) if mark else None


def counted_login(written: str) -> str:
    """What tries for a login are counted under.

    A member number is found with any blanks, widths and quotation marks: counted as it
    is written it would have as many tries as it has writings.
    """
    named = split_member(written)
    if named is None:
        return plain_login(written)
    branch, number = named
    try:
        plain = plain_member_number(number).casefold()
    except Illegal:
        plain = plain_text(number)
    return f"{plain_name(branch)}{OF_BRANCH}{plain}"


def legal_login(raw: str) -> str:
    """A login that somebody may be given, in its plain form. Raises LoginRefused.

    Refused are other scripts, invisible characters, and what a reader takes for a
    reserved name.
    """
    login = plain_login(raw)
    if login != raw.strip().casefold() and not login.isdecimal():
        raise LoginRefused("登录名里有看不见或全角的字符：请改用半角字母和数字")
    if not FORM.fullmatch(login):
        raise LoginRefused(
            "登录名要有 2 到 64 个字符，只用字母、数字和 . _ @ + -，以字母或数字开头"
        )
    if _seen_as(login) in _RESERVED_AS_SEEN:
        raise LoginRefused("这个登录名留给平台自己，或与之难以分辨：请换一个")
    return login


def _seen_as(login: str) -> str:
    """A login as a quick reader sees it: without separators, look-alikes are one."""
    seen = re.sub(r"[._@+-]", "", login)
    for written, looks in LOOKS_LIKE:
        seen = seen.replace(written, looks)
    return seen


_RESERVED_AS_SEEN = frozenset(_seen_as(name) for name in RESERVED)
