"""The sandbox: outcomes that a branch chooses, and nothing that anybody else sees."""

from dataclasses import fields

import pytest
from enrollment.domain import events
from enrollment.domain.change_row import ChangeRow
from enrollment.domain.errors import RowsRefused
from enrollment.domain.refused_message import WHAT_TO_DO, NotTaken
from enrollment.domain.roster import Outcome
from enrollment.domain.sandbox import MOST_SECONDS, is_sandbox, seconds_to_wait
from enrollment.usecases.receive_message import new_chunk, receive_chunk

from tests.unit.enrollment.changes_world import (
    ChangesWorld,
    ask,
    correct,
    replace,
    transfer,
    withdraw,
)
from tests.unit.enrollment.world import a_book, a_row


def send(world: ChangesWorld, key: str, *classes: str) -> tuple[Outcome, ...]:
    """A roster with a row for each class, decided."""
    rows = [a_row(at, class_id=class_) for at, class_ in enumerate(classes, 1)]
    sent = new_chunk(
        branch_id="dc", roster_id="r1", key=key, dry_run=False, rows=rows, now=1.0
    )
    world.decide(receive_chunk(world.chunks, sent).id)
    return world.chunks.rows[sent.id].outcomes


OUTCOMES = {
    "sandbox-open": ("enrolled", ""),
    "sandbox-full": ("waitlisted", ""),
    "sandbox-already": ("already-enrolled", ""),
    "sandbox-closed": ("rejected", "class-closed"),
    "sandbox-unknown": ("rejected", "class-unknown"),
    "sandbox-anything": ("rejected", "class-unknown"),
    "sandbox-duplicate": ("rejected", "duplicate-row"),
    "sandbox-slow": ("enrolled", ""),
    "sandbox-slow-7": ("enrolled", ""),
}


def test_a_row_has_the_outcome_that_its_class_names() -> None:
    outcomes = send(ChangesWorld(), "k1", *OUTCOMES)
    assert [(one.outcome, one.reason) for one in outcomes] == [*OUTCOMES.values()]
    taken = [one for one in outcomes if one.outcome != "rejected"]
    assert all(one.enrolment_id for one in taken)
    assert all(one.detail for one in outcomes if one not in taken)


def test_cells_are_read_as_those_of_real_rows() -> None:
    world = ChangesWorld()
    wrong = a_row(1, class_id="sandbox-open", phone="12345")
    noted = a_row(2, class_id="sandbox-open", email="nobody")
    sent = new_chunk(
        branch_id="dc", roster_id="r", key="k", dry_run=False, rows=[wrong, noted],
        now=1.0,
    )  # fmt: skip
    world.decide(receive_chunk(world.chunks, sent).id)
    first, second = world.chunks.rows["dc/k"].outcomes
    assert (first.outcome, first.reason) == ("rejected", "phone-invalid")
    assert second.notes == ("email-invalid",)


def test_nothing_is_written_but_the_receipt() -> None:
    world = ChangesWorld(a_book(3))
    world.send("k0", a_row(1))
    before = (
        dict(world.people.rows), dict(world.people.memberships),
        dict(world.books.rows), dict(world.enrolments.rows), list(world.audit.lines),
        len(world.enrolments.told), list(world.catalog.asked),
    )  # fmt: skip
    send(world, "k1", *OUTCOMES)
    inside = {"class_id": "sandbox-open"}
    world.change(
        "c1", withdraw(1, 1, **inside), replace(2, 1, 2, **inside),
        transfer(3, 1, **inside), correct(4, 1, **inside), ask(5, **inside),
    )  # fmt: skip
    after = (
        world.people.rows, world.people.memberships, world.books.rows,
        world.enrolments.rows, world.audit.lines, len(world.enrolments.told),
        world.catalog.asked,
    )  # fmt: skip
    assert before == after
    assert not world.chunks.rows["dc/k1"].is_followed


