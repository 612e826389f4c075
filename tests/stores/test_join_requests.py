"""Requests to join are kept one a human and class, and go with the person, on every
engine."""

from dataclasses import replace

import pytest
from chassis.storage.aggregates import mapping_of
from enrollment.domain.errors import UnknownRequest
from enrollment.domain.join_request import APPROVED, JoinRequest
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.dry_run_rows import DryRunRows
from enrollment.store.join_requests import StoredJoinRequests
from enrollment.store.personal_records import StoredPersonalRecords
from enrollment.store.request_documents import JoinRequestDocument

from tests.engines import Kept
from tests.stores.rows import outbox, overtaken

WANG = JoinRequest("c1", "wang", "wang", "east", 10.0, why="岗位需要")
LI = replace(WANG, human_id="li", person_id="li2", branch_id="west", asked=20.0)
ZHAO = replace(WANG, human_id="zhao", person_id="zhao", asked=20.0)
FIRST, LAST = (0.0, ""), (1e12, "")


@pytest.fixture
def requests(kept: Kept) -> StoredJoinRequests:
    form = mapping_of(JoinRequest)
    rows = kept.aggregates("enrollment", JoinRequestDocument, form, to_event)
    made = StoredJoinRequests(rows)
    assert all(made.create(one) for one in (ZHAO, LI, WANG))
    return made


def test_one_is_kept_as_it_is_and_told_in_the_same_write(
    requests: StoredJoinRequests,
) -> None:
    assert requests.get("c1.wang.1") == WANG
    assert not requests.create(replace(WANG, why="again"))
    [made] = outbox(requests.rows, "c1.wang")
    assert made["type"] == "enrollment.request.made.v1"
    assert made["subject"] == "c1.wang.1"
    assert "岗位需要" not in str(made)


def test_a_later_round_takes_the_place_and_ids_mean_one_round(
    requests: StoredJoinRequests,
) -> None:
    requests.change("c1.wang", lambda one: one.refuse("o", 30.0, "先学别的"))
    requests.change("c1.wang", lambda one: one.ask_again(WANG, False))
    assert requests.get("c1.wang.1") is None
    again = requests.get("c1.wang.2")
    assert again == replace(WANG, round=2)
    kinds = [event["type"] for event in outbox(requests.rows, "c1.wang")]
    assert kinds == [
        "enrollment.request.made.v1",
        "enrollment.request.decided.v1",
        "enrollment.request.made.v1",
    ]
    assert "先学别的" not in str(outbox(requests.rows, "c1.wang"))
    for unknown in ("c1.nobody.1", "nothing", ""):
        assert requests.get(unknown) is None


def test_whoever_decides_second_reads_what_the_first_decided(
    requests: StoredJoinRequests,
) -> None:
    def refuse() -> None:
        requests.change("c1.wang", lambda one: one.refuse("o", 1.0, "x"))

    withdraw = overtaken(refuse, lambda one: one.lapse(2.0))
    assert requests.change("c1.wang", withdraw).state == "refused"


def test_those_that_wait_are_read_by_branch_oldest_first(
    requests: StoredJoinRequests,
) -> None:
    assert requests.find_pending(None, FIRST, 9) == [WANG, LI, ZHAO]
    assert requests.find_pending(["east"], FIRST, 9) == [WANG, ZHAO]
    assert requests.find_pending(None, (10.0, "c1.wang"), 1) == [LI]
    assert requests.find_pending(None, (20.0, "c1.li"), 9) == [ZHAO]
    requests.change("c1.wang", lambda one: one.lapse(30.0))
    assert requests.find_pending(["east"], FIRST, 9) == [ZHAO]


def test_those_that_are_decided_are_read_the_last_first(
    requests: StoredJoinRequests,
) -> None:
    assert requests.find_decided(None, LAST, 9) == []
    for at, id_ in ((30.0, "c1.wang"), (40.0, "c1.li"), (40.0, "c1.zhao")):
        requests.change(id_, lambda one, at=at: one.lapse(at))  # type: ignore[misc]

    def found(*wanted: object) -> list[str]:
        return [one.human_id for one in requests.find_decided(*wanted)]  # type: ignore[arg-type]

    assert found(None, LAST, 9) == ["zhao", "li", "wang"]
    assert found(["east"], LAST, 9) == ["zhao", "wang"]
    assert found(None, (40.0, "c1.zhao"), 9) == ["li", "wang"]


def test_approved_ones_whose_seat_nobody_asked_for_are_found_when_due(
    requests: StoredJoinRequests,
) -> None:
    requests.change("c1.wang", lambda one: one.approve("o", 30.0, 90.0))
    assert requests.find_unsettled(89.0, 9) == []
    [due] = requests.find_unsettled(90.0, 9)
    assert due.human_id == "wang"
    requests.change("c1.wang", lambda one: one.settle_seat(APPROVED))
    assert requests.find_unsettled(1e9, 9) == []


def test_what_a_person_asked_is_shown_whole_and_goes_with_the_person(
    requests: StoredJoinRequests, kept: Kept
) -> None:
    rows: list[object] = [
        kept.aggregates("enrollment", document, mapping_of(JoinRequest), to_event)  # type: ignore[type-var]
        for document in (documents.PersonDocument, documents.MembershipDocument)
    ]
    records = StoredPersonalRecords(
        *rows,  # type: ignore[arg-type]
        chunks=rows[0],  # type: ignore[arg-type]
        dry_runs=DryRunRows(requests.rows.collection.database),
        id_numbers=None,  # type: ignore[arg-type]
        requests=requests.rows,
    )
    assert records.find_requests("wang") == [WANG]
    for _ in range(2):
        records.delete_requests("wang")
        records.delete_requests("li2")
    assert requests.find_by_people(["wang", "li2", "zhao"]) == [ZHAO]
    with pytest.raises(UnknownRequest):
        requests.change("c1.wang", lambda one: one.lapse(1.0))
