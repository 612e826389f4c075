"""Preferences of a person: how they want to be told."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from notify.domain.echoes import BY_MESSAGE, KINDS
from notify.domain.errors import ChannelMissing, PreferencesRefused
from notify.domain.notice import SMS
from notify.domain.quiet_hours import QuietHours, find_digest_time, parse_time

AUTO, BY_MAIL, BY_DIGEST = "auto", "mail", "digest"
BY_SMS, BY_BOTH, IN_SITE = "sms", "both", "site"
WAYS = frozenset({AUTO, BY_MAIL, BY_DIGEST, BY_SMS, BY_BOTH, IN_SITE})
"""How a person is told beside the inbox, where everything stands: by mail, or by short
message while no mail reaches (auto); by mail alone; by the day's digest; by short
message; by both; not at all."""
WITH_SMS = frozenset({BY_SMS, BY_BOTH})
ZONE = "Asia/Shanghai"
DIGEST_AT = "18:00"
"""The end of a day's work, so that a digest has what the day brought."""


@dataclass(frozen=True)
class Preferences:
    """The preferences under a person's `id`: the language of what goes out to them, the
    way of each kind of notice, quiet hours (HH:MM, empty for none) and the time of the
    digest, by the clock of their zone."""

    id: str
    language: str = ""
    ways: dict[str, str] = field(default_factory=dict)
    quiet_from: str = ""
    quiet_until: str = ""
    digest_at: str = DIGEST_AT
    zone: str = ZONE

    def choose_language(self, language: str) -> tuple["Preferences", tuple[()]] | None:
        """With another language; None if it is this one."""
        return (
            None
            if language == self.language
            else (replace(self, language=language), ())
        )

    def choose_telling(
        self, chosen: "Preferences"
    ) -> tuple["Preferences", tuple[()]] | None:
        """With everything of another but its language; None if it is the same."""
        changed = replace(chosen, id=self.id, language=self.language)
        return None if changed == self else (changed, ())

    def way_of(self, kind: str) -> str:
        """How the person is told of this kind of notice."""
        return self.ways.get(kind, AUTO)

    def find_quiet_end(self, moment: datetime.datetime) -> datetime.datetime | None:
        """When the quiet hours end that this moment lies in; None outside of them."""
        if not self.quiet_from:
            return None
        begins, ends = parse_time(self.quiet_from), parse_time(self.quiet_until)
        return QuietHours(begins, ends, ZoneInfo(self.zone)).find_end(moment)

    def find_digest(self, moment: datetime.datetime) -> tuple[str, datetime.datetime]:
        """The id of the digest that comes next, one a day, and when it leaves."""
        zone = ZoneInfo(self.zone)
        due = find_digest_time(moment, parse_time(self.digest_at), zone)
        return f"digest.{self.id}.{due.astimezone(zone).date().isoformat()}", due


def check_telling(chosen: Preferences, channels: Collection[str]) -> None:
    """Raises PreferencesRefused for what cannot be done, ChannelMissing for a way that
    this installation does not have."""
    faults = dict(_find_faults(chosen))
    if faults:
        raise PreferencesRefused("请改好标出的选项", faults)
    if SMS not in channels and WITH_SMS & set(chosen.ways.values()):
        raise ChannelMissing("没有设置短信服务：请改用邮件")


def _find_faults(chosen: Preferences) -> Mapping[str, str]:
    faults = {
        name: "not-a-time"
        for name in ("quiet_from", "quiet_until", "digest_at")
        if getattr(chosen, name) and not _is_time(getattr(chosen, name))
    }
    if not chosen.digest_at:
        faults["digest_at"] = "not-a-time"
    if bool(chosen.quiet_from) != bool(chosen.quiet_until):
        faults["quiet_until" if chosen.quiet_from else "quiet_from"] = "quiet-half"
    elif chosen.quiet_from and chosen.quiet_from == chosen.quiet_until:
        faults["quiet_until"] = "quiet-never-ends"
    if not _is_zone(chosen.zone):
        faults["zone"] = "unknown-zone"
    if any(not _can_tell(kind, way) for kind, way in chosen.ways.items()):
        faults["ways"] = "unknown-way"
    return faults


def _can_tell(kind: str, way: str) -> bool:
    """Whether there is this way for this kind; hours are worth no short message."""
    by_message = way not in WITH_SMS or kind in BY_MESSAGE
    return kind in KINDS and way in WAYS and by_message


def _is_time(text: str) -> bool:
    try:
        return parse_time(text).strftime("%H:%M") == text
    except ValueError:
        return False


def _is_zone(name: str) -> bool:
    """Whether the machine knows a zone of this name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
