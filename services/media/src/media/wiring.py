"""Wiring: the one place where media's parts meet."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chassis.broker.port import Transport
from chassis.http.routing import Routes
from chassis.operations.jobs import find_room
from chassis.operations.presence import FindRooms
from chassis.people.forgotten import ForgottenPeople
from chassis.people.personal_data import PersonalData, PersonalRows
from chassis.projections.rebuild import ReadModel
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop, Service
from chassis.settings import load_settings

from media.api.captions import CaptionRoutes, CaptionStreamRoutes
from media.api.drop_off import DropOffRoutes
from media.api.edge import EdgeRoutes
from media.api.holdings import HoldingsRoutes
from media.api.lectures import LectureRoutes
from media.api.making import MakingRoutes
from media.api.pictures import PictureRoutes
from media.api.statuses import STATUSES
from media.api.streaming import StreamingRoutes
from media.api.uploads import UploadRoutes
from media.api.watching import WatchingRoutes
from media.clients.picture_maker import FfmpegPictures
from media.clients.probe import ChildProbe
from media.clients.program import find_ffmpeg
from media.clients.scratch import FolderScratch
from media.clients.transcoder import Ffmpeg
from media.domain.errors import Refusal
from media.domain.lecture import Edition, edition_id
from media.events import projected_rows
from media.events.handlers import build_handlers
from media.events.to_events import to_event
from media.objects.connect import folder_of, open_objects
from media.objects.port import Objects
from media.settings import Settings
from media.store import documents
from media.store.caption_tracks import TRACK_FORM, StoredCaptionTracks
from media.store.editions import EDITION_FORM, StoredEditions
from media.store.entitlements import StoredEntitlements
from media.store.job_leases import LeaseTerms
from media.store.pictures import StoredPictures
from media.store.shown_courses import StoredShownCourses
from media.store.uploads import UPLOAD_FORM, StoredUploads
from media.store.waiting_jobs import find_jobs
from media.store.watching import RECORD_FORM, VIEWER_FORM, StoredRecord, StoredWatching
from media.usecases.check_grant import CheckGrant
from media.usecases.check_upload import CheckUpload
from media.usecases.clear_bytes import ClearBytes
from media.usecases.grant_stream import GrantStream
from media.usecases.put_captions import PutCaptions
from media.usecases.receive_upload import ReceiveUpload, UploadLimits
from media.usecases.report_watching import ReportWatching
from media.usecases.start_watching import StartWatching
from media.usecases.transcode_lecture import TranscodeLecture

HOUR = 3600.0  # uploads lapse after a week: an hour late is soon enough
UNHURRIED_SECONDS = 15.0  # how often to look for bytes that nobody wants any more
SHORT_SECONDS = 120.0
"""A lecture that is made so fast has a worker of its own kind: whatever else is in the
making, it begins at once."""
PERSONAL_ROWS = (
    PersonalRows("watch", documents.WatchDocument),
    PersonalRows("players", documents.ViewerDocument, field="_id"),
    PersonalRows("seats", documents.SeatDocument, "seats"),
)
"""What media stores about people, and for what reason some of it stays."""


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Media as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = load_settings(Settings, environ)
    base = ServiceKit("media", settings, to_event, documents.ALL, bus=bus)
    objects = open_objects(settings.objects_url)
    secret = settings.stream_secret.encode()
    jobs = _JobWakeUps()
    stores = _build_stores(base, objects, jobs)
    entitlements = stores.entitlements
    base.rebuilding.add_model(
        ReadModel("courses", entitlements.courses, projected_rows.COURSES),
        ReadModel("seats", entitlements.seats, projected_rows.SEATS),
        ReadModel("aliases", entitlements.aliases.rows, projected_rows.ALIASES),
    )
    take = ReceiveUpload(stores.uploads, _upload_limits(settings), time.time)
    making = _Making(settings, stores.uploads, stores.editions, take, jobs)
    about_people = PersonalData(ForgottenPeople(base.database), PERSONAL_ROWS)
    routes = [
        UploadRoutes(take),
        *_build_lecture_routes(stores, secret),
        *_build_stream_routes(stores, objects, secret),
        PictureRoutes(StoredPictures(objects), making.pictures),
        HoldingsRoutes(about_people),
    ]
    base.find_jobs.append(
        partial(
            find_jobs, stores.uploads.rows.collection, stores.editions.rows.collection
        )
    )
    base.presence.find_rooms += _find_places(settings)
    away = {"objects": objects.is_away}
    app = base.create_app(routes, Refusal, STATUSES, away)
    event_handlers = build_handlers(
        entitlements, entitlements.aliases, making.queue_edition, about_people
    )
    service = base.create_service(app, event_handlers, making.worker_loops(base))

    def declare_storage() -> None:
        base.declare_indexes()
        objects.prepare()

    service.declare = declare_storage
    return service


def _find_places(settings: Settings) -> list[FindRooms]:
    """The disks that media writes to: scratch, and objects where they are files."""
    places = [partial(find_room, "work", Path(settings.work_dir))]
    if folder := folder_of(settings.objects_url):
        places.append(partial(find_room, "objects", folder))
    return [*places]


class _JobWakeUps:
    """What wakes the workers of this process when an upload or edition was written."""

    def __init__(self) -> None:
        self.checking = threading.Event()
        self.making, self.making_short = threading.Event(), threading.Event()

    def wake_makers(self) -> None:
        """Wake the workers that make lectures."""
        self.making.set()
        self.making_short.set()


class _Making:
    """The parts between an upload that is whole and a lecture that can be watched."""

    def __init__(
        self,
        settings: Settings,
        uploads: StoredUploads,
        editions: StoredEditions,
        take: ReceiveUpload,
        jobs: "_JobWakeUps",
    ) -> None:
        program = find_ffmpeg(settings.ffmpeg)
        self.editions, self.take = editions, take
        self.probe, self.ffmpeg = ChildProbe(program), Ffmpeg(program, settings.preset)
        self.scratch = FolderScratch.of_setting(settings.work_dir)
        self.pictures = FfmpegPictures(program, self.scratch)
        self.check = CheckUpload(uploads, editions, self.probe, self.scratch, time.time)
        self.clear = ClearBytes(uploads, editions)
        self.jobs = jobs

    def queue_edition(self, lecture_id: str, number: int) -> None:
        """Queue an edition for the workers."""
        id_ = edition_id(lecture_id, number)
        self.editions.change(id_, lambda stored: stored.queue_making(time.time()))

    def worker_loops(self, base: ServiceKit) -> dict[str, Loop]:
        """The loops of a worker."""
        short = self._transcode_worker(SHORT_SECONDS)
        return {
            "checking": base.work_loop("checking", self.check, self.jobs.checking),
            "clearing": base.work_loop(
                "clearing", self.clear, idle_seconds=UNHURRIED_SECONDS
            ),
            "closing": base.work_loop("closing", self._close_stale, idle_seconds=HOUR),
            "transcoding": base.work_loop(
                "transcoding", self._transcode_worker(None), self.jobs.making
            ),
            "transcoding-short": base.work_loop(
                "transcoding-short", short, self.jobs.making_short
            ),
        }

    def _transcode_worker(self, longest_seconds: float | None) -> TranscodeLecture:
        return TranscodeLecture(
            self.editions,
            self.probe,
            self.ffmpeg,
            self.scratch,
            time.time,
            longest_seconds,
        )

    def _close_stale(self) -> bool:
        self.scratch.sweep_folders()
        return self.take.close_stale()


@dataclass(frozen=True)
class _Stores:
    """What media keeps."""

    uploads: StoredUploads
    editions: StoredEditions
    tracks: StoredCaptionTracks
    watching: StoredWatching
    entitlements: StoredEntitlements


def _build_lecture_routes(stores: _Stores, secret: bytes) -> list[Routes]:
    """The routes by which lectures are made, captioned and granted."""
    uploads, editions, tracks = stores.uploads, stores.editions, stores.tracks
    watching, entitlements = stores.watching, stores.entitlements
    showings = StoredShownCourses(entitlements.courses)
    grant = GrantStream(editions, watching, entitlements, tracks, secret, time.time)
    put_captions = PutCaptions(tracks, editions, uploads, time.time)
    return [
        MakingRoutes(editions, uploads, showings, tracks),
        LectureRoutes(editions, uploads, grant),
        DropOffRoutes(editions, watching),
        CaptionRoutes(tracks, editions, uploads, put_captions),
    ]


def _build_stream_routes(
    stores: _Stores, objects: Objects, secret: bytes
) -> list[Routes]:
    """The routes of players."""
    watching, entitlements = stores.watching, stores.entitlements
    check = CheckGrant(entitlements, secret, time.time)
    return [
        StreamingRoutes(check, watching, objects),
        CaptionStreamRoutes(check, stores.tracks),
        EdgeRoutes(check, watching),
        WatchingRoutes(
            check,
            StartWatching(watching, time.time),
            ReportWatching(watching, entitlements, time.time),
            watching,
            entitlements.aliases,
        ),
    ]


def _build_stores(base: ServiceKit, objects: Objects, jobs: _JobWakeUps) -> _Stores:
    leasing = LeaseTerms(base.stopping.is_set)
    uploads = StoredUploads(
        base.open_aggregates(documents.UploadDocument, UPLOAD_FORM),
        objects,
        leasing,
        jobs.checking.set,
    )
    editions = StoredEditions(
        base.open_aggregates(documents.EditionDocument, EDITION_FORM),
        objects,
        leasing,
        jobs.wake_makers,
    )
    tracks = StoredCaptionTracks(
        base.open_aggregates(documents.CaptionTrackDocument, TRACK_FORM)
    )
    watching = StoredWatching(
        base.open_aggregates(documents.WatchDocument, RECORD_FORM),
        base.open_aggregates(documents.ViewerDocument, VIEWER_FORM),
    )
    base.add_snapshots(
        editions.rows,
        Edition.to_snapshot,
        "media.transcode.progressed.v1",
        "media.lecture.ready.v1",
        "media.lecture.failed.v1",
    )
    base.add_snapshots(
        watching.records,
        _to_record_snapshot,
        "media.watch.progressed.v1",
        "media.watch.completed.v1",
    )
    return _Stores(uploads, editions, tracks, watching, StoredEntitlements())


def _upload_limits(settings: Settings) -> UploadLimits:
    gib = 1024**3
    return UploadLimits(
        settings.uploads_open,
        settings.upload_gib * gib,
        settings.upload_gib_of_all * gib,
    )


def _to_record_snapshot(stored: StoredRecord) -> list[object]:
    """The snapshot of a watch record."""
    return stored.record.to_snapshot()
