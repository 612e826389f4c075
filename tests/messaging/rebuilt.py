"""A producer and a consumer of the tests, whose read model is rebuilt."""

import threading
from collections.abc import Callable
from dataclasses import replace

from catalog.domain.training_class import TrainingClass
from catalog.events.to_events import to_event
from catalog.store.documents import ClassDocument
from chassis.events.envelope import Envelope
from chassis.projections.projection import ProjectedRow, Projection
from chassis.projections.rebuild import ReadModel, Rebuilding
from chassis.projections.snapshot import AT_ONCE, Snapshots, SnapshotSource
from chassis.storage.aggregates import Aggregates, mapping_of
from chassis.storage.collections import MessagingCollections
from notify.domain.title import Title
from notify.events.projected_rows import row_of_title
from notify.store.documents import TitleDocument

from tests.engines import Kept
from tests.messaging.pulled import LocalProducer

OPENED = "catalog.class.opened.v1"
CLASS = TrainingClass(
    "c1", "k1", "一班", 30, (), "2026-12-01", "2026-12-05", "", "online"
)
CLASSES = 2 * AT_ONCE + 20
Read = Callable[[Envelope], ProjectedRow[Title]]


class Catalog:
    """The producer: classes, and what tells of them."""

    def __init__(self, kept: Kept) -> None:
        form = mapping_of(TrainingClass)
        self.classes = kept.aggregates("catalog", ClassDocument, form, to_event)
        self.snapshots = Snapshots("catalog", to_event)
        source = SnapshotSource(
            self.classes, TrainingClass.to_snapshot, frozenset({OPENED})
        )
        self.snapshots.sources.append(source)
        self.producer = LocalProducer(
            MessagingCollections(kept.database("catalog")), self.snapshots
        )

    def open(self, count: int) -> None:
        """So many classes, named c000 and on."""
        named = (f"c{number:03d}" for number in range(count))
        self.classes.add_many(
            (id_, replace(CLASS, id=id_, title=f"班 {id_}"), ()) for id_ in named
        )


class Notify:
    """The consumer: one read model, and whatever one wants to happen while it fills."""

    def __init__(self, kept: Kept, catalog: Catalog) -> None:
        kept.declare("notify", TitleDocument)
        self.titles = Projection(TitleDocument, mapping_of(Title))
        self.collections = MessagingCollections(kept.database("notify"))
        self.collections.declare_indexes()
        producers = {"catalog": catalog.producer}
        self.rebuilding = Rebuilding("notify", self.collections, producers)
        self.read: Read = row_of_title
        model = ReadModel("titles", self.titles, {OPENED: lambda e: self.read(e)})
        self.rebuilding.add_model(model)

    def fill(self, classes: Aggregates[TrainingClass]) -> None:
        """As if every opening had been heard."""
        self.titles.put_rows(
            (id_, version, Title(id_, one.title))
            for id_, one, version in classes.find_after("", CLASSES)
        )

    def named(self) -> dict[str, str]:
        return {one.id: one.title for one in self.titles.find({})}

    def state(self) -> str:
        return self.rebuilding.get_progress("titles").state

    def rebuild(self) -> str:
        """Start, and go on until nothing is due any more; the state it is in."""
        self.rebuilding.start_run("titles")
        while self.rebuilding.rebuild_page():
            pass
        return self.state()

    def let_go_on(self) -> None:
        """As if a pause were over."""
        self.collections.rebuilds.update_many({}, {"$set": {"work_due": 0.0}})

    def work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if not self.rebuilding.rebuild_page():
                stop.wait(0.02)
