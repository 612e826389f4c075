"""Certificates as staff look for them, their keys, and that a revocation is told."""

import datetime
from dataclasses import replace

import pytest
from learning.domain import events
from learning.domain.certificate import Certificate
from learning.usecases.find_issued import (
    CertificateSearch,
    KeyUse,
    find_issued,
    find_key_uses,
)
from learning.usecases.revoke_certificate import revoke_certificate

from tests.doubles.aliases import groups_of
from tests.unit.learning.fakes import FakeCertificates, FakeSeal

NUMBERS = [f"BY-2026-ABCD-EFGH-JKL{last}" for last in "234"]
MINE = Certificate(
    NUMBERS[0], "p", "c1", "张三", "财务班", "1.50", "2026-11-23", "学院"
)
OTHER = replace(MINE, number=NUMBERS[1], person_id="q", issued_on="2026-11-20")
THIRD = replace(MINE, number=NUMBERS[2], person_id="r", class_id="c2", name="")
EVERYONE = CertificateSearch("", "", "", "", 50)


def issued() -> FakeCertificates:
    certificates = FakeCertificates()
    for one in (MINE, OTHER, THIRD):
        certificates.issue(FakeSeal().sign(one))
    return certificates


def search(asked: CertificateSearch, **leads: str) -> list[str]:
    found, _ = find_issued(issued(), groups_of(leads), asked)
    return [one.number for one in found]


@pytest.mark.parametrize(
    "writing",
    [
        NUMBERS[0],
        NUMBERS[0].lower(),
        NUMBERS[0].replace("-", ""),
        " by 2026 abcd efgh jkl2 ",
        "ＢＹ－２０２６－ＡＢＣＤ－ＥＦＧＨ－ＪＫＬ２",
    ],
)
def test_a_number_is_found_in_any_writing(writing: str) -> None:
    assert search(replace(EVERYONE, number=writing)) == [NUMBERS[0]]


@pytest.mark.parametrize("number", ["x", "' or 1=1", "$gt", "\u202e", NUMBERS[0][:-1]])
def test_what_is_no_number_finds_nothing(number: str) -> None:
    assert search(replace(EVERYONE, number=number)) == []


def test_a_persons_are_those_of_all_their_records() -> None:
    assert search(replace(EVERYONE, person_id="p")) == NUMBERS[:1]
    assert search(replace(EVERYONE, person_id="q"), q="p") == NUMBERS[:2]


def test_what_narrows_narrows_together() -> None:
    assert search(replace(EVERYONE, class_id="c1")) == NUMBERS[:2]
    assert search(replace(EVERYONE, class_id="c2", number=NUMBERS[0])) == []


def test_the_pages_of_a_search_are_the_whole_once() -> None:
    seen, after = list[str](), ""
    for _ in NUMBERS:
        asked = replace(EVERYONE, limit=1, after=after)
        found, after = find_issued(issued(), groups_of({}), asked)
        seen += [one.number for one in found]
    assert (seen, after) == (NUMBERS, "")


def test_a_key_says_since_when_it_signs_and_whether_it_does_now() -> None:
    assert find_key_uses(issued(), FakeSeal()) == [KeyUse("k", "2026-11-20", True)]
    assert find_key_uses(FakeCertificates(), FakeSeal()) == [KeyUse("k", "", True)]


def test_a_revocation_is_told_once() -> None:
    certificates = issued()
    day = datetime.date(2026, 12, 1)
    for reason in ("误发", "别的"):
        revoke_certificate(
            certificates, lambda *_: None, NUMBERS[0], reason, "jiaowu", day
        )
    told = [e for e in certificates.told if isinstance(e, events.CertificateRevoked)]
    assert told == [events.CertificateRevoked(NUMBERS[0], "p", "c1", "财务班")]
