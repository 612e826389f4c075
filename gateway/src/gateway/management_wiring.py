"""The parts by which branches, accounts and keys are managed, and who gets which."""

from dataclasses import dataclass
from typing import Any

from chassis.broker.rabbitmq.branch_accounts import BranchAccounts
from chassis.http.routing import Routes
from chassis.settings import SettingsError
from pymongo.database import Database

from gateway.api.account_lists import AccountListRoutes
from gateway.api.keys import KeyRoutes
from gateway.identity.account_lists import AccountLists
from gateway.identity.api_keys import ApiKeys, KeyVisitors
from gateway.identity.broker_accounts import ManageBrokerAccounts
from gateway.identity.manage_keys import ManageKeys
from gateway.identity.twins import Twins
from gateway.identity_wiring import Identity
from gateway.pages.public.api_keys import ApiKeyPages
from gateway.pages.staff.account_changes import AccountChangePages
from gateway.pages.staff.account_lists import AccountListPages
from gateway.pages.staff.account_proofs import AccountProofPages
from gateway.pages.staff.branch_changes import BranchChangePages
from gateway.pages.staff.branches import BranchPages
from gateway.pages.staff.broker_account import BrokerAccountPages
from gateway.pages.staff.member_invitations import MemberInvitationPages


@dataclass(frozen=True)
class ManagementParts:
    """What lists accounts, and makes and recognises keys."""

    identity: Identity
    lists: AccountLists
    keys: ApiKeys
    broker: ManageBrokerAccounts

    def build_visitors(self) -> KeyVisitors:
        """Who tells the visitors that bear a key."""
        return KeyVisitors(self.keys, self.identity.sign_in.accounts.get)

    def list_routes(self) -> tuple[Routes, ...]:
        """The routes and pages of all of it."""
        identity, lists = self.identity, self.lists
        manage = identity.manage
        keys = ManageKeys(self.keys, manage.branch_name, identity.events)
        return (
            AccountListRoutes(lists),
            KeyRoutes(keys),
            ApiKeyPages(keys, identity.sign_in.accounts.find_names),
            BranchPages(lists),
            BranchChangePages(lists),
            BrokerAccountPages(self.broker),
            AccountListPages(lists),
            MemberInvitationPages(identity.invite, identity.sign_in.find_account),
            AccountChangePages(
                manage,
                identity.second.reset,
                identity.outside.links,
                Twins(identity.sign_in.find_account, manage),
            ),
            AccountProofPages(identity.second.reset, identity.outside.links),
        )


def build_management(
    database: Database[dict[str, Any]], identity: Identity, broker: str
) -> ManagementParts:
    """The parts over the stores that they ask, and over the broker's management
    interface, if one is set. Raises SettingsError."""
    lists = AccountLists(identity.sign_in.accounts.rows)
    manage = ManageBrokerAccounts(_open_broker(broker), identity.events)
    return ManagementParts(identity, lists, ApiKeys(database), manage)


def _open_broker(address: str) -> BranchAccounts | None:
    try:
        return BranchAccounts.of(address) if address else None
    except ValueError as error:
        raise SettingsError(f"AMQP_MANAGEMENT_URL {error}") from error
