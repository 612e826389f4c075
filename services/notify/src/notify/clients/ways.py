"""Ways out: who carries what goes by each channel, as the settings choose."""

from collections.abc import Callable
from pathlib import Path

from chassis.settings import SettingsError

from notify.clients.mail_files import FileTray, MailFiles, MessageFiles
from notify.clients.sms import SmsCarrier
from notify.clients.sms_address import SmsAddress
from notify.clients.smtp import PATIENCE_SECONDS, SmtpPostman
from notify.clients.smtp_address import SmtpAddress
from notify.domain.notice import MAIL, SMS
from notify.settings import Settings
from notify.usecases.ports import Postman, Tray

URGENT_PATIENCE_SECONDS = 10.0
"""For each answer of a mail server to a code, which is good for minutes."""
OpenWay = Callable[[bool], Postman]
"""Makes a carrier with connections of its own, for what is urgent or what is not."""


def choose_ways(settings: Settings) -> dict[str, OpenWay]:
    """The way of each channel there is. Raises SettingsError."""
    ways = {MAIL: _choose_mail(settings)}
    if settings.sms_url:
        ways[SMS] = _choose_sms(settings)
    elif not settings.smtp_url:
        ways[SMS] = lambda _: MessageFiles(Path(settings.mail_dir), settings.public_url)
    return ways


def choose_tray(settings: Settings) -> Tray | None:
    """The tray of what lies in files, while mails do."""
    return None if settings.smtp_url else FileTray(Path(settings.mail_dir))


def _choose_mail(settings: Settings) -> OpenWay:
    sender, url = settings.mail_from, settings.public_url
    try:
        if settings.smtp_url:
            address = SmtpAddress.parse_url(settings.smtp_url)
            patience = {True: URGENT_PATIENCE_SECONDS, False: PATIENCE_SECONDS}
            SmtpPostman(address, sender, url)
            return lambda urgent: SmtpPostman(address, sender, url, patience[urgent])
        if settings.mail_dir:
            folder = Path(settings.mail_dir)
            MailFiles(folder, sender, url)
            return lambda _: MailFiles(folder, sender, url)
    except ValueError as error:
        raise SettingsError(f"SMTP_URL or MAIL_FROM: {error}") from error
    except OSError as error:
        raise SettingsError(f"SMTP_URL or MAIL_DIR: {error}") from error
    raise SettingsError("SMTP_URL is missing: the mail server, or MAIL_DIR for files")


def _choose_sms(settings: Settings) -> OpenWay:
    try:
        address = SmsAddress.parse_url(
            settings.sms_url, settings.sms_key, settings.sms_ca
        )
    except ValueError as error:
        raise SettingsError(f"SMS_URL or SMS_KEY: {error}") from error
    if settings.sms_ca and not Path(settings.sms_ca).is_file():
        raise SettingsError(f"SMS_CA: {settings.sms_ca} is no file")
    return lambda _: SmsCarrier(address, settings.public_url)
