"""Wiring: the one place where notify's parts meet."""

import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from time import monotonic, time

from chassis.broker.port import Transport
from chassis.operations.jobs import find_room
from chassis.people.forgotten import ForgottenPeople
from chassis.people.personal_data import PersonalData, PersonalRows
from chassis.projections.aliases import Aliases
from chassis.projections.rebuild import ReadModel
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop, Service
from chassis.settings import load_settings
from chassis.storage.aggregates import mapping_of
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger

from notify.api.announcements import AnnouncementRoutes
from notify.api.deliveries import DeliveryRoutes
from notify.api.holdings import HoldingsRoutes
from notify.api.mails import MailRoutes
from notify.api.notices import NoticeRoutes
from notify.api.preferences import PreferenceRoutes
from notify.api.reminders import ReminderRoutes
from notify.clients.contacts import EnrollmentContacts
from notify.clients.letter_texts import letter_kinds, subject_of
from notify.clients.ways import OpenWay, choose_tray, choose_ways
from notify.domain.errors import (
    PreferencesRefused,
    Refusal,
    TooManyAnnouncements,
    TooManyMessages,
    UnknownClass,
    UnknownKind,
    UnknownNotice,
)
from notify.domain.notice import DUE, EXPIRED, MAIL, REFUSED, Mail, Notice, queue_of
from notify.domain.preferences import Preferences
from notify.events.handlers import Models, build_handlers
from notify.events.projected_rows import ALIASES, CANCELLATIONS, SEATS, TITLES
from notify.events.to_events import to_event
from notify.settings import Settings
from notify.store import documents
from notify.store.announcements import (
    ANNOUNCEMENT_FORM,
    StoredAnnouncements,
    StoredSeats,
)
from notify.store.deliveries import StoredDeliveries
from notify.store.mails import MAIL_FORM, StoredMails
from notify.store.message_counts import MessageCounts
from notify.store.notices import StoredCancellations, StoredNotices, StoredTitles
from notify.store.preferences import StoredPreferences
from notify.store.waiting_mails import find_jobs
from notify.usecases.announce_to_class import AnnounceToClass
from notify.usecases.announcement_ports import Seats
from notify.usecases.choose_language import ChooseLanguage
from notify.usecases.choose_telling import ChooseTelling
from notify.usecases.find_deliveries import FindDeliveries
from notify.usecases.find_languages import FindLanguages
from notify.usecases.find_preferences import FindPreferences
from notify.usecases.notify_people import NotifyPeople
from notify.usecases.plan_sending import PlanSending, plan_all
from notify.usecases.ports import Refused, Titles
from notify.usecases.read_notice import ReadNotice
from notify.usecases.remind_people import RemindPeople
from notify.usecases.remove_entries import remove_entries
from notify.usecases.send_mails import (
    LONGEST_PAUSE,
    URGENT_PAUSE,
    SendMails,
    TellOtherwise,
)
from notify.usecases.take_mails import TakeMails
from notify.usecases.tell_by_message import TellByMessage
from notify.usecases.tell_class import TellClass

PERSONAL_ROWS = (
    PersonalRows("notices", documents.NoticeDocument),
    PersonalRows("mails", documents.MailDocument),
    PersonalRows("seats", documents.SeatDocument, "seats"),
    PersonalRows("preferences", documents.PreferencesDocument, field="_id"),
)
"""What notify stores about people, and for what reason some of it stays."""

STATUSES = {
    UnknownKind.slug: 422,
    PreferencesRefused.slug: 422,
    TooManyMessages.slug: 429,
    TooManyAnnouncements.slug: 429,
    UnknownNotice.slug: 404,
    UnknownClass.slug: 404,
}


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Notify as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = load_settings(Settings, environ)
    base = ServiceKit("notify", settings, to_event, documents.ALL, bus=bus)
    notices = StoredNotices(
        base.open_aggregates(documents.NoticeDocument, mapping_of(Notice))
    )
    ways = choose_ways(settings)
    counts = _open_counts(base, settings)
    sending = _Sending(base, ways, counts)
    _tell_operators(base, sending, settings)
    models = _open_models(base)
    titles, aliases, now = models.titles, models.aliases, base.clock.now
    tray = choose_tray(settings)
    empty = partial(remove_entries, sending.mails, tray)
    about_people = PersonalData(ForgottenPeople(base.database), PERSONAL_ROWS, empty)
    languages = _open_languages(base)
    find_preferences = FindPreferences(languages, aliases)
    written_in = FindLanguages(languages, aliases)
    tell = NotifyPeople(notices, sending.mails, titles, now, about_people, written_in)
    kinds = {channel: letter_kinds(channel) for channel in ways}
    take = TakeMails(sending.mails, counts, kinds, now, _note_dropped, about_people)
    announcing = _Announcing(base, models.seats, titles, tell)
    routes = [
        NoticeRoutes(notices, aliases, ReadNotice(notices), languages),
        _build_preferences(languages, about_people, ways, find_preferences),
        DeliveryRoutes(FindDeliveries(notices, sending.deliveries, aliases.find_group)),
        ReminderRoutes(RemindPeople(sending.mails, titles, tell, now)),
        announcing.build_routes(notices),
        MailRoutes(take, tray),
        HoldingsRoutes(about_people),
    ]
    app = base.create_app(routes, Refusal, STATUSES)
    plan = PlanSending(sending.mails, find_preferences, subject_of, ways, now)
    loops = sending.worker_loops(TellByMessage(take, _note_dropped), plan)
    loops |= announcing.worker_loops()
    handlers = build_handlers(models, tell, about_people)
    service = base.create_service(app, handlers, loops)

    def declare_storage() -> None:
        base.declare_indexes()
        counts.declare_indexes()
        sending.mails.queue_old()

    service.declare = declare_storage
    return service


