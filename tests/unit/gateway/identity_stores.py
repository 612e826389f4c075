"""What identity keeps, in memory: accounts, sessions, contacts, codes, devices."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count

from gateway.identity.account import Account
from gateway.identity.contacts import Contact, Owner
from gateway.identity.login_sessions import (
    Begun,
    LoginSession,
    SessionTerm,
)
from gateway.identity.one_time_codes import (
    TRIES,
    CodeRequest,
    FreshCode,
    OneTimeCodes,
)

MOMENT = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)


class FakeAccounts:
    """Accounts; ids and logins are taken once. `meanwhile` runs before a change."""

    def __init__(self, *accounts: Account) -> None:
        self.rows = {account.id: account for account in accounts}
        self.meanwhile: list[Callable[[], object]] = []

    def get(self, id_: str) -> Account | None:
        return self.rows.get(id_)

    def get_by_login(self, login: str) -> Account | None:
        return next((a for a in self.rows.values() if a.login == login), None)

    def get_by_invitation(self, hashed: str) -> Account | None:
        return next((a for a in self.rows.values() if a.invitation == hashed), None)

    def get_by_code(self, code: str) -> Account | None:
        return next((a for a in self.rows.values() if a.code == code), None)

    def create_account(self, account: Account) -> bool:
        if account.id in self.rows or self.get_by_login(account.login):
            return False
        self.rows[account.id] = account
        return True

    def create_many(self, accounts: Iterable[Account]) -> set[str]:
        return {a.id for a in accounts if not self.create_account(a)}

    def change(self, id_: str, decide: Callable[[Account], Account]) -> Account:
        if self.meanwhile:
            self.meanwhile.pop()()
        self.rows[id_] = decide(self.rows[id_])
        return self.rows[id_]

    def void_invitations(self, hashes: Sequence[str]) -> None:
        for id_, account in self.rows.items():
            if account.invitation in hashes:
                self.rows[id_] = replace(account, invitation="", invited_until=0.0)

    def change_login(self, id_: str, login: str) -> bool:
        if self.get_by_login(login):
            return False
        self.rows[id_] = replace(self.rows[id_], login=login)
        return True

    def find_by_people(self, person_ids: Iterable[str]) -> list[Account]:
        ids = set(person_ids)
        return [a for a in self.rows.values() if a.person_id in ids]


class FakeSessions:
    """Login sessions by token; none of them runs out."""

    def __init__(self) -> None:
        self.rows: dict[str, LoginSession] = {}
        self.terms: dict[str, SessionTerm] = {}

    def create_session(self, begun: Begun) -> tuple[str, str]:
        id_ = f"s{len(self.terms)}"
        token = f"token-{id_}"
        self.terms[begun.account_id] = begun.term
        self.rows[token] = LoginSession(
            id_,
            begun.account_id,
            begun.epoch,
            MOMENT,
            MOMENT,
            MOMENT,
            begun.network,
            begun.device_name,
            begun.stays,
            datetime.datetime.now(datetime.UTC),
        )
        return token, id_

    def note_proof(self, token: str) -> None:
        self.prove_at(token, datetime.datetime.now(datetime.UTC))

    def prove_at(self, token: str, moment: datetime.datetime) -> None:
        self.rows[token] = replace(self.rows[token], proven=moment)

    def delete_by_id(self, account_id: str, id_: str) -> bool:
        ended = [
            token
            for token, session in self.rows.items()
            if (session.account_id, session.id) == (account_id, id_)
        ]
        for token in ended:
            del self.rows[token]
        return bool(ended)

    def get_by_token(self, token: str) -> LoginSession | None:
        return self.rows.get(token)

    def find_by_account(self, account_id: str) -> list[LoginSession]:
        return [s for s in self.rows.values() if s.account_id == account_id]

    def delete_session(self, token: str) -> None:
        self.rows.pop(token, None)

    def delete_sessions(self, account_id: str, but: str = "") -> int:
        ended = [t for t, s in self.rows.items() if s.account_id == account_id]
        for token in set(ended) - {but}:
            del self.rows[token]
        return len(ended)


class FakeContacts:
    """Contacts by address: whose, and whether proven."""

    def __init__(self) -> None:
        self.rows: dict[str, Owner] = {}

    def get_owner(self, address: str) -> Owner:
        return self.rows.get(address, Owner())

    def find_by_account(self, account_id: str) -> list[Contact]:
        found = [
            Contact(address, owner.is_proven)
            for address, owner in self.rows.items()
            if owner.account_id == account_id
        ]
        return sorted(found, key=lambda contact: not contact.is_proven)

    def add_written(self, written: Iterable[tuple[str, str]]) -> None:
        for id_, address in written:
            self.rows.setdefault(address, Owner(id_))

    def set_written(self, account_id: str, addresses: Iterable[str]) -> None:
        wanted = set(addresses)
        for contact in self.find_by_account(account_id):
            if not contact.is_proven and contact.address not in wanted:
                del self.rows[contact.address]
        self.add_written((account_id, address) for address in wanted)

    def prove_contact(self, account_id: str, address: str) -> bool:
        owner = self.get_owner(address)
        if owner.is_proven and owner.account_id != account_id:
            return False
        self.rows[address] = Owner(account_id, is_proven=True)
        return True

    def delete_contact(self, account_id: str, address: str) -> None:
        if self.get_owner(address).account_id == account_id:
            del self.rows[address]


class FakeCodes(OneTimeCodes):
    """Codes in memory, none of which runs out by itself."""

    def __init__(self) -> None:
        self.rows_by_ticket: dict[str, tuple[CodeRequest, str, int]] = {}

    def create_code(self, asked: CodeRequest, ticket: str = "") -> FreshCode:
        number = len(self.rows_by_ticket)
        fresh = FreshCode(ticket or f"ticket-{number}", f"{100_000 + number}")
        if ticket:
            fresh = FreshCode(ticket, f"{900_000 + number}")
        if before := self.get_request(ticket):
            asked = replace(asked, taken=(*before.taken, *asked.taken))
        self.rows_by_ticket[fresh.ticket] = asked, fresh.code, 0
        return fresh

    def get_request(self, ticket: str) -> CodeRequest | None:
        row = self.rows_by_ticket.get(ticket)
        return row[0] if row else None

    def is_for(self, ticket: str, purpose: str, login: str) -> bool:
        asked = self.get_request(ticket)
        wanted = (purpose, login)
        return asked is not None and (asked.purpose, asked.login) == wanted

    def take_code(self, ticket: str, purpose: str, code: str) -> CodeRequest | None:
        asked, right, tries = self.rows_by_ticket.get(
            ticket, (CodeRequest("", "", ""), "", 0)
        )
        if asked.purpose != purpose or tries >= TRIES:
            return None
        self.rows_by_ticket[ticket] = asked, right, tries + 1
        if code != right or not asked.account_id:
            return None
        del self.rows_by_ticket[ticket]
        return asked


class FakeDevices:
    """Which account signed in from which device."""

    def __init__(self) -> None:
        self.rows: set[tuple[str, str]] = set()
        self.tokens = count()

    def is_known(self, token: str, account_id: str) -> bool:
        return (token, account_id) in self.rows

    def remember_device(self, token: str, account_id: str) -> str:
        token = token or f"device-{next(self.tokens)}"
        self.rows.add((token, account_id))
        return token

    def delete_devices(self, account_id: str) -> None:
        self.rows = {(t, a) for t, a in self.rows if a != account_id}
