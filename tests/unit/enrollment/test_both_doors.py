"""The broker and HTTPS take the same messages, and refuse the same with one reason."""

import copy
import json
import random
from typing import Any

import pytest
from enrollment.domain.branch_message import BATCH, LARGEST
from enrollment.domain.refused_message import WHAT_TO_DO

from tests.depth import rounds
from tests.unit.enrollment.branch_doors import (
    STRUCTURED,
    Doors,
    Sent,
    change,
    changes,
    changing,
    event,
    roster,
    row,
    structured,
)

BINARY = {
    "ce-specversion": "1.0",
    "ce-id": "e1",
    "ce-source": "/branches/dongcheng",
    "ce-type": "branch.roster.sent.v1",
}
WHOLE = json.dumps(event(roster())).encode()


def prefixed(prefix: str) -> dict[str, str]:
    return {name.replace("ce-", prefix): value for name, value in BINARY.items()}


def binary(data: object, prefix: str = "ce-", kind: str = "application/json") -> Sent:
    """The data as JSON, the attributes among the headers."""
    return Sent(json.dumps(data).encode(), kind, prefixed(prefix))


TAKEN = {
    "what a library makes": structured(roster()),
    "all that we used to ask for": structured(
        roster(branch_id="dongcheng", dry_run=False, name="十一月"),
        subject="k", time="2026-11-30T08:00:00Z", partitionkey="k", sequence="1",
        datacontenttype="application/json", dataschema="https://biyong.example/roster",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
    "extensions that mean nothing here": structured(
        roster(), sequence=7, traceparent="nonsense", time="yesterday", colour="red"
    ),
    "fields that mean nothing here": structured(roster(more={"a": 1})),
    "nothing said of its type": Sent(WHOLE, ""),
    "plain JSON": Sent(WHOLE, "application/json; charset=UTF-8"),
    "structured with a charset": Sent(WHOLE, f'{STRUCTURED}; charset="utf-8"'),
    "binary": binary(roster()),
    "binary, as the binding for AMQP has it": binary(roster(), "cloudevents:"),
    "a dry run": structured(roster(dry_run=True)),
    "dry run null": structured(roster(dry_run=None)),
    "200 rows": structured(roster(*(row(number) for number in range(1, 201)))),
    "a whole number as a fraction": structured(roster(row(2.0))),
    "cells of all kinds": structured(
        roster(
            row(1, phone=13700000002), row(2, email=None), row(3, name=["乙"]),
            row(4, member_no=7), row(5, id_number={}), row(6, name="长" * 500),
            {"row": 7}, row(8, name="\ud800"), row(9, phone=1e300),
        )
    ),
    "changes": changing(changes()),
    "changes of their branch": changing(changes(branch_id="dongcheng", dry_run=False)),
    "a dry run of changes": changing(changes(dry_run=True, roster_id="r")),
    "changes of all kinds": changing(
        changes(
            change(1, action="replace", new_member_no=7, name=None), {"row": 2},
            change(3, action=["withdraw"], day={}), change(4.0, phone=1e300),
            change(5, action="delete", to_branch="\ud800"),
        )
    ),
    "broken cells": structured(roster(row(1, class_id="#N/A", phone="#REF!"))),
    "changes of broken cells": changing(changes(change(1, class_id="#N/A"))),
    "200 changes": changing(changes(*(change(n) for n in range(1, 201)))),
    "binary changes": Sent(
        json.dumps(changes()).encode(), "application/json",
        BINARY | {"ce-type": "branch.changes.sent.v1"},
    ),
    "the sandbox": structured(roster(row(1, class_id="sandbox-open"))),
    "the sandbox without a class": structured(
        roster(row(1, class_id="sandbox-full"), row(2, class_id=""))
    ),
    "changes in the sandbox": changing(changes(change(1, class_id="sandbox-open"))),
    "a key of the sandbox that names no reason": structured(
        roster(key="sandbox-refused-for-fun")
    ),
}  # fmt: skip


@pytest.fixture(name="doors")
def _doors() -> Doors:
    return Doors()


@pytest.mark.parametrize("what", TAKEN)
def test_what_a_library_makes_is_taken_by_both_doors_alike(
    doors: Doors, what: str
) -> None:
    sent = TAKEN[what]
    by_broker, by_https = doors.ask_broker(sent), doors.ask_https(sent)
    assert by_broker.rows
    assert by_broker == by_https
    assert by_broker.dry_run is what.startswith("a dry run")
    assert by_broker.kind == ("changes" if "changes" in what else "roster")
    assert by_broker.is_sandbox is ("the sandbox" in what and "key" not in what)


@pytest.mark.parametrize("prefix", ["ce_", "cloudevents_"])
def test_the_broker_takes_attributes_under_names_that_are_no_headers_of_http(
    doors: Doors, prefix: str
) -> None:
    assert doors.ask_broker(binary(roster(), prefix)).rows


DEEP = b"[" * 100_000 + b"]" * 100_000
REFUSED: dict[str, tuple[Sent, str, str]] = {
    "nothing": (Sent(b""), "message-not-json", ""),
    "no JSON": (Sent(b"\xff\xfe"), "message-not-json", ""),
    "JSON in another encoding": (
        Sent(WHOLE.decode().encode("utf-16")), "message-not-json", ""
    ),
    "NaN": (Sent(b'{"data": NaN}'), "message-not-json", ""),
    "very deep": (Sent(b'{"data":' + DEEP + b"}"), "message-not-json", ""),
    "1 MiB and one byte": (Sent(b" " * (LARGEST + 1)), "too-large", ""),
    "16 MiB": (Sent(b"x" * (16 * LARGEST)), "too-large", ""),
    "text": (Sent(WHOLE, "text/plain"), "content-type-unknown", ""),
    "a form": (
        Sent(WHOLE, "application/x-www-form-urlencoded"), "content-type-unknown", ""
    ),
    "JSON said to be in Latin-1": (
        Sent(WHOLE, "application/json; charset=iso-8859-1"), "content-type-unknown", ""
    ),
    "a list": (Sent(b"[]"), "attribute-missing", "specversion"),
    "no id": (structured(roster(), id=None), "attribute-missing", "id"),
    "an empty source": (structured(roster(), source=""), "attribute-missing", "source"),
    "a number as its type": (structured(roster(), type=7), "attribute-invalid", "type"),
    "an endless id": (structured(roster(), id="x" * 1001), "attribute-invalid", "id"),
    "an older CloudEvents": (
        structured(roster(), specversion="0.3"), "attribute-invalid", "specversion"
    ),
    "another version": (
        structured(roster(), type="branch.roster.sent.v9"), "type-unknown", "type"
    ),
    "another type": (structured(roster(), type="a.b.c.v1"), "type-unknown", "type"),
    "binary without a type": (
        Sent(b"{}", "application/json", {"ce-specversion": "1.0", "ce-id": "1"}),
        "attribute-missing", "source",
    ),
    "no data": (structured(None), "data-missing", "data"),
    "data as text": (structured("{}"), "data-missing", "data"),
    "no key": (
        structured({"roster_id": "r", "rows": [row(1)]}), "field-missing", "key"
    ),
    "a key with a name": (structured(roster(key="司马相如")), "field-invalid", "key"),
    "a key no text": (structured(roster(key=7)), "field-invalid", "key"),
    "no roster": (structured(roster(roster_id="")), "field-missing", "roster_id"),
    "a name of two lines": (structured(roster(name="a\nb")), "field-invalid", "name"),
    "a dry run no truth": (
        structured(roster(dry_run="yes")), "field-invalid", "dry_run"
    ),
    "rows no list": (structured(roster(rows={"0": 1})), "field-invalid", "rows"),
    "rows null": (structured(roster(rows=None)), "field-missing", "rows"),
    "no rows": (structured(roster(rows=[])), "rows-none", "rows"),
    "201 rows": (
        structured(roster(*(row(number) for number in range(1, 202)))),
        "rows-too-many", "rows",
    ),
    "a row no object": (structured(roster(row(1), "乙")), "row-unreadable", "rows/1"),
    "a strange field": (
        structured(roster(row(1, 姓名="乙"))), "row-field-unknown", "rows/0"
    ),
    "no row number": (
        structured(roster({"name": "乙"})), "row-number-invalid", "rows/0/row"
    ),
    "a row number no number": (
        structured(roster(row("2"))), "row-number-invalid", "rows/0/row"
    ),
    "a number twice": (
        structured(roster(row(3), row(3.0))), "row-number-twice", "rows/1/row"
    ),
    "repairs of other rows": (
        structured(roster(row(1), repairs=[2])), "repairs-differ", "repairs"
    ),
    "repairs no numbers": (
        structured(roster(row(1), repairs=["1"])), "field-invalid", "repairs"
    ),
    "no changes": (changing(changes(rows=[])), "rows-none", "rows"),
    "201 changes": (
        changing(changes(*(change(n) for n in range(1, 202)))),
        "rows-too-many", "rows",
    ),
    "changes without a key": (
        changing({"rows": [change(1)]}), "field-missing", "key"
    ),
    "changes of a roster that is none": (
        changing(changes(roster_id="名册")), "field-invalid", "roster_id"
    ),
    "changes of another's branch": (
        changing(changes(branch_id="beijing")), "not-the-sender", "branch_id"
    ),
    "a strange field of a change": (
        changing(changes(change(1), change(2, because="x"))),
        "row-field-unknown", "rows/1/because",
    ),
    "a change no object": (changing(changes(7)), "row-unreadable", "rows/0"),
    "a change's number twice": (
        changing(changes(change(1), change(1))), "row-number-twice", "rows/1/row"
    ),
    "changes as a roster": (
        structured(changes(roster_id="r")), "row-field-unknown", "rows/0/action"
    ),
    "real beside the sandbox": (
        structured(roster(row(1, class_id="sandbox-open"), row(2))),
        "sandbox-mixed", "rows/1/class_id",
    ),
    "real changes beside the sandbox": (
        changing(changes(change(1), change(2, class_id="sandbox-full"))),
        "sandbox-mixed", "rows/0/class_id",
    ),
    "a key that asks for it": (
        structured(roster(key="sandbox-refused-rows-too-many.7")), "rows-too-many", ""
    ),
    "changes under a key that asks for it": (
        changing(changes(key="sandbox-refused-too-many-undecided")),
        "too-many-undecided", "",
    ),
    "another's branch": (
        structured(roster(branch_id="beijing")), "not-the-sender", "branch_id"
    ),
    "a closed branch": (
        Sent(structured(roster()).body, branch="closed"), "branch-closed", "branch_id"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_taken_is_refused_by_both_doors_for_one_reason(
    doors: Doors, what: str
) -> None:
    sent, reason, place = REFUSED[what]
    by_broker, by_https = doors.ask_broker(sent), doors.ask_https(sent)
    assert (by_broker.reason, by_broker.place) == (reason, place)
    assert by_broker == by_https
    assert doors.parked == []


def test_a_key_used_for_other_rows_is_refused_by_both(doors: Doors) -> None:
    first, other = (structured(roster(row(n), key="same-key")) for n in (1, 2))
    for ask in (doors.ask_broker, doors.ask_https):
        assert ask(first).rows
        assert (ask(other).reason, ask(other).key) == ("chunk-differs", "same-key")


def test_a_key_is_one_for_rosters_and_changes(doors: Doors) -> None:
    first = structured(roster(key="same-key"))
    other = changing(changes(key="same-key"))
    for ask in (doors.ask_broker, doors.ask_https):
        assert ask(first).rows
        assert (ask(other).reason, ask(other).key) == ("chunk-differs", "same-key")


def test_every_reason_says_what_to_do() -> None:
    for reason, what_to_do in WHAT_TO_DO.items():
        assert "：" in what_to_do, reason


def mutate(rng: random.Random) -> Sent:
    """A message of any kind: right, or wrong at up to three places."""
    count = range(1, rng.randint(2, 6))
    if rng.random() < 0.3:
        sent = changes(*(change(number) for number in count))
        whole = event(sent, type="branch.changes.sent.v1")
    else:
        whole = event(roster(*(row(number) for number in count)))
    for _ in range(rng.randint(0, 3)):
        _spoil(rng, whole)
    body = json.dumps(whole, ensure_ascii=rng.random() < 0.5)
    encoding = rng.choice(["utf-8"] * 6 + ["utf-16", "gb18030", "utf-8-sig"])
    raw = body.encode(encoding, "surrogatepass" if "utf" in encoding else "replace")
    if rng.random() < 0.1:
        raw = raw[: rng.randrange(len(raw))]
    kind = rng.choice([STRUCTURED] * 5 + ["", "application/json", "text/plain", BATCH])
    if rng.random() < 0.2 and isinstance(whole.get("data"), dict):
        kept = {
            f"ce-{n}": str(v)
            for n, v in whole.items()
            if n != "data" and v and str(v).isascii() and str(v).isprintable()
        }
        return Sent(json.dumps(whole["data"]).encode(), "application/json", kept)
    return Sent(raw, kind)


STRANGE: list[Any] = [
    None, "", 0, -1, 1.5, 1e400, 10**30, True, "司马相如", "x" * 2000, [], {}, [[]],
    {"a": 1}, "\ud800", "\x00", "2.0", "branch.roster.sent.v2",
]  # fmt: skip


def _spoil(rng: random.Random, whole: dict[str, Any]) -> None:
    """Put something strange in one place, or leave it out."""
    places: list[dict[str, Any]] = [whole]
    data = whole.get("data")
    if isinstance(data, dict):
        places.append(data)
        rows = data.get("rows")
        if isinstance(rows, list | tuple):
            places += [one for one in rows if isinstance(one, dict)]
    place = rng.choice(places)
    name = rng.choice([*place, "extra"])
    if rng.random() < 0.3:
        place.pop(name, None)
    else:
        place[name] = copy.deepcopy(rng.choice(STRANGE))


@pytest.mark.parametrize("seed", range(rounds(20, 400)))
def test_whatever_comes_both_doors_agree_and_answer(seed: int) -> None:
    rng, doors = random.Random(seed), Doors()
    for _ in range(25):
        sent = mutate(rng)
        by_broker, by_https = doors.ask_broker(sent), doors.ask_https(sent)
        if sent.content_type == BATCH:
            assert by_broker.reason == "content-type-unknown"
            continue
        assert by_broker == by_https
        assert bool(by_broker.rows) != bool(by_broker.reason)
    assert doors.parked == []


def test_of_a_batch_each_message_is_taken_or_refused_by_itself(doors: Doors) -> None:
    items = [
        event(roster(key="b1")), event(roster(rows=[], key="b2")), 7,
        event(roster(key="b3")),
    ]  # fmt: skip
    got = doors.post(Sent(json.dumps(items).encode(), BATCH))
    assert got.status_code == 200
    said = [
        (one["status"], one["key"], one["state"], one.get("reason", ""))
        for one in got.get_json()["items"]
    ]
    assert said == [
        (202, "b1", "received", ""), (422, "b2", "refused", "rows-none"),
        (400, "", "refused", "attribute-missing"), (202, "b3", "received", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_has_a_hundred_messages_at_most(doors: Doors, count: int) -> None:
    items = [event(roster()) for _ in range(count)]
    got = doors.post(Sent(json.dumps(items).encode(), BATCH))
    assert got.status_code == 422
    assert got.get_json()["type"].endswith("/batch-size")