def _open_models(base: ServiceKit) -> Models:
    titles, seats, cancellations = StoredTitles(), StoredSeats(), StoredCancellations()
    aliases = Aliases(documents.AliasDocument)
    base.rebuilding.add_model(
        ReadModel("titles", titles.rows, TITLES),
        ReadModel("seats", seats.rows, SEATS),
        ReadModel("aliases", aliases.rows, ALIASES),
        ReadModel("cancellations", cancellations.rows, CANCELLATIONS),
    )
    return Models(titles, seats, aliases, cancellations)


def _open_languages(base: ServiceKit) -> StoredPreferences:
    return StoredPreferences(
        base.open_aggregates(documents.PreferencesDocument, mapping_of(Preferences))
    )


def _build_preferences(
    chosen: StoredPreferences,
    about_people: PersonalData,
    ways: Mapping[str, OpenWay],
    find_preferences: FindPreferences,
) -> PreferenceRoutes:
    return PreferenceRoutes(
        ChooseLanguage(chosen, about_people),
        ChooseTelling(chosen, about_people, sorted(ways)),
        find_preferences,
    )


def _tell_operators(base: ServiceKit, sending: "_Sending", settings: Settings) -> None:
    """What waits and failed, and the disk that mails lie on while they are files."""
    rows, channels = sending.rows.collection, sorted(sending.ways)
    base.find_jobs.append(partial(find_jobs, rows, sending.counts, channels))
    if settings.mail_dir:
        place = partial(find_room, "mails", Path(settings.mail_dir))
        base.presence.find_rooms.append(place)


def _note_dropped(message: Mail) -> None:
    """A message that there was no room for today, of which nobody was told."""
    metrics.mails_total.labels("no-room", message.channel).inc()
    logger().warning("message_without_room", mail=message.id, kind=message.kind)


def _open_counts(base: ServiceKit, settings: Settings) -> MessageCounts:
    return MessageCounts(
        base.database,
        Path(settings.key_file).read_bytes(),
        settings.sms_per_person,
        settings.sms_per_day,
        base.clock.now,
    )


class _Announcing:
    """What takes announcements to classes, and what makes them."""

    def __init__(
        self, base: ServiceKit, seats: Seats, titles: Titles, tell: NotifyPeople
    ) -> None:
        self.base, self.seats, self.titles, self.tell = base, seats, titles, tell
        self.wake = threading.Event()
        rows = base.open_aggregates(documents.AnnouncementDocument, ANNOUNCEMENT_FORM)
        self.announcements = StoredAnnouncements(rows, self.wake.set)

    def build_routes(self, notices: StoredNotices) -> AnnouncementRoutes:
        """The routes for staff."""
        now = self.base.clock.now
        announce = AnnounceToClass(self.announcements, self.seats, self.titles, now)
        return AnnouncementRoutes(announce, self.announcements, notices, now)

    def worker_loops(self) -> dict[str, Loop]:
        """The loop that tells classes."""
        work = TellClass(self.announcements, self.seats, self.tell)
        return {"announcing": self.base.work_loop("announcing", work, self.wake)}


class _Sending:
    """What sends, for each channel apart what is urgent and what is not: no slow or
    dead way stops another."""

    def __init__(
        self, base: ServiceKit, ways: Mapping[str, OpenWay], counts: MessageCounts
    ) -> None:
        self.base, self.ways, self.counts = base, ways, counts
        self.rows = base.open_aggregates(documents.MailDocument, MAIL_FORM)
        self.contacts = EnrollmentContacts(base.create_client("enrollment"))
        self.wakes = {
            queue_of(channel, is_urgent=is_urgent): threading.Event()
            for channel in ways
            for is_urgent in (False, True)
        }
        self.deliveries = StoredDeliveries(self.rows.collection)
        self.mails = StoredMails(self.rows, lambda queue: self.wakes[queue].set())

    def worker_loops(
        self, tell_otherwise: TellOtherwise, plan: PlanSending
    ) -> dict[str, Loop]:
        """A loop for each queue; told otherwise is whom a mail does not reach."""
        return {
            name: self.base.work_loop(
                name, self._sender_of(channel, is_urgent, tell_otherwise, plan), wake
            )
            for channel in self.ways
            for is_urgent in (False, True)
            for queue in [queue_of(channel, is_urgent=is_urgent)]
            for name, wake in [(_loop_name(queue), self.wakes[queue])]
        }

    def _sender_of(
        self,
        channel: str,
        is_urgent: bool,
        tell_otherwise: TellOtherwise,
        plan: PlanSending,
    ) -> Callable[[], bool]:
        queue = queue_of(channel, is_urgent=is_urgent)
        return SendMails(
            StoredMails(self.rows, queue=queue),
            self.contacts,
            self.ways[channel](is_urgent),
            self._note_outcome,
            time,
            monotonic,
            URGENT_PAUSE if is_urgent else LONGEST_PAUSE,
            tell_otherwise,
            plan_all if is_urgent else plan,
        )

    def _note_outcome(self, mail: Mail) -> None:
        outcome = "put-off" if mail.state == DUE else mail.state
        metrics.mails_total.labels(outcome, mail.channel).inc()
        if mail.state in {REFUSED, EXPIRED}:
            self.counts.note_failed(mail.channel)
        if mail.state == REFUSED:
            logger().warning("mail_refused", mail=mail.id, code=mail.code)
            self.base.failures.note_failure(
                "mails that are refused", Refused(mail.code)
            )


def _loop_name(queue: str) -> str:
    return "mailing" if queue == MAIL else f"mailing-{queue}"
