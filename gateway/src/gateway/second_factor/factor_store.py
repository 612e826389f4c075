"""Second factors in the gateway's database, one document an account."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.errors import WriteConflict
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from gateway.second_factor.factors import Passkey, SecondFactors

RETRIES = 20
"""Two devices of one person seldom meet; twenty never do."""


class StoredFactors:
    """Second factors, each change written under the version that was read."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["second_factors"]

    def get(self, account_id: str) -> SecondFactors:
        """The account's second factors; it may have none."""
        row = self.rows.find_one({"_id": account_id})
        return _load_factors(row) if row else SecondFactors(account_id)

    def change(
        self, account_id: str, decide: Callable[[SecondFactors], SecondFactors]
    ) -> SecondFactors:
        """The factors as decided. Raises what `decide` raises, and WriteConflict."""
        for _ in range(RETRIES):
            present = self.get(account_id)
            decided = decide(present)
            if self._write(decided, present.version):
                return decided
        raise WriteConflict(account_id)

    def delete(self, account_id: str) -> bool:
        """The account has no second factor any more; whether it had any."""
        return self.rows.delete_one({"_id": account_id}).deleted_count == 1

    def _write(self, factors: SecondFactors, version: int) -> bool:
        """Whether nobody else wrote meanwhile."""
        fields = {**_dump_factors(factors), "version": version + 1}
        id_ = factors.account_id
        if version:
            row = {"_id": id_, "version": version}
            return self.rows.update_one(row, {"$set": fields}).matched_count == 1
        try:
            self.rows.insert_one({"_id": id_, **fields})
        except DuplicateKeyError:
            return False
        return True


def _dump_factors(factors: SecondFactors) -> dict[str, Any]:
    return {
        "totp": factors.totp,
        "totp_step": factors.totp_step,
        "totp_added": factors.totp_added,
        "passkeys": [vars(passkey) for passkey in factors.passkeys],
        "recovery": list(factors.recovery),
    }


def _load_factors(row: Mapping[str, Any]) -> SecondFactors:
    return SecondFactors(
        row["_id"],
        row["version"],
        bytes(row["totp"]),
        row["totp_step"],
        row["totp_added"],
        tuple(_load_passkey(one) for one in row["passkeys"]),
        tuple(row["recovery"]),
    )


def _load_passkey(row: Mapping[str, Any]) -> Passkey:
    return Passkey(
        row["id"],
        bytes(row["credential"]),
        bytes(row["public_key"]),
        row["sign_count"],
        row["name"],
        row["added"],
        row["used"],
    )
