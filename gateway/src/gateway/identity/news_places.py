"""Up to which entry of their branch's feed officers have looked."""

from typing import Any

from chassis.people.forgotten import ForgottenPeople
from pymongo.database import Database


class NewsPlaces:
    """One number an account and branch; it only rises."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["news_places"]
        self.forgotten = ForgottenPeople(database)

    def create_indexes(self) -> None:
        """Make the index by which an account's rows are found."""
        self.rows.create_index("account")

    def get_number(self, account_id: str, branch_id: str) -> int:
        """The number up to which the account has looked in the branch's feed, or 0."""
        row = self.rows.find_one({"_id": _row_id(account_id, branch_id)})
        return int(row["number"]) if row else 0

    def put_number(self, account_id: str, branch_id: str, number: int) -> None:
        """All up to this number is looked at; a smaller one changes nothing."""
        self.rows.update_one(
            {"_id": _row_id(account_id, branch_id)},
            {"$max": {"number": number}, "$set": {"account": account_id}},
            upsert=True,
        )
        if self.forgotten.find_begun({account_id}):
            self.rows.delete_many({"account": account_id})


def _row_id(account_id: str, branch_id: str) -> str:
    """Neither id has a blank."""
    return f"{account_id} {branch_id}"
