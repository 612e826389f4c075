"""Certificates as staff look for them: by number, human or class."""

from collections.abc import Sequence
from dataclasses import dataclass

from fields import Illegal
from fields.codes import plain_certificate_number

from learning.domain.certificate import Certificate
from learning.usecases.ports import Certificates, Groups, Seal


@dataclass(frozen=True)
class CertificateSearch:
    """What is known of a certificate; what is empty does not narrow."""

    number: str
    person_id: str
    class_id: str
    after: str
    limit: int


@dataclass(frozen=True)
class KeyUse:
    """A key that signs certificates or did; `since` is the day of its first one, empty
    where it has signed none that still shows its name."""

    key_id: str
    since: str
    is_active: bool


def find_issued(
    certificates: Certificates, groups: Groups, asked: CertificateSearch
) -> tuple[list[Certificate], str]:
    """Certificates, revoked and replaced ones too, and behind which number it goes on.

    A number is found in any writing; a person's with those of all their records.
    """
    wanted: dict[str, Sequence[str]] = {}
    if asked.person_id:
        wanted["person_id"] = groups.find_group(asked.person_id)
    if asked.class_id:
        wanted["class_id"] = [asked.class_id]
    if asked.number:
        one = _get_numbered(certificates, asked.number)
        fits = one and all(getattr(one, name) in ids for name, ids in wanted.items())
        return ([one] if one and fits else []), ""
    found = certificates.find_matching(wanted, asked.after, asked.limit + 1)
    shown = found[: asked.limit]
    return shown, shown[-1].number if len(found) > len(shown) else ""


def _get_numbered(certificates: Certificates, number: str) -> Certificate | None:
    try:
        return certificates.get(plain_certificate_number(number))
    except Illegal:
        return None


def find_key_uses(certificates: Certificates, seal: Seal) -> list[KeyUse]:
    """All keys, the one that signs now last."""
    key_ids = list(seal.find_public_keys())
    return [
        KeyUse(id_, certificates.find_first_day(id_), id_ == key_ids[-1])
        for id_ in key_ids
    ]
