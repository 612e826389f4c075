"""A roster file of eight megabytes costs little memory, whatever stands in it."""

import tracemalloc
from collections.abc import Callable, Mapping

import pytest
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import LARGEST, read_roster

HEAD = "姓名,会员号,手机号,班级编号"
ROW = "张三,M1,13812345678,c1"
FULL = "rows to the last"
EIGHT_MEGABYTES: Mapping[str, Callable[[], str]] = {
    FULL: lambda: (
        f"{HEAD},备注\n"
        + "".join(
            f"欧阳小明{n},M{n:06d},138{n:08d},c1,{'长' * 36}\n" for n in range(50_000)
        )
    ),
    "rows beyond the last": lambda: f"{HEAD}\n{ROW}\n" * 300_000,
    "cells in one line": lambda: f"{HEAD}\n" + "," * LARGEST,
    "lines without a row": lambda: f"{HEAD}\n" + "\n" * LARGEST,
    "one long cell": lambda: f"{HEAD}\n" + "x" * LARGEST,
    "quotes that stay open": lambda: f"{HEAD}\n" + '"a\n' * (LARGEST // 3),
    "rows without anybody": lambda: f"序号,{HEAD}\n" + "12,,,,\n" * 300_000,
    "lines too long for heads": lambda: f"{HEAD}\n{ROW}\n{'王' * 30_000},x,,\n" * 90,
    "rare characters": lambda: f"{HEAD}\n" + f"{'𠮷' * 40},M1,1,c1\n" * 48_000,
}
"""By their kinds, written when they are needed: together they are large."""


@pytest.mark.parametrize("kind", EIGHT_MEGABYTES)
def test_eight_megabytes_cost_at_most_fifty_whatever_they_are(kind: str) -> None:
    content = EIGHT_MEGABYTES[kind]().encode()[:LARGEST]
    tracemalloc.start()
    try:
        try:
            read_roster(content)
        except RosterUnreadable:
            assert kind != FULL
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 42 * 1024 * 1024, f"{peak / 1024 / 1024:.1f} MB beside the file's 8"
