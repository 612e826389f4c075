"""What standings are read from, for many people at once, on every engine."""

from dataclasses import replace

import pytest
from chassis.storage.aggregates import mapping_of
from learning.domain.certificate import Certificate
from learning.domain.record import Watched
from learning.events.to_events import to_event
from learning.store import documents
from learning.store.projections import StoredProjections
from learning.store.records import StoredCertificates

from tests.engines import Kept
from tests.stores.test_learning import CERTIFICATE


@pytest.fixture
def projections(kept: Kept) -> StoredProjections:
    kept.declare("learning", documents.WatchedDocument)
    return StoredProjections()


@pytest.fixture
def certificates(kept: Kept) -> StoredCertificates:
    form = mapping_of(Certificate)
    return StoredCertificates(
        kept.aggregates("learning", documents.CertificateDocument, form, to_event)
    )


def test_what_these_people_watched_of_these_lectures_is_found_and_nothing_else(
    projections: StoredProjections,
) -> None:
    rows = [
        Watched("wang", "v1", 40),
        Watched("wang", "v9", 90),
        Watched("li", "v2", 10),
        Watched("zhao", "v1", 70),
    ]
    projections.put_watched(
        (f"{one.person_id}.{one.lecture_id}", 1, one) for one in rows
    )
    found = projections.find_watched(["wang", "li", "nobody"], ["v1", "v2"])
    assert sorted((one.person_id, one.percent) for one in found) == [
        ("li", 10),
        ("wang", 40),
    ]
    assert projections.find_watched([], ["v1"]) == []


def test_certificates_of_these_people_and_this_class_are_found(
    certificates: StoredCertificates,
) -> None:
    for number, person, class_id in (
        ("BY-1", "wang", "c1"),
        ("BY-2", "wang", "c2"),
        ("BY-3", "zhao", "c1"),
    ):
        one = replace(CERTIFICATE, number=number, person_id=person, class_id=class_id)
        certificates.issue(one)
    found = certificates.find_of_class("c1", ["wang", "li"])
    assert [one.number for one in found] == ["BY-1"]
