"""A person sees the own login sessions, and ends them."""

from gateway.identity.account import Account
from gateway.identity.errors import UnknownSession
from gateway.identity.login_sessions import LoginSession, LoginSessions
from gateway.identity.security_events import OK, SecurityEvents
from gateway.identity.sign_in import Origin, Visitor, account_of


class OwnSessions:
    """The live login sessions of one account."""

    def __init__(self, sessions: LoginSessions, events: SecurityEvents) -> None:
        self.sessions, self.events = sessions, events

    def find_live(self, account: Account) -> list[LoginSession]:
        """The sessions that are good, the latest used first."""
        live = self.sessions.find_by_account(account.id)
        return [session for session in live if session.epoch == account.epoch]

    def end_session(self, account: Account, session_id: str, origin: Origin) -> None:
        """One session ends. Raises UnknownSession."""
        if not self.sessions.delete_by_id(account.id, session_id):
            raise UnknownSession("这一处登录已经结束：请看最新的列表")
        self._record_event(account, origin)

    def end_others(self, visitor: Visitor, origin: Origin) -> int:
        """All sessions end but the visitor's: how many did."""
        account = account_of(visitor)
        ended = self.sessions.delete_sessions(account.id, but=visitor.token)
        self._record_event(account, origin)
        return ended

    def _record_event(self, account: Account, origin: Origin) -> None:
        self.events.add_event(
            "sessions-ended", OK, address=origin.address, who=account.id
        )
