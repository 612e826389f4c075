"""Every engine answers as MongoDB documents it, but for differences with a name."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.engines import DIFFERENCES, Engine
from tests.ports.answers import CASES, Case

WIRE_CASES = ("a document over 16 MiB", "an answer over 48 MB")
BY_NAME = {case.name: case for case in CASES}


def holds(said: Any, wanted: Any) -> bool:
    """Whether an answer holds all that is wanted of it; lists one to one."""
    if isinstance(wanted, Mapping):
        return isinstance(said, Mapping) and all(
            name in said and holds(said[name], value) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return len(said) == len(wanted) and all(map(holds, said, wanted))
    return bool(said == wanted)


def answered(engine: Engine, case: Case) -> tuple[Any, list[Any]]:
    """The reply to a case's command, and what the collection holds then."""
    name = f"answers{CASES.index(case)}"
    with engine.client() as client:
        client.drop_database(name)
        database = client[name]
        database.command("createIndexes", "rows", indexes=list(case.indexes))
        if case.before:
            database["rows"].insert_many([dict(row) for row in case.before])
        said = database.command(dict(case.command), check=False)
        return said, list(database["rows"].find().sort("_id"))


def is_answered_well(engine: Engine, case: Case) -> tuple[bool, str]:
    said, held = answered(engine, case)
    well = holds(said, case.answer)
    if case.after is not None:
        well = well and held == sorted(case.after, key=lambda row: str(row["_id"]))
    return well, f"{case.name}: {said}, holding {held}"


@pytest.mark.parametrize("name", BY_NAME)
def test_the_engine_answers_as_documented(engine: Engine, name: str) -> None:
    well, told = is_answered_well(engine, BY_NAME[name])
    if engine.differs(name):
        assert not well, f"no difference any more: {told}"
    else:
        assert well, told


def test_every_difference_is_of_a_case_and_they_are_few() -> None:
    for named in DIFFERENCES.values():
        for one in named:
            assert one.cases <= {*BY_NAME, *WIRE_CASES}
            assert one.reason
    assert DIFFERENCES["embedded"] == ()
    assert len(DIFFERENCES["mongo"]) <= 7
