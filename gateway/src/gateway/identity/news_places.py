"""Up to which entry of their branch's feed officers have looked."""

from typing import Any

from chassis.people.forgotten import ForgottenPeople
from pymongo.database import Database


class NewsPlaces:
    """One number an account; it only rises."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["news_places"]
        self.forgotten = ForgottenPeople(database)

    def create_indexes(self) -> None:
        """Make the index by which an account's row is found once more."""
        self.rows.create_index("account")

    def get_number(self, account_id: str, branch_id: str) -> int:
        """The number up to which the account has looked; 0 in another branch's feed."""
        row = self.rows.find_one({"_id": account_id})
        return int(row["number"]) if row and row["branch_id"] == branch_id else 0

    def put_number(self, account_id: str, branch_id: str, number: int) -> None:
        """All up to this number is looked at; a smaller one changes nothing."""
        if number <= self.get_number(account_id, branch_id):
            return
        row = {"account": account_id, "branch_id": branch_id, "number": number}
        self.rows.update_one({"_id": account_id}, {"$set": row}, upsert=True)
        if self.forgotten.find_begun({account_id}):
            self.rows.delete_one({"_id": account_id})
