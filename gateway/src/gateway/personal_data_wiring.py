"""The parts about people's own data, put together."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.http.routing import Routes
from chassis.service.kit import ServiceKit
from chassis.service.process import Loop

from gateway.api.deletions import DeletionRoutes
from gateway.clients.services import Services
from gateway.identity.consents import Consents
from gateway.identity.own_password import OwnPassword
from gateway.identity.prove_owner import ProveOwner
from gateway.identity.sign_in import SignIn
from gateway.identity.survivors import Survivors
from gateway.pages.officer.contact import ContactPages
from gateway.pages.officer.feed import FeedPages
from gateway.pages.public.deletions import DeletionPages
from gateway.pages.public.help import HelpPages
from gateway.pages.staff.deletions import StaffDeletionPages
from gateway.pages.trainee.consent import ConsentPages
from gateway.pages.trainee.own_data import OwnDataPages
from gateway.pages.unmasking import UnmaskingPages
from gateway.personal_data.collecting import CollectHoldings
from gateway.personal_data.delete_people import AskDeletion, DeletePeople
from gateway.personal_data.deletions import Deletions
from gateway.personal_data.exports import MakeExports, PersonExports
from gateway.personal_data.own_holdings import OwnHoldings
from gateway.roster_drafts.draft_store import RosterDrafts
from gateway.settings import Settings

LOOK_SECONDS = 10.0
"""How often to look, in the end, for what falls due or was asked for elsewhere."""


@dataclass(frozen=True)
class PersonalDataParts:
    """The parts: what is stored, the routes, and what works beside them."""

    own: OwnHoldings
    consents: Consents
    exports: PersonExports
    deletions: Deletions
    ask_deletion: AskDeletion
    make_exports: MakeExports
    delete_people: DeletePeople
    export_asked: threading.Event
    deletion_asked: threading.Event
    routes: Sequence[Routes]

    def create_indexes(self) -> None:
        """Make the indexes."""
        for rows in (self.own, self.consents, self.exports, self.deletions):
            rows.create_indexes()

    def worker_loops(self, base: ServiceKit) -> dict[str, Loop]:
        """The loops of a worker."""
        return {
            "exporting": base.work_loop(
                "exporting", self.make_exports, self.export_asked, LOOK_SECONDS
            ),
            "deleting": base.work_loop(
                "deleting", self.delete_people, self.deletion_asked, LOOK_SECONDS
            ),
        }


def build_personal_data(
    base: ServiceKit,
    services: Services,
    sign_in: SignIn,
    drafts: RosterDrafts,
    survivors: Survivors,
    settings: Settings,
) -> PersonalDataParts:
    """What people see of their own data, and what staff do about it."""
    sign_in.events.audit, accounts = base.audit_log, sign_in.accounts
    own = OwnHoldings(base.database, accounts, drafts, base.audit_log)
    consents, exports = (
        Consents(base.database),
        PersonExports(base.database, drafts.seals),
    )
    find_group = survivors.aliases.find_group
    sign_in.find_account.find_group = find_group
    sign_in.find_account.find_groups = survivors.aliases.find_groups
    deletions, collect = (
        Deletions(base.database),
        CollectHoldings(services, own, find_group),
    )
    ask = AskDeletion(
        deletions, accounts, base.audit_log, settings.deletion_days, find_group
    )
    export_asked = threading.Event()
    return PersonalDataParts(
        own,
        consents,
        exports,
        deletions,
        ask,
        MakeExports(exports, collect),
        DeletePeople(deletions, services.enrollment, collect, find_group),
        export_asked,
        ask.asked,
        (
            ConsentPages(consents, settings.consent_version),
            OwnDataPages(
                exports, export_asked.set, ask, ProveOwner(OwnPassword(sign_in))
            ),
            DeletionPages(ask),
            StaffDeletionPages(ask),
            UnmaskingPages(),
            ContactPages(),
            FeedPages(),
            HelpPages(),
            DeletionRoutes(services, ask, consents, settings.consent_version),
        ),
    )
