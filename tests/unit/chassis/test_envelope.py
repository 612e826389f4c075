"""Events as they travel: read as promised or refused with a reason."""

import json
from typing import Any

import bson
import msgspec
import pytest
from chassis.events.envelope import (
    HIDDEN,
    Envelope,
    PublicEvent,
    Refused,
    create_envelope,
    from_bytes,
    from_document,
    to_bytes,
    to_document,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import contracts

TAKEN = "enrollment.seat.taken.v1"
REQUIRED = sorted(contracts.example_of(TAKEN))


def an_event(**changed: Any) -> dict[str, Any]:
    return contracts.example_of(TAKEN) | changed


def raw(event: object) -> bytes:
    return json.dumps(event).encode()


def nested(depth: int) -> bytes:
    event = raw(an_event()).replace(b'"ticket"', b'"more": @, "ticket"')
    return event.replace(b"@", b"[" * depth + b"]" * depth)


@pytest.mark.parametrize("type_", contracts.all_types())
def test_every_golden_example_is_read_and_said_again_unchanged(type_: str) -> None:
    example = contracts.example_of(type_)
    envelope = from_bytes(raw(example))
    assert json.loads(to_bytes(envelope)) == example
    assert from_bytes(to_bytes(envelope)) == envelope
    assert from_document(to_document(envelope)) == envelope
    assert envelope.version > 0
    assert envelope.moment.tzinfo is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"text"',
        b"12",
        b'{"a": NaN}',
        raw(an_event())[:-1],
        raw(an_event()) + b"x",
        raw(an_event()).replace(b"dongcheng", b"\xff\xff"),
        raw(an_event()).replace(b"dongcheng", b"\\ud800"),
        raw(an_event()).replace(b": 12", b": 1" + b"0" * 5000),
        raw(an_event()).replace(b": 12", b": 1e999"),
    ],
)
def test_what_is_no_event_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(Refused, match=r"\w"):
        from_bytes(content)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"specversion": "0.3"}, "0.3"),
        ({"specversion": 1.0}, "specversion"),
        ({"type": "enrollment.seat.taken.v2"}, "taken.v2"),
        ({"type": "../events/x"}, "unknown event type"),
        ({"type": ""}, "unknown event type"),
        ({"sequence": "three"}, "sequence"),
        ({"sequence": ""}, "sequence"),
        ({"sequence": "-1"}, "sequence"),
        ({"sequence": "²"}, "sequence"),
        ({"sequence": "9" * 5000}, "sequence"),
        ({"sequence": 3}, "sequence"),
        ({"time": "yesterday"}, "time"),
        ({"data": None}, "data"),
        ({"data": []}, "data"),
        ({"data": {}}, "required"),
    ],
)
def test_an_event_that_is_not_as_promised_is_refused_by_name(
    changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        from_bytes(raw(an_event(**changed)))


@pytest.mark.parametrize("name", REQUIRED)
def test_an_event_without_one_of_its_fields_is_refused(name: str) -> None:
    event = an_event()
    del event[name]
    with pytest.raises(Refused, match=name):
        from_bytes(raw(event))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ticket", -1),
        ("ticket", "12"),
        ("ticket", 1.5),
        ("ticket", True),
        ("person_id", ""),
        ("person_id", None),
        ("person_id", {"$ne": 1}),
        ("person_id", "p" * 121),
    ],
)
def test_wrong_data_are_refused_with_the_place(field: str, value: object) -> None:
    data = contracts.example_of(TAKEN)["data"] | {field: value}
    with pytest.raises(Refused, match=field):
        from_bytes(raw(an_event(data=data)))


def reading_never_breaks(content: bytes) -> None:
    try:
        envelope = from_bytes(content)
    except Refused:
        return
    assert isinstance(envelope.version, int)
    assert from_bytes(to_bytes(envelope)) == envelope


@pytest.mark.parametrize("ticket", [2**31, 2**53 + 1, 2**63, 2**64, 10**40])
def test_a_huge_number_is_refused_or_read_but_breaks_nothing(ticket: int) -> None:
    data = contracts.example_of(TAKEN)["data"] | {"ticket": ticket}
    reading_never_breaks(raw(an_event(data=data)))


@pytest.mark.parametrize("size", [2**31, 2**40])
def test_a_number_beyond_32_bits_travels_after_it_lay_in_the_store(size: int) -> None:
    event = an_event()
    event["data"] = event["data"] | {"size": size}
    lay = bson.decode(bson.encode(to_document(from_bytes(raw(event)))))
    assert json.loads(to_bytes(from_document(lay)))["data"]["size"] == size


def test_what_no_event_holds_is_not_read_from_the_store() -> None:
    with pytest.raises(TypeError):
        from_document({"data": {"size": bson.Timestamp(1, 1)}})


def test_fields_added_later_are_let_through() -> None:
    data = contracts.example_of(TAKEN)["data"] | {"added_later": [1, {"a": None}]}
    assert from_bytes(raw(an_event(data=data))).data == data
    assert from_bytes(raw(an_event(extension="x"))).type == TAKEN


def test_ten_megabytes_are_refused_by_size() -> None:
    with pytest.raises(Refused, match="bytes"):
        from_bytes(b" " * (10 * 1024 * 1024))


@pytest.mark.parametrize("depth", [20, 200, 300, 600, 900, 1200, 5000, 120_000])
def test_deep_nesting_is_refused_or_read_but_breaks_nothing(depth: int) -> None:
    reading_never_breaks(nested(depth))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(contracts.all_types()), st.data())
def test_any_field_made_anything_is_read_or_refused(
    type_: str, data: st.DataObject
) -> None:
    event = json.loads(json.dumps(contracts.example_of(type_)))
    part = data.draw(st.sampled_from([event, event["data"]]))
    name = data.draw(st.sampled_from(sorted(part)))
    anything = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
    part[name] = data.draw(anything | st.lists(anything, max_size=3))
    reading_never_breaks(raw(event))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        from_bytes(content)


def a_sealed(version: int = 3, place: int = 0) -> Envelope:
    data = contracts.example_of(TAKEN)["data"]
    return create_envelope(
        "enrollment", PublicEvent(TAKEN, "s", data), "c1.p.1", version, place
    )


def test_sealing_again_gives_the_same_id_and_another_place_another() -> None:
    assert a_sealed().id == a_sealed().id
    assert len({a_sealed().id, a_sealed(4).id, a_sealed(3, 1).id}) == 3
    assert a_sealed().version == 3
    assert a_sealed().partitionkey == "c1.p.1"


def test_data_that_break_the_contract_are_not_sealed() -> None:
    with pytest.raises(Refused, match="required"):
        create_envelope("enrollment", PublicEvent(TAKEN, "s", {}), "c1.p.1", 1, 0)


def test_a_log_has_the_ids_that_services_make_and_no_other() -> None:
    envelope = from_bytes(raw(an_event()))
    assert envelope.shown_id == envelope.id
    for strange in ("13900000000", "张三.1.0", f"{'9' * 300}.1.0"):
        assert msgspec.structs.replace(envelope, id=strange).shown_id == HIDDEN
