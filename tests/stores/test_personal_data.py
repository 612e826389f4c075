"""What is stored about people, on every engine: found, deleted, and asked about."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from chassis.errors import Unavailable
from chassis.people.forgotten import ForgottenPeople
from chassis.people.personal_data import PersonalData, PersonalRows
from chassis.storage.aggregates import mapping_of
from contracts.http.holdings import Holding, HoldingsOut
from gateway.identity.consents import Consents
from gateway.personal_data.deletions import (
    CANCELLED,
    DONE,
    Deletions,
    StayingRows,
)
from gateway.personal_data.exports import MakeExports, PersonExports
from gateway.roster_drafts.sealed_parts import SealedParts
from learning.clients.names_of_forgotten import NamesOfForgotten
from learning.clients.seal import KeySeal
from learning.domain.certificate import Certificate
from learning.events.to_events import to_event
from learning.store import documents
from learning.store.records import StoredCertificates
from learning.usecases.remove_names import remove_names
from learning.usecases.verify_certificate import verify_certificate

from tests.engines import Kept
from tests.unit.learning.world import SEAT, World

CERTIFICATE = Certificate(
    number="BY-2026-AAAA-BBBB-CCCC",
    person_id="wang",
    class_id="c1",
    name="王小明",
    title="三月班",
    hours="12.50",
    issued_on="2026-03-09",
    issuer="工会干校",
)
WEEK = 7 * 24 * 3600.0


@pytest.fixture
def seal(tmp_path: Path) -> KeySeal:
    keys = tmp_path / "keys.json"
    keys.write_bytes(msgspec.json.encode({"keys": [{"kid": "k1", "d": "A" * 43}]}))
    return KeySeal(keys)


@pytest.fixture
def certificates(kept: Kept) -> StoredCertificates:
    form = mapping_of(Certificate)
    rows = kept.aggregates("learning", documents.CertificateDocument, form, to_event)
    return StoredCertificates(rows)


def personal_data(
    kept: Kept, certificates: StoredCertificates, seal: KeySeal, stays: str
) -> PersonalData:
    return PersonalData(
        ForgottenPeople(kept.database("learning")),
        [PersonalRows("certificates", documents.CertificateDocument, stays)],
        lambda person_id: remove_names(certificates, seal, person_id),
    )


def test_a_certificate_stays_genuine_without_its_name(
    kept: Kept, certificates: StoredCertificates, seal: KeySeal
) -> None:
    certificates.issue(seal.sign(CERTIFICATE))
    data = personal_data(kept, certificates, seal, "certificate")
    assert data.find_holdings("wang").holdings[0].rows[0]["name"] == "王小明"
    data.forget_person("wang")
    data.forget_person("wang")
    verdict = verify_certificate(certificates, seal, CERTIFICATE.number)
    assert (verdict.genuine, verdict.certificate.name) == (True, "")
    left = data.find_holdings("wang")
    assert left.is_forgotten
    assert "name" not in left.holdings[0].rows[0]
    assert not data.find_holdings("li").is_forgotten


def test_what_was_replaced_loses_its_name_as_well(
    certificates: StoredCertificates, seal: KeySeal
) -> None:
    corrected = replace(CERTIFICATE, number="BY-2026-DDDD-BBBB-CCCC", name="王晓明")
    certificates.issue(seal.sign(replace(CERTIFICATE, replaced_by=corrected.number)))
    certificates.issue(seal.sign(replace(corrected, replaces=CERTIFICATE.number)))
    remove_names(certificates, seal, "wang")
    for number in (CERTIFICATE.number, corrected.number):
        verdict = verify_certificate(certificates, seal, number)
        assert (verdict.genuine, verdict.certificate.name) == (True, "")


def test_rows_with_events_to_publish_wait_until_they_are_out(
    kept: Kept, certificates: StoredCertificates, seal: KeySeal
) -> None:
    certificates.issue(seal.sign(CERTIFICATE))
    data = personal_data(kept, certificates, seal, "")
    with pytest.raises(Unavailable):
        data.forget_person("wang")
    assert not data.find_holdings("wang").is_forgotten
    out = {"$set": {"outbox": [], "out_due": None}}
    certificates.rows.collection.update_one({"_id": CERTIFICATE.number}, out)
    data.forget_person("wang")
    assert data.find_holdings("wang") == HoldingsOut(holdings=[], is_forgotten=True)


def test_no_name_is_asked_for_of_who_was_deleted(kept: Kept) -> None:
    class Known:
        def get_name(self, person_id: str) -> str:
            return "王小明"

    forgotten = ForgottenPeople(kept.database("learning"))
    names = NamesOfForgotten(Known(), forgotten)
    assert names.get_name("wang") == "王小明"
    forgotten.note_person("wang")
    assert names.get_name("wang") == ""


class DeletedMeanwhile:
    """Names; what happens right after one was read, before it is printed."""

    def __init__(self, happen: Callable[[str], object]) -> None:
        self.happen = happen

    def get_name(self, person_id: str) -> str:
        self.happen(person_id)
        return "王小明"


@pytest.mark.parametrize("is_over", [True, False])
def test_who_is_deleted_while_a_certificate_is_issued_is_not_named(
    kept: Kept, certificates: StoredCertificates, seal: KeySeal, is_over: bool
) -> None:
    """All of the deletion, or as far as certificates were looked for."""
    data = personal_data(kept, certificates, seal, "certificate")

    def begin(person_id: str) -> None:
        data.forgotten.begin_person(person_id)
        remove_names(certificates, seal, person_id)

    forget = data.forget_person if is_over else begin
    learning = World(certificates=certificates)  # type: ignore[arg-type]
    learning.certify.seal = seal
    learning.certify.names = NamesOfForgotten(DeletedMeanwhile(forget), data.forgotten)
    learning.follow(SEAT)
    learning.watch("a", "b")
    [issued] = certificates.find_issued(SEAT.person_id)
    assert (issued.name, seal.has_valid_signature(issued)) == ("", True)
    assert data.find_holdings(SEAT.person_id).is_forgotten == is_over
    data.forget_person(SEAT.person_id)
    data.forgotten.begin_person(SEAT.person_id)
    assert data.find_holdings(SEAT.person_id).is_forgotten, "a repeat opens nothing"


def test_the_last_word_on_a_version_counts(kept: Kept) -> None:
    consents = Consents(kept.database("gateway"))
    consents.create_indexes()
    assert not consents.has_agreed("a", "1")
    consents.add_decision("a", "1", is_given=True)
    assert consents.has_agreed("a", "1")
    assert not consents.has_agreed("a", "2")
    consents.add_decision("a", "1", is_given=False)
    assert not consents.has_agreed("a", "1")
    assert [one.is_given for one in consents.find_decisions("a")] == [False, True]


def test_of_decisions_in_one_moment_the_later_one_is_the_last_word(
    kept: Kept,
) -> None:
    consents = Consents(kept.database("gateway"))
    consents.create_indexes()
    for turn in range(40):
        is_given = bool(turn % 2)
        consents.add_decision("a", "1", is_given=is_given)
        assert consents.has_agreed("a", "1") is is_given


@pytest.fixture
def deletions(kept: Kept) -> Deletions:
    made = Deletions(kept.database("gateway"))
    made.create_indexes()
    return made


def test_a_deletion_waits_for_its_day_and_can_be_taken_back(
    deletions: Deletions,
) -> None:
    first, token = deletions.ask_deletion("wang", "wang", "", WEEK)
    again, newer = deletions.ask_deletion("wang", "staff", "again", 0.0)
    assert (again.id, again.due, again.asked_by) == (first.id, first.due, "wang")
    assert deletions.get_by_token(token) is None
    found = deletions.get_by_token(newer)
    assert found is not None
    assert found.due - found.asked_at == datetime.timedelta(days=7)
    assert deletions.claim() is None
    assert deletions.cancel(first.id)
    assert not deletions.cancel(first.id)
    second, _ = deletions.ask_deletion("wang", "wang", "", 0.0)
    assert second.id != first.id
    states = {one.id: one.state for one in deletions.find_latest()}
    assert states[first.id] == CANCELLED


def test_a_deletion_that_runs_goes_on_until_its_report(deletions: Deletions) -> None:
    asked, token = deletions.ask_deletion("wang", "wang", "", -1.0)
    running = deletions.claim()
    assert running is not None
    assert not deletions.cancel(asked.id)
    assert deletions.claim() is None, "it is leased"
    deletions.wait_for_services(asked.id, -1.0)
    assert deletions.claim() is not None
    report = [StayingRows("learning", "hours", 3, "ledger")]
    deletions.complete(asked.id, report)
    assert deletions.claim() is None
    found = deletions.get_by_token(token)
    assert found is not None
    assert (running.id, found.state, found.report) == (asked.id, DONE, tuple(report))


def test_an_export_is_sealed_and_its_own_account_s(kept: Kept) -> None:
    exports = PersonExports(kept.database("gateway"), SealedParts(b"key"))
    exports.create_indexes()
    rows = [{"name": "王小明"}]
    answer = HoldingsOut(holdings=[Holding(kind="person", rows=rows)])
    make = MakeExports(exports, lambda person_id: iter([("enrollment", answer)]))  # type: ignore[arg-type]
    assert not make()
    exports.ask_export("a", "wang")
    assert exports.get_collected("a") is None
    assert make()
    state = exports.get_state("a")
    assert state is not None
    assert (state.state, state.done) == ("ready", 1)
    assert exports.get_collected("a") == {"enrollment": answer}
    assert exports.get_collected("b") is None
    assert "王小明" not in repr(list(exports.rows.find()))
