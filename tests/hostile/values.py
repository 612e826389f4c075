"""Hostile values of every kind that the doors have been or may be tried with."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

SCRIPTS = (
    "<script>window.__x=1</script>", "\"><img src=x onerror=window.__x=1>",
    "'><svg/onload=window.__x=1>", "</textarea><script>window.__x=1</script>",
    "javascript:window.__x=1", "'-(window.__x=1)-'", "</title><script>window.__x=1//",
    "<iframe srcdoc='<script>parent.__x=1</script>'>",
    "<a href=javascript:__x=1>x</a>", "<!--<script>window.__x=1//-->",
    "\" autofocus onfocus=window.__x=1 x=\"",
)  # fmt: skip
TEMPLATES = (
    "{{7*7}}", "${7*7}", "#{7*7}", "{%25 if 1 %25}", "{0.__class__}", "{}", "{x!r:>9}",
    "%", "%s", "%(x)s", "%(n)s%d", "%%", "100%", "%25", "%n%n%n", "%(", "%1$s", "50%号",
)  # fmt: skip
CONTROL = (
    "\0", "a\0b", "\x01\x02\x1f", "\x7f", "\x85", "\x9b31m", "\x1b[2J", "\b\b", "\t",
    "a\r\nX-Injected: 1", "a\nb", "\r", "\u2028", "\u2029", "\v\f",
)  # fmt: skip
UNSEEN = (
    "\u202e张三", "\u2066张三\u2069", "\u200b", "张\u200b三", "\ufeff张三",
    "\u200d\u200d", "\u00ad", "张\u2060三", "\U000e0041\U000e007f", "\ufe0f", "\u3164",
    "\u115f", "\u180e",
)  # fmt: skip
BROKEN = ("\ud800", "a\udfffb", "\ud83d", "\udc00\ud800", "\ufffe", "\uffff", "\ufffd")
PRIVATE = ("\ue000", "\uf8ff", "\ue5e5", "\ue7c7\ue816", "\U000f0000", "\U0010fffd")
FORMS = (
    "１３５１２３４５６７８", "＝１＋１", "Ａｄｍｉｎ", "﹤script﹥", "①②③", "ﬁ", "㍿",
    "ｶﾞ", "Å", "Å", "张·三", "张•三", "张・三", "张‧三", "张˙三", "е" * 3,
    "İı", "ẞß", "ǅ", "e\u0301" * 9, "z" + "\u0351" * 400,
    "١٢٣", "²", "௰", "Ⅻ", "᠑", "𝟏𝟐𝟑", "𠮷", "👩\u200d👧", "﷽",
)  # fmt: skip
SHEETS = (
    "1.1E+11", "1.38E+10", '="0012"', "#N/A", "#REF!", "#VALUE!", "127.0", "44927",
    "'0012", "=HYPERLINK(\"http://x\")", "=cmd|' /C calc'!A0", "+1+1", "-2+3",
    "@SUM(A1)", "1,234", "2026/1/1", "TRUE", "NULL", "None", "nan", "N/A", "  ", "-",
    "—", "/", "00:00",
)  # fmt: skip
OPERATORS = (
    "$ne", "$where", "$gt", "__raw__", "a.b", "a.$", "$$ROOT", "__class__",
    "__proto__", "constructor", "phone__regex", "' or '1'='1", "\"; drop table x;--",
    "*)(uid=*", "`id`", "$(id)", "|id", ";id", "{\"$ne\":null}", "(a+)+$", ".*", "[",
    "\\", "\\u0000",
)  # fmt: skip
PATHS = (
    "..", ".", "../..", "../../etc/passwd", "..%2f..%2f", "%2f", "%2e%2e", "%00", "%",
    "%zz", "\\..\\", ".hidden", "//evil.example", "/etc/passwd", "a//b", "a/b", "a;b",
    "a?b", "a#b", "%252e%252e", "file:///etc/passwd", "http://evil.example/",
    "a%0d%0aX: 1", "@evil", " ",
)  # fmt: skip
DATES = (
    "2026-02-30", "0000-00-00", "9999-12-31", "2026-13-01", "-2026-01-01", "2026-1-1",
    "2026-12-01T25:00:00Z", "20261201", "2026-12-01\n", "２０２６-12-01", "10000-01-01",
)  # fmt: skip
LONG = (
    "长" * 201, "a" * 201, "长" * 3_000, "a" * 5_000, "9" * 5_000, "0" * 80,
    "-" + "9" * 40, "," * 3_000, "é" * 4_001, "a " * 2_000, "张" * 41, "x@" + "a" * 300,
    "%" * 2_000,
)  # fmt: skip
NUMBERS = (
    "9223372036854775807", "9223372036854775808", "-9223372036854775809", "4294967296",
    "-1", "-0", "0x10", "1_000", "1e400", "NaN", "Infinity", "0.1", "1" * 30, "00",
)  # fmt: skip
RANGES = (
    "bytes=0-" + "9" * 5_000, "bytes=-" + "9" * 5_000, "bytes=5-1", "bytes=",
    "bytes=a-b", "bytes=0-0,1-1", "bytes=²-³", "lines=0-1", "bytes=-0",
)  # fmt: skip
TEXTS: Sequence[Sequence[str]] = (
    SCRIPTS, TEMPLATES, CONTROL, UNSEEN, BROKEN, PRIVATE, FORMS, SHEETS, OPERATORS,
    PATHS, DATES, LONG, NUMBERS, RANGES,
)  # fmt: skip
PLAIN = ("张三", "policy", "x1", "13512345678", "工会", "2026-12-01")


@dataclass(frozen=True)
class Raw:
    """Bytes that stand in JSON as they are."""

    content: bytes


DEEP = 20_000
WRONG: Sequence[Any] = (
    None, True, False, [], {}, [[]], [None], [{}], "", 0, -1, 1.5, 2**31, 2**63,
    -(2**63) - 1, 10**30, {"$ne": None}, {"$gt": ""}, {"$where": "1"},
    {"$regex": ".*"}, [["$ne", 1]], {"a": {"b": {"c": []}}}, ["x"] * 600,
    Raw(b"1" * 5_000), Raw(b"-" + b"9" * 5_000), Raw(b"NaN"), Raw(b"Infinity"),
    Raw(b"-Infinity"), Raw(b"1e400"), Raw(b"1e-400"), Raw(b"-0"), Raw(b"0x10"),
    Raw(b"01"), Raw(b"1_000"), Raw(b"1e5"), Raw(b"2.0"), Raw(b""), Raw(b"'x'"),
    Raw(b'{"a":1,"a":2}'), Raw(b"[" * DEEP + b"]" * DEEP), Raw(b'{"a":' * DEEP + b"1"),
    Raw(b'"\xff\xfe"'), Raw(b'"\xed\xa0\x80"'), Raw(b'"\\ud800"'), Raw(b'"a\nb"'),
    Raw(b'"\\x"'),
)  # fmt: skip
BODIES: Sequence[bytes] = (
    b"", b"null", b"[]", b"{", b"}", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"{}" * 2,
    b"\0" * 100, "{}".encode("utf-16"), b"[" * DEEP, b'{"' + b"a" * 70_000 + b'":1}',
    b"1" * 5_000, b"NaN",
    b"{" + b",".join(b'"k%d":1' % n for n in range(5_000)) + b"}", b"<x/>", b"a=b&c=d",
)  # fmt: skip

NAME_MARK, PHONE_MARK = "暗名", "1700"
PASSWORD_MARK, TOKEN_MARK = "geheim-", "marke-"
MARKS = (NAME_MARK, PHONE_MARK + "9", PASSWORD_MARK, TOKEN_MARK)
"""Begin what is invented here of people and secrets, and nothing else anywhere."""


@dataclass
class Hostile:
    """Values of one seed, the same for the same seed.

    `turn` says which kind of text comes next: who raises it gets every kind in turn.
    """

    seed: int
    chance: random.Random = field(init=False)
    number: int = 0
    turn: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def text(self) -> str:
        """A hostile text, alone or beside a plain one or another."""
        kind = self.chance.random()
        first = self.chance.choice(TEXTS[self.turn % len(TEXTS)])
        if kind < 0.5:
            return first
        if kind < 0.7:
            return self.chance.choice(PLAIN) + first
        if kind < 0.85:
            return first + self.chance.choice(PLAIN)
        return first + self._one()

    def _one(self) -> str:
        return self.chance.choice(self.chance.choice(TEXTS))

    def value(self) -> Any:
        """A hostile JSON value: a text, or of another kind."""
        if self.chance.random() < 0.6:
            return self.text()
        return self.chance.choice(WRONG)

    def body(self) -> bytes:
        """A whole body that is not what was asked for."""
        return self.chance.choice(BODIES)

    def personal(self, name: str) -> Any:
        """Something that must never be logged, for a field of such a name.

        A phone or a name among hostile texts, or alone and of the wrong kind.
        """
        self.number += 1
        invented = PERSONAL[name](self.number)
        kind = self.chance.random()
        if kind < 0.4:
            return invented
        if kind < 0.5 and invented.isdecimal():
            return int(invented)
        if kind < 0.6:
            return [invented]
        return self.chance.choice(
            (f"{invented}{self.text()}", f"{self.text()}{invented}")
        )

    def cells(self) -> bytes:
        """A roster file with hostile cells, in an encoding that may be odd."""
        heads = ["姓名", "会员号", "手机号", "身份证号", "邮箱"]
        rows = [heads]
        for _ in range(self.chance.randint(0, 4)):
            cells = [PERSONAL["name"](self.number), f"M{self.number}", *[""] * 3]
            cells[2] = PERSONAL["phone"](self.number)
            cells[self.chance.randrange(len(cells))] = self.text()
            self.number += 1
            rows.append(cells)
        text = self.chance.choice(("\n", "\r\n", "\r")).join(
            self.chance.choice((",", ",", "\t", ";")).join(row) for row in rows
        )
        encoding = self.chance.choice(
            ("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16")
        )
        content = text.encode(encoding, "replace")
        kind = self.chance.random()
        if kind < 0.1:
            return content[: self.chance.randrange(len(content) + 1)]
        if kind < 0.2:
            return self.chance.choice(
                (b"", b"PK\3\4", b"\0" * 50, b"\xff" * 50, b'"' * 99)
            )
        return content

    def shows_raw(self) -> bool:
        """Whether a text goes into JSON as bytes, broken ones as they are."""
        return self.chance.random() < 0.3


PERSONAL: dict[str, Callable[[int], str]] = {
    "name": lambda n: f"{NAME_MARK}{n}",
    "phone": lambda n: f"{PHONE_MARK}9{n:06d}",
    "id_number": lambda n: f"110101{PHONE_MARK}9{n:07d}",
    "email": lambda n: f"{TOKEN_MARK}{n}@biyong.example",
    "address": lambda n: f"{TOKEN_MARK}{n}@biyong.example",
    "password": lambda n: f"{PASSWORD_MARK}{n}",
    "login": lambda n: f"{PHONE_MARK}9{n:06d}",
    "session": lambda n: f"{TOKEN_MARK}{n}",
    "invitation": lambda n: f"{TOKEN_MARK}{n}",
    "token": lambda n: f"{TOKEN_MARK}{n}",
    "code": lambda n: f"{TOKEN_MARK}{n}",
}
"""By a field's name."""


def encoded(value: Any, raw_text: Callable[[], bool]) -> bytes:
    """A value as JSON, hostile pieces as they are."""
    if isinstance(value, Raw):
        return value.content
    if isinstance(value, dict):
        pairs = (
            encoded(k, raw_text) + b":" + encoded(v, raw_text) for k, v in value.items()
        )
        return b"{" + b",".join(pairs) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(encoded(one, raw_text) for one in value) + b"]"
    if isinstance(value, str) and raw_text():
        said = json.dumps(value, ensure_ascii=False)
        return said.encode("utf-8", "surrogatepass")
    return json.dumps(value).encode()
