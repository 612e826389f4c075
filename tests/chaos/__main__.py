"""`make chaos`: hurt the parts one after the other, and count what became of it."""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.faults import FAULTS, Fault, Scene
from tests.chaos.figures import Row, print_table
from tests.chaos.judging import judge
from tests.chaos.ledger import Ledger
from tests.chaos.load import Demand, running_load
from tests.chaos.stage import Stage, running_stage
from tests.parts.process import wait_until


@dataclass(frozen=True)
class Form:
    """How much is done to each fault."""

    events: int
    rate: float
    keys: int
    drain_seconds: float


SHORT = Form(events=200, rate=100, keys=40, drain_seconds=90)
LONG = Form(events=10_000, rate=200, keys=400, drain_seconds=300)


def main() -> None:
    """Run the faults that were asked for; exit 1 on any breach."""
    asked = argparse.ArgumentParser(prog="make chaos")
    asked.add_argument("--long", action="store_true")
    asked.add_argument("--only", action="append", choices=[f.name for f in FAULTS])
    said = asked.parse_args()
    chosen = [f for f in FAULTS if f.name in (said.only or [f.name])]
    with (
        tempfile.TemporaryDirectory(prefix="chaos-") as folder,
        running_stage(Path(folder)) as stage,
    ):
        rows = [suffer(stage, fault, said.long) for fault in chosen]
    print_table(rows)
    sys.exit(any(not row.is_kept for row in rows))


def suffer(stage: Stage, fault: Fault, long: bool) -> Row:
    """One fault under load, then drained and judged."""
    form = LONG if long else SHORT
    rounds = fault.long_rounds if long else fault.short_rounds
    ledger = Ledger(stage.folder / f"{fault.name}.ledger")
    demand = Demand(fault.name, form.rate, form.keys)
    with running_load(stage.url, demand, ledger) as load:
        fault.act(Scene(stage, load, rounds))
        left = form.events - ledger.events
        load.await_events(max(0, left), 60 + form.events / form.rate * 4)
    healed = time.monotonic()
    drained = wait_until(lambda: stage.has_drained(fault.name), form.drain_seconds)
    took = time.monotonic() - healed
    ledger.close()
    verdict = judge(ledger.lines(), stage.heard(fault.name))
    row = Row(fault.name, verdict, took, drained, stage.parked(fault.name))
    print(row.line(), flush=True)
    return row


if __name__ == "__main__":
    main()
