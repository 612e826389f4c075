"""Services pull events from each other over signed HTTP, each only what it consumes."""

import datetime
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import msgspec
import pytest
from chassis.events.page import ARCHIVE, SNAPSHOTS, Pull
from chassis.http.app import create_app
from chassis.http.auth import Verifier
from chassis.http.client import Client
from chassis.http.problem import Problem
from chassis.outbox.archive import PAGE
from chassis.service import pull_routes as routes
from werkzeug.serving import make_server

from tests.engines import Kept
from tests.messaging.consuming import TYPE
from tests.messaging.publishing import PublishingService
from tests.messaging.rebuilt import CLASSES, OPENED, Catalog
from tests.unit.chassis.test_auth import Keys

HOUR = datetime.timedelta(hours=1)
OF_MEDIA = "media.lecture.ready.v1"


@dataclass
class Pulled:
    """The catalog behind its real doors, and whoever asks it."""

    catalog: Catalog
    publishing: PublishingService
    as_service: Callable[[str], Pull]


@pytest.fixture
def pulled(
    kept: Kept, publishing: PublishingService, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pulled]:
    keys = Keys(tmp_path_factory.mktemp("keys"), "catalog", "enrollment", "gateway")
    catalog = Catalog(kept)
    app = create_app("catalog", Verifier("catalog", keys.all))
    archive = publishing.producer.archive
    app.register_blueprint(
        routes.create_blueprint("catalog", archive, catalog.snapshots)
    )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"

    def as_service(name: str) -> Pull:
        return partial(routes.pull_page, Client("catalog", url, keys.signer(name)))

    yield Pulled(catalog, publishing, as_service)
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def yesterday() -> str:
    return (datetime.datetime.now(datetime.UTC) - 24 * HOUR).isoformat()


def test_the_archive_comes_in_pages_that_miss_nothing(pulled: Pulled) -> None:
    for number in range(3):
        pulled.publishing.archive(f"k{number}", PAGE // 2, (3 - number) * HOUR)
    enrollment, after, ids = pulled.as_service("enrollment"), yesterday(), []
    while after:
        page = enrollment(ARCHIVE, [TYPE], after, "")
        ids += [msgspec.json.decode(raw)["id"] for raw in page.events]
        after = page.next
    assert len(ids) == len(set(ids)) == 3 * (PAGE // 2)
    assert ids[:2] == ["k0.1.0", "k0.2.0"]


def test_the_archive_is_shown_up_to_a_moment_and_of_the_types_asked_for(
    pulled: Pulled,
) -> None:
    pulled.publishing.archive("early", 1, 3 * HOUR)
    pulled.publishing.archive("late", 1, HOUR)
    enrollment = pulled.as_service("enrollment")
    until = datetime.datetime.now(datetime.UTC) - 2 * HOUR
    page = enrollment(ARCHIVE, [TYPE], yesterday(), until.isoformat())
    assert [msgspec.json.decode(raw)["id"] for raw in page.events] == ["early.1.0"]
    assert enrollment(ARCHIVE, [OPENED], yesterday(), "").events == []


def test_snapshots_come_in_pages_that_tell_of_all(pulled: Pulled) -> None:
    pulled.catalog.open(CLASSES)
    enrollment, after, passed, ids = pulled.as_service("enrollment"), "", 0, []
    while True:
        page = enrollment(SNAPSHOTS, [OPENED], after, "")
        ids += [msgspec.json.decode(raw)["subject"] for raw in page.events]
        passed, after = passed + page.passed, page.next
        if not after:
            break
    assert passed == page.total == len(set(ids)) == CLASSES


@pytest.mark.parametrize("type_", [OF_MEDIA, "no.such.v1", f"{TYPE},{OF_MEDIA}"])
def test_a_service_pulls_only_what_it_consumes(pulled: Pulled, type_: str) -> None:
    enrollment = pulled.as_service("enrollment")
    for pull in (
        lambda: enrollment(ARCHIVE, [type_], yesterday(), ""),
        lambda: enrollment(SNAPSHOTS, [type_], "", ""),
    ):
        with pytest.raises(Problem) as refused:
            pull()
        assert (refused.value.status, refused.value.slug) == (403, "not-consumed")


def test_a_service_that_consumes_nothing_of_it_pulls_nothing(pulled: Pulled) -> None:
    with pytest.raises(Problem) as refused:
        pulled.as_service("gateway")(ARCHIVE, [TYPE], yesterday(), "")
    assert (refused.value.status, refused.value.slug) == (403, "role-missing")


def test_a_moment_without_a_zone_is_refused(pulled: Pulled) -> None:
    with pytest.raises(Problem) as refused:
        pulled.as_service("enrollment")(ARCHIVE, [TYPE], "2026-11-01T00:00", "")
    assert refused.value.status == 422


def test_a_type_by_which_nothing_tells_its_state_is_refused(pulled: Pulled) -> None:
    with pytest.raises(Problem) as refused:
        pulled.as_service("enrollment")(SNAPSHOTS, [TYPE], "", "")
    assert (refused.value.status, refused.value.slug) == (422, "no-snapshots")
