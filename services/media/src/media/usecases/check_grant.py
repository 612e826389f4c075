"""Check that a stream token is of the person and session that present it."""

from collections.abc import Callable
from dataclasses import dataclass

from media.domain.errors import NotEnrolled, StreamRefused
from media.domain.stream import (
    REPORT_LIFE_SECONDS,
    STAFF,
    Grant,
    read_token,
    require_unexpired,
)
from media.usecases.ports import Entitlements


@dataclass(frozen=True)
class Presenter:
    """The presenter of a token, as the gateway states it."""

    person_id: str
    session: str
    is_staff: bool


class CheckGrant:
    """Checks tokens at each request; a seat that was lost closes within a minute."""

    def __init__(
        self, entitlements: Entitlements, secret: bytes, now: Callable[[], float]
    ) -> None:
        self.entitlements, self.secret, self.now = entitlements, secret, now

    def for_stream(
        self, token: str, lecture_id: str, edition: int, who: Presenter
    ) -> Grant:
        """The grant to stream with. Raises StreamRefused, NotEnrolled."""
        grant = self._read_own(token, lecture_id, edition, who)
        return self._require_seat(grant, who, self.entitlements.get_recent_rate)

    def for_edge(
        self, token: str, lecture_id: str, edition: int, who: Presenter
    ) -> Grant:
        """The grant to stream with, by the seat as it is now: an edge goes by the
        answer for a while. Raises StreamRefused, NotEnrolled."""
        grant = self._read_own(token, lecture_id, edition, who)
        return self._require_seat(grant, who, self.entitlements.get_fastest_rate)

    def for_reports(
        self, token: str, lecture_id: str, edition: int, who: Presenter
    ) -> Grant:
        """The grant that something was played under, in whichever session of the
        same person. Raises StreamRefused, NotEnrolled."""
        grant = read_token(self.secret, token, lecture_id, edition)
        require_unexpired(grant, self.now(), REPORT_LIFE_SECONDS)
        return self._require_seat(grant, who, self.entitlements.get_recent_rate)

    def _read_own(
        self, token: str, lecture_id: str, edition: int, who: Presenter
    ) -> Grant:
        """The grant of a token that is good now, in the session that it is for."""
        grant = read_token(self.secret, token, lecture_id, edition)
        require_unexpired(grant, self.now())
        if grant.session != who.session:
            raise _of_another()
        return grant

    def _require_seat(
        self, grant: Grant, who: Presenter, get_rate: Callable[[str, str], float | None]
    ) -> Grant:
        if grant.person != (who.person_id or STAFF):
            raise _of_another()
        rate = get_rate(grant.person, grant.lecture_id)
        if rate is None and not who.is_staff:
            raise NotEnrolled
        return grant


def _of_another() -> StreamRefused:
    return StreamRefused("这个播放地址不是给您的：请从课程页打开")
