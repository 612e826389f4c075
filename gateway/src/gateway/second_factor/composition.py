"""The parts of the second factor, over those of signing in."""

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.sign_in import SignIn
from gateway.second_factor.add_factors import AddFactors
from gateway.second_factor.challenges import Challenges
from gateway.second_factor.change_factors import ChangeFactors, ResetFactors
from gateway.second_factor.factor_proof import FactorProof
from gateway.second_factor.finish_sign_in import FinishSignIn
from gateway.second_factor.passkey_ceremonies import PasskeyCeremonies
from gateway.second_factor.prove_second import Provable, ProveSecond
from gateway.second_factor.sealed_secrets import SealedSecrets
from gateway.second_factor.second_limits import SecondLimits
from gateway.second_factor.second_rule import SecondRule

SITE_NAME = "辟雍"
"""What authenticators list the site as."""


@dataclass(frozen=True)
class SecondFactorParts:
    """The use cases of the second factor, and what needs indexes."""

    finish: FinishSignIn
    add: AddFactors
    change: ChangeFactors
    reset: ResetFactors
    proof: FactorProof
    challenges: Challenges

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.challenges.create_indexes()


def build_second_factor(
    database: Database[dict[str, Any]],
    key: bytes,
    site_url: str,
    rule: SecondRule,
    sign_in: SignIn,
    manage: ManageAccounts,
) -> SecondFactorParts:
    """All of them; `key` is the gateway's own, `site_url` what the site is called."""
    limits, events = sign_in.limits, sign_in.events
    challenges = Challenges(database, key)
    parts = Provable(
        rule.factors,
        SealedSecrets(key),
        limits.names,
        challenges,
        PasskeyCeremonies(site_url, SITE_NAME),
    )
    codes = SecondLimits(limits.tries, limits.names)
    prove = ProveSecond(parts, sign_in.devices, codes, events)
    return SecondFactorParts(
        FinishSignIn(sign_in, prove),
        AddFactors(parts, events),
        ChangeFactors(rule, events),
        ResetFactors(rule.factors, manage, events),
        FactorProof(prove, sign_in.sessions),
        challenges,
    )
