"""Wiring: the one place where notify's parts meet."""

import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, time

from chassis.broker.port import Transport
from chassis.projections.rebuild import ReadModel
from chassis.service.kit import ServiceKit
from chassis.service.process import Service
from chassis.settings import SettingsError, load_settings
from chassis.storage.aggregates import mapping_of
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger

from notify.api.notices import NoticeRoutes
from notify.clients.contacts import EnrollmentContacts
from notify.clients.letters import letter_kinds
from notify.clients.mail_files import MailFiles
from notify.clients.smtp import SmtpPostman
from notify.clients.smtp_address import SmtpAddress
from notify.domain.errors import Refusal, UnknownKind
from notify.domain.notice import DUE, REFUSED, Mail, Notice
from notify.events.handlers import build_handlers
from notify.events.projected_rows import TITLES
from notify.events.to_events import to_event
from notify.settings import Settings
from notify.store import documents
from notify.store.notices import (
    MAIL_FORM,
    StoredMails,
    StoredNotices,
    StoredTitles,
)
from notify.usecases.notify_people import NotifyPeople
from notify.usecases.ports import Postman, Refused
from notify.usecases.send_mails import SendMails


def build_service(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Notify as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = load_settings(Settings, environ)
    base = ServiceKit("notify", settings, to_event, documents.ALL, bus=bus)
    notices = StoredNotices(
        base.open_aggregates(documents.NoticeDocument, mapping_of(Notice))
    )
    written = threading.Event()
    mails = StoredMails(
        base.open_aggregates(documents.MailDocument, MAIL_FORM), written.set
    )
    titles = StoredTitles()
    base.rebuilding.add_model(ReadModel("titles", titles.rows, TITLES))
    contacts = EnrollmentContacts(base.create_client("enrollment"))
    tell = NotifyPeople(notices, mails, titles, base.clock.now)

    def note_outcome(mail: Mail) -> None:
        metrics.mails_total.labels("put-off" if mail.state == DUE else mail.state).inc()
        if mail.state == REFUSED:
            logger().warning("mail_refused", mail=mail.id, code=mail.code)
            base.failures.note_failure("mails that are refused", Refused(mail.code))

    send = SendMails(
        mails, contacts, _choose_postman(settings), note_outcome, time, monotonic
    )
    app = base.create_app(
        [NoticeRoutes(notices, mails, letter_kinds())],
        Refusal,
        {UnknownKind.slug: 422},
    )
    mailing = base.work_loop("mailing", send, written)
    return base.create_service(app, build_handlers(titles, tell), {"mailing": mailing})


def _choose_postman(settings: Settings) -> Postman:
    """The postman that the settings ask for. Raises SettingsError."""
    sender, url = settings.mail_from, settings.public_url
    try:
        if settings.smtp_url:
            return SmtpPostman(SmtpAddress.parse_url(settings.smtp_url), sender, url)
        if settings.mail_dir:
            return MailFiles(Path(settings.mail_dir), sender, url)
    except ValueError as error:
        raise SettingsError(f"SMTP_URL or MAIL_FROM: {error}") from error
    except OSError as error:
        raise SettingsError(f"SMTP_URL or MAIL_DIR: {error}") from error
    raise SettingsError("SMTP_URL is missing: the mail server, or MAIL_DIR for files")