CHANGES: list[tuple[ChangeRow, str, str]] = [
    (withdraw(1, class_id="sandbox-open"), "done", ""),
    (replace(1, 1, 2, class_id="sandbox-full"), "rejected", "quota-full"),
    (withdraw(1, class_id="sandbox-already"), "already", ""),
    (withdraw(1, class_id="sandbox-closed"), "rejected", "class-closed"),
    (withdraw(1, class_id="sandbox-unknown"), "rejected", "class-unknown"),
    (transfer(1, class_id="sandbox-slow"), "done", ""),
    (ask(1, class_id="sandbox-open", member_no="M1"), "done", ""),
    (ask(1, class_id="sandbox-open"), "done", ""),
    (ChangeRow(1, "delete", "sandbox-open"), "rejected", "action-unknown"),
]


@pytest.mark.parametrize("at", range(len(CHANGES)))
def test_a_change_has_the_outcome_that_its_class_names(at: int) -> None:
    change, outcome, reason = CHANGES[at]
    [found] = ChangesWorld().change("c", change)
    assert (found.outcome, found.reason) == (outcome, reason)
    assert bool(found.state) is (change.action == "ask")


def test_its_answers_have_the_fields_of_real_ones() -> None:
    world = ChangesWorld(a_book(3))
    world.send("k0", a_row(1))
    asked = [(ask(1), ask(2, member_no="M1", class_id="c1"))]
    asked += [tuple(ChangeRow(**_in_sandbox(one)) for one in asked[0])]
    real, tried = (world.change(f"a{n}", *two) for n, two in enumerate(asked))
    for one, other in zip(real, tried, strict=True):
        assert one.state.keys() == other.state.keys()
        for name in ("places", "seats"):
            if name in one.state:
                assert one.state[name][0].keys() == other.state[name][0].keys()
    told = [one for one in world.chunks.told if isinstance(one, events.ChangesDecided)]
    assert len(told) == 2


def _in_sandbox(change: ChangeRow) -> dict[str, object]:
    cells = {field.name: getattr(change, field.name) for field in fields(change)}
    return cells | {"class_id": "sandbox-open"}


def test_real_classes_beside_the_sandbox_are_refused() -> None:
    with pytest.raises(RowsRefused) as refused:
        is_sandbox(["sandbox-open", "", "c1"])
    assert (refused.value.place, refused.value.rule) == (
        "rows/2/class_id",
        "sandbox-mixed",
    )
    assert is_sandbox(["sandbox-open", ""])
    assert not is_sandbox(["c1", "", "sandbox"])


@pytest.mark.parametrize("reason", WHAT_TO_DO)
def test_a_key_chooses_any_reason_for_which_a_message_is_refused(reason: str) -> None:
    for key in (f"sandbox-refused-{reason}", f"sandbox-refused-{reason}.7"):
        with pytest.raises(NotTaken) as refused:
            send(ChangesWorld(), key, "sandbox-open")
        assert (refused.value.slug, refused.value.key) == (reason, key)


def test_how_long_a_chunk_lies_is_named_and_has_an_end() -> None:
    assert seconds_to_wait(["sandbox-open", "c1", "sandbox-slow-x"]) == 0
    assert seconds_to_wait(["sandbox-open", "sandbox-slow"]) == 5
    assert seconds_to_wait(["sandbox-slow-2", "sandbox-slow-12"]) == 12
    assert seconds_to_wait(["sandbox-slow-99"]) == MOST_SECONDS


@pytest.mark.parametrize("class_id", ["sandbox-none", "sandbox-" + "x" * 240])
@pytest.mark.parametrize("member_no", ["", "M1"])
def test_a_question_about_a_class_that_it_does_not_know_is_rejected(
    class_id: str, member_no: str
) -> None:
    world = ChangesWorld()
    [outcome] = world.change("a", ask(1, class_id=class_id, member_no=member_no))
    assert (outcome.outcome, outcome.reason) == ("rejected", "class-unknown")
    assert outcome.state == {}
