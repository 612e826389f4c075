"""Who gets which: the one place where notify's parts meet."""

from collections.abc import Mapping
from pathlib import Path

from chassis.http.client import Client
from chassis.messaging.rebuilding import ReadModel
from chassis.messaging.transport import Transport
from chassis.plumbing import Plumbing
from chassis.process import Service
from chassis.settings import read
from chassis.storage.aggregates import form_of

from notify.api import notices as notices_api
from notify.clients.contacts import EnrollmentContacts
from notify.clients.mail_files import MailFiles
from notify.domain.errors import Refusal
from notify.domain.notice import Notice
from notify.events.handlers import handlers
from notify.events.published import word
from notify.events.told import TITLES
from notify.settings import Settings
from notify.store import documents
from notify.store.notices import (
    MAIL_FORM,
    StoredMails,
    StoredNotices,
    StoredTitles,
)
from notify.usecases.send_mails import SendMails
from notify.usecases.tell_people import TellPeople


def build(environ: Mapping[str, str], bus: Transport | None = None) -> Service:
    """Notify as a process, on the bus of its settings or one handed in.

    Raises SettingsError.
    """
    settings = read(Settings, environ)
    base = Plumbing("notify", settings, word, documents.ALL, bus=bus)
    notices = StoredNotices(base.aggregates(documents.NoticeDocument, form_of(Notice)))
    mails = StoredMails(base.aggregates(documents.MailDocument, MAIL_FORM))
    titles = StoredTitles()
    base.rebuilding.add(ReadModel("titles", titles.rows, TITLES))
    contacts = EnrollmentContacts(
        Client("enrollment", settings.enrollment_url, base.signer)
    )
    postman = MailFiles(
        Path(settings.mail_dir), settings.mail_from, settings.public_url
    )
    tell = TellPeople(notices, mails, titles, base.clock.now)
    send = SendMails(mails, contacts, postman)
    app = base.app([notices_api.blueprint(notices, mails)], Refusal, {})
    return base.service(
        app, handlers(titles, tell), {"mailing": base.work_loop("mailing", send)}
    )
