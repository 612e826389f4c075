"""Who gets which: the one place where media's parts meet."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from chassis.messaging.rebuilding import ReadModel
from chassis.messaging.transport import Transport
from chassis.objects.connect import objects as open_objects
from chassis.plumbing import Plumbing
from chassis.process import Service
from chassis.settings import read

from media.api import lectures as lectures_api
from media.api import streaming as streaming_api
from media.api import uploads as uploads_api
from media.api import watching as watching_api
from media.clients.probe import ChildProbe
from media.clients.program import find_ffmpeg
from media.clients.transcoder import Ffmpeg
from media.domain.errors import Refusal
from media.domain.lecture import Edition, edition_id
from media.events import told
from media.events.handlers import handlers
from media.events.published import word
from media.settings import Settings
from media.store import documents
from media.store.entitlements import StoredEntitlements
from media.store.uploads import (
    EDITION_FORM,
    UPLOAD_FORM,
    StoredEditions,
    StoredUploads,
)
from media.store.watching import RECORD_FORM, VIEWER_FORM, KeptRecord, StoredWatching
from media.usecases.check_grant import CheckGrant
from media.usecases.grant_stream import GrantStream
from media.usecases.report_watching import ReportWatching
from media.usecases.start_watching import StartWatching
from media.usecases.take_upload import TakeUpload
from media.usecases.transcode_lecture import TranscodeLecture

HOUR = 3600.0
STATUSES = {
    "unknown-upload": 404,
    "unknown-lecture": 404,
    "parts-through-here": 404,
    "wrong-part": 422,
    "parts-missing": 422,
    "no-lecture": 422,
    "not-enrolled": 403,
    "stream-refused": 403,
}


def build(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Media as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = read(Settings, environ)
    base = Plumbing("media", settings, word, documents.ALL, bus=bus)
    objects = open_objects(settings.objects_url)
    work, secret = Path(settings.work_dir), settings.stream_secret.encode()
    uploads = StoredUploads(
        base.aggregates(documents.UploadDocument, UPLOAD_FORM), objects
    )
    editions = StoredEditions(
        base.aggregates(documents.EditionDocument, EDITION_FORM), objects
    )
    watching = StoredWatching(
        base.aggregates(documents.WatchDocument, RECORD_FORM),
        base.aggregates(documents.ViewerDocument, VIEWER_FORM),
    )
    entitlements = StoredEntitlements()
    base.rebuilding.add(
        ReadModel("courses", entitlements.courses, told.COURSES),
        ReadModel("seats", entitlements.seats, told.SEATS),
    )
    base.restates(
        editions.rows, Edition.restate, "media.transcode.progressed.v1",
        "media.lecture.ready.v1", "media.lecture.failed.v1",
    )  # fmt: skip
    base.restates(
        watching.records, _restate_record, "media.watch.progressed.v1",
        "media.watch.completed.v1",
    )  # fmt: skip
    program = find_ffmpeg(settings.ffmpeg)
    probe = ChildProbe(program)
    take = TakeUpload(uploads, editions, probe, work, time.time)
    ffmpeg = Ffmpeg(program, settings.preset)
    transcode = TranscodeLecture(editions, probe, ffmpeg, work)
    grant = GrantStream(editions, watching, entitlements, secret, time.time)
    check = CheckGrant(entitlements, secret, time.time)
    transcoding = threading.Event()

    def queue_transcode(lecture_id: str, number: int) -> None:
        id_ = edition_id(lecture_id, number)
        editions.change(id_, Edition.start)
        editions.make_due(id_)
        transcoding.set()

    app = base.app(
        [
            uploads_api.blueprint(take),
            lectures_api.blueprint(editions, uploads, grant),
            streaming_api.blueprint(check, watching, objects),
            watching_api.blueprint(
                check,
                StartWatching(watching, time.time),
                ReportWatching(watching, time.time),
            ),
        ],
        Refusal,
        STATUSES,
        {"objects": objects.is_away},
    )
    workers = {
        "checking": base.work_loop("checking", take.check_next),
        "closing": base.work_loop("closing", take.close_stale, idle_seconds=HOUR),
        "transcoding": base.work_loop("transcoding", transcode, transcoding),
    }
    service = base.service(app, handlers(entitlements, queue_transcode), workers)

    def declare() -> None:
        base.declare()
        objects.prepare()

    service.declare = declare
    return service


def _restate_record(kept: KeptRecord) -> list[object]:
    """What is told of a watch record anew."""
    return kept.record.restate()
