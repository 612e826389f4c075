"""`make chaos`: hurt the parts one after the other, and count what became of it."""

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.chaos.faults import FAULTS
from tests.chaos.figures import Row, print_heads, print_table
from tests.chaos.judging import judge
from tests.chaos.ledger import Ledger
from tests.chaos.load import Demand, Load, running_load
from tests.chaos.scene import Broken, Fault, Scene
from tests.chaos.stage import Stage, running_stage
from tests.parts import clock, faults, rabbitmq
from tests.parts.process import wait_until
from tests.platform.running import until

LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class Form:
    """How much is done to each fault."""

    events: int
    rate: float
    keys: int
    drain_seconds: float


SHORT = Form(events=200, rate=50, keys=40, drain_seconds=120)
LONG = Form(events=10_000, rate=200, keys=400, drain_seconds=300)


def main() -> None:
    """Run the faults that were asked for; exit 1 on any breach."""
    names = [fault.name for fault in FAULTS]
    asked = argparse.ArgumentParser(prog="make chaos")
    asked.add_argument("--long", action="store_true", help="10,000 events a fault")
    asked.add_argument("--only", action="append", choices=names)
    asked.add_argument("--keep", type=Path, help="a folder for ledgers and logs")
    said = asked.parse_args()
    chosen = [fault for fault in FAULTS if _is_chosen(fault, said.only, said.long)]
    for release in {fault.ground.release for fault in chosen}:
        rabbitmq.install(release)
    for part in (faults, clock):
        part.install()
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        rows = _all(said.keep or Path(folder), chosen, said.long)
    print_table(rows)
    print(f"{monotonic() - began:.0f} s in all")
    sys.exit(any(row.breaches for row in rows))


def _is_chosen(fault: Fault, only: list[str] | None, long: bool) -> bool:
    """What is asked for by name, or all that this form has and that can be kept."""
    if only:
        return fault.name in only
    if fault.needs:
        print(f"{fault.name}: not run, needs {fault.needs}")
    return not fault.needs and bool(_rounds(fault, long))


def _rounds(fault: Fault, long: bool) -> int:
    return fault.long_rounds if long else fault.short_rounds


def _all(folder: Path, chosen: list[Fault], long: bool) -> list[Row]:
    """Those of one ground on one stage, those of another on another."""
    print_heads()
    rows = []
    for ground in dict.fromkeys(fault.ground for fault in chosen):
        faults = [fault for fault in chosen if fault.ground is ground]
        own = folder / ground.name
        own.mkdir(parents=True)
        with running_stage(own, ground) as stage:
            rows += [suffer(stage, f, long) for f in faults if _can_be(f, stage)]
    return rows


def _can_be(fault: Fault, stage: Stage) -> bool:
    """Whether the stage has what the fault hurts; said if not."""
    if not fault.apart or (stage.cluster and stage.cluster.network):
        return True
    why = stage.cluster.together if stage.cluster else "one node"
    print(f"{fault.name}: not run, needs a machine for each node ({why})")
    return False


def suffer(stage: Stage, fault: Fault, long: bool) -> Row:
    """One fault under load, drained while that is filled up, and judged after it."""
    form = LONG if long else SHORT
    ledger = Ledger(stage.folder / f"{fault.name}.ledger")
    demand = Demand(fault.name, fault.rate or form.rate, form.keys)
    with running_load(stage.url, demand, ledger) as load:
        scene = Scene(stage, load, _rounds(fault, long) or 1)
        broken = _act(fault, scene)
        with ThreadPoolExecutor(1) as beside:
            draining = beside.submit(_drain, stage, fault.name, form)
            _fill_up(load, form)
            load.stop.set()
            took = draining.result()
    drained = wait_until(lambda: stage.has_drained(fault.name), form.drain_seconds)
    ledger.close()
    if fell := stage.fleet.gave_up():
        broken = broken or f"a loop failed in {', '.join(fell)}"
    row = Row(
        fault.name,
        judge(ledger.lines(), {**stage.heard(fault.name), **scene.receipts}),
        took,
        drained,
        stage.parked(fault.name),
        stage.outdated(fault.name, stage.counts(fault.name)),
        load.unanswered,
        fault.bars,
        broken,
    )
    print(row.line(), flush=True)
    return row


def _act(fault: Fault, scene: Scene) -> str:
    """Hurt and heal; what was broken that the ledger cannot see."""
    try:
        fault.act(scene)
    except (Broken, AssertionError) as error:
        return str(error)
    return ""


def _drain(stage: Stage, prefix: str, form: Form) -> float:
    """Seconds from the healing until all that had been said by then was heard."""
    healed = monotonic()
    counts = until(lambda: stage.counts(prefix), form.drain_seconds)
    wait_until(
        lambda: stage.has_heard(prefix, counts), form.drain_seconds, LOOK_SECONDS
    )
    return monotonic() - healed


def _fill_up(load: Load, form: Form) -> None:
    left = form.events - load.ledger.events
    if left > 0:
        load.await_events(left, 60 + 4 * left / load.demand.rate)


if __name__ == "__main__":
    main()
