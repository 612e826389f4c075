"""Contacts: phones and mail addresses by which an account is found and written to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chassis.people.forgotten import ForgottenPeople
from chassis.storage.aggregates import write_all
from fields import Illegal
from fields.codes import plain_email, plain_phone
from pymongo import InsertOne
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

MAIL, PHONE = "mail", "phone"


@dataclass(frozen=True)
class Contact:
    """A phone or mail address of an account. It is proven once somebody who was in the
    account answered what was sent there; until then a branch wrote it down."""

    address: str
    is_proven: bool = False

    @property
    def kind(self) -> str:
        """mail or phone."""
        return MAIL if "@" in self.address else PHONE

    def mask_address(self) -> str:
        """The contact as it is shown: who knows it, knows it again."""
        if self.kind == PHONE:
            return f"{self.address[:3]}****{self.address[-4:]}"
        mailbox, _, host = self.address.partition("@")
        return f"{mailbox[:1]}***@{host}"


@dataclass(frozen=True)
class Owner:
    """The account whose contact an address is, or empty, and whether it is proven."""

    account_id: str = ""
    is_proven: bool = False


def parse_contact(written: str) -> str:
    """A phone or mail address in plain form; empty if it is neither."""
    for read in (plain_phone, plain_email):
        try:
            return read(written).casefold()
        except Illegal:
            continue
    return ""


class Contacts:
    """Contacts in the store. Each belongs to one account, or to none."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows, self.forgotten = database["contacts"], ForgottenPeople(database)

    def create_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index("account")

    def get_owner(self, address: str) -> Owner:
        """Whose contact this is."""
        row = self.rows.find_one({"_id": address})
        return Owner(row["account"], row["is_proven"]) if row else Owner()

    def find_by_account(self, account_id: str) -> list[Contact]:
        """The contacts of an account, those that are proven first."""
        rows = self.rows.find({"account": account_id})
        contacts = [Contact(row["_id"], row["is_proven"]) for row in rows]
        return sorted(contacts, key=lambda contact: not contact.is_proven)

    def add_written(self, written: Iterable[tuple[str, str]]) -> None:
        """What branches wrote down: pairs of account id and address. What is an
        account's already stays there."""
        pairs = list(written)
        write_all(
            self.rows,
            [
                InsertOne({"_id": address, "account": id_, "is_proven": False})
                for id_, address in pairs
            ],
        )
        for id_ in self.forgotten.find_begun({id_ for id_, _ in pairs}):
            self.delete_contacts(id_)

    def set_written(self, account_id: str, addresses: Iterable[str]) -> None:
        """What a branch wrote down of somebody takes the place of what it wrote before.

        What is another account's stays there, and what is proven stays.
        """
        wanted = set(addresses)
        known = {contact.address for contact in self.find_by_account(account_id)}
        self.add_written((account_id, address) for address in sorted(wanted - known))
        for address in sorted(known - wanted):
            self.rows.delete_one(
                {"_id": address, "account": account_id, "is_proven": False}
            )

    def prove_contact(self, account_id: str, address: str) -> bool:
        """Whether the contact is the account's now, and proven.

        What a branch wrote down for another account goes to who has proven it; what
        another has proven does not. Whoever was deleted meanwhile has none.
        """
        proven = {"$set": {"account": account_id, "is_proven": True}}
        try:
            self.rows.update_one({"_id": address, "is_proven": False}, proven, True)
        except DuplicateKeyError:
            return self.get_owner(address).account_id == account_id
        if self.forgotten.has_begun(account_id):
            self.delete_contacts(account_id)
            return False
        return True

    def delete_contact(self, account_id: str, address: str) -> None:
        """The account has this contact no longer."""
        self.rows.delete_one({"_id": address, "account": account_id})

    def delete_proven(self, account_id: str) -> None:
        """The account has none of the contacts that were proven in it; what a branch
        wrote down stays."""
        self.rows.delete_many({"account": account_id, "is_proven": True})

    def delete_contacts(self, account_id: str) -> None:
        """The account has no contacts any more."""
        self.rows.delete_many({"account": account_id})
