"""A producer and a hearer of the tests, whose read model is rebuilt."""

import threading
from collections.abc import Callable
from dataclasses import replace

from catalog.domain.training_class import TrainingClass
from catalog.events.to_events import to_event
from catalog.store.documents import ClassDocument
from chassis.broker.port import Transport
from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Consumer, Handler
from chassis.projections.projection import Copies, Told
from chassis.projections.rebuild import ReadModel, Rebuilding
from chassis.projections.snapshot import (
    AT_ONCE,
    STATE_ASKED,
    STATE_TOLD,
    Restating,
    Source,
)
from chassis.storage.aggregates import Aggregates, form_of
from chassis.storage.collections import Tables
from notify.domain.title import Title
from notify.events.projected_rows import row_of_title
from notify.store.documents import TitleDocument

from tests.engines import Kept

OPENED = "catalog.class.opened.v1"
CLASS = TrainingClass(
    "c1", "k1", "一班", 30, (), "2026-12-01", "2026-12-05", "", "online"
)
CLASSES = 2 * AT_ONCE + 20
Read = Callable[[Envelope], Told[Title]]


class Catalog:
    """The producer: classes, and an ear for whoever rebuilds."""

    def __init__(self, kept: Kept, bus: Transport) -> None:
        form = form_of(TrainingClass)
        self.classes = kept.aggregates("catalog", ClassDocument, form, to_event)
        self.tables = Tables(kept.database("catalog"))
        self.tables.declare()
        restating = self.restating = Restating("catalog", to_event, bus)
        source = Source(self.classes, TrainingClass.to_snapshot, frozenset({OPENED}))
        restating.sources.append(source)
        plumbing = {STATE_ASKED: restating.on_state_asked}
        self.consumer = Consumer("catalog", {}, self.tables, bus, plumbing=plumbing)

    def open(self, count: int) -> None:
        """So many classes, named c000 and on."""
        named = (f"c{number:03d}" for number in range(count))
        self.classes.add_many(
            (id_, replace(CLASS, id=id_, title=f"班 {id_}"), ()) for id_ in named
        )


class Notify:
    """The hearer: one read model, and whatever one wants to happen while it fills."""

    def __init__(self, kept: Kept, bus: Transport) -> None:
        kept.declare("notify", TitleDocument)
        self.titles = Copies(TitleDocument, form_of(Title))
        self.tables = Tables(kept.database("notify"))
        self.tables.declare()
        self.rebuilding = Rebuilding("notify", self.tables, bus, again_seconds=0.5)
        self.read: Read = row_of_title
        model = ReadModel("titles", self.titles, {OPENED: lambda e: self.read(e)})
        self.rebuilding.add(model)
        self.take: Handler = self.rebuilding.on_state_told
        plumbing = {STATE_TOLD: lambda events: self.take(events)}
        self.consumer = Consumer("notify", {}, self.tables, bus, plumbing=plumbing)

    def fill(self, classes: Aggregates[TrainingClass]) -> None:
        """As if every opening had been heard."""
        self.titles.put(
            (id_, version, Title(id_, one.title))
            for id_, one, version in classes.after("", CLASSES)
        )

    def named(self) -> dict[str, str]:
        return {one.id: one.title for one in self.titles.find({})}

    def state(self) -> str:
        return str(self.rebuilding.progress("titles")["state"])

    def work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if not self.rebuilding.step():
                stop.wait(0.02)


def both(catalog: Catalog, notify: Notify) -> list[Callable[[threading.Event], None]]:
    return [catalog.consumer.run, notify.consumer.run, notify.work]
