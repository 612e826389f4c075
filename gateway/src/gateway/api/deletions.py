"""/api/people/P/deletion and /api/account/consent: personal data, for scripts."""

from chassis.http.auth import allow_everyone
from chassis.http.problem import Problem
from chassis.http.routing import Routes, delete, get, post, put
from contracts.http.personal_data import (
    ConsentIn,
    ConsentOut,
    DeletionOut,
    StaffDeletionIn,
    StayingOut,
)

from gateway.api.request_visitor import current_visitor, require_actor
from gateway.clients.page_services import PageServices
from gateway.clients.services import Services
from gateway.identity.account import STAFF, Account
from gateway.identity.consents import Consents
from gateway.identity.errors import RoleMissing, UnknownDeletion
from gateway.personal_data.delete_people import AskDeletion
from gateway.personal_data.deletions import Deletion

OTHER_NOTICE = "现在问的是另一版说明：请先看 version 这一版，再答复。"


class DeletionRoutes(Routes):
    """Routes for deletions by staff, and for one's own consent."""

    name = "personal_data"

    def __init__(
        self, services: Services, ask: AskDeletion, consents: Consents, version: str
    ) -> None:
        self.services, self.ask = services, ask
        self.consents, self.version = consents, version

    @post("/api/people/<person_id>/deletion", status=202)
    @allow_everyone
    def ask_deletion(self, person_id: str, asked: StaffDeletionIn) -> DeletionOut:
        """A person is to be deleted; enrollment says whether there is one."""
        by = _require_staff()
        services = PageServices(self.services, current_visitor())
        person = services.enrollment.show_person(person_id)
        return _show_deletion(self.ask(person.person_id, by, asked.reason).deletion)

    @get("/api/people/<person_id>/deletion")
    @allow_everyone
    def show_deletion(self, person_id: str) -> DeletionOut:
        """How a person's latest deletion stands, and what stayed."""
        _require_staff()
        return _show_deletion(self._require_deletion(person_id))

    @delete("/api/people/<person_id>/deletion")
    @allow_everyone
    def cancel_deletion(self, person_id: str) -> DeletionOut:
        """A deletion that has not begun is taken back."""
        by = _require_staff()
        self.ask.cancel(self._require_deletion(person_id), by.id)
        return _show_deletion(self._require_deletion(person_id))

    @get("/api/account/consent")
    @allow_everyone
    def show_consent(self) -> ConsentOut:
        """Whether one's own account agrees to what is stored."""
        account = require_actor().account
        is_given = self.consents.has_agreed(account.id, self.version)
        return ConsentOut(version=self.version, is_given=is_given)

    @put("/api/account/consent")
    @allow_everyone
    def put_consent(self, asked: ConsentIn) -> ConsentOut:
        """One's own account agrees to the notice that is asked about, or declines."""
        account = require_actor().account
        if asked.version != self.version:
            raise Problem(409, "notice-differs", OTHER_NOTICE, version=self.version)
        self.consents.add_decision(account.id, asked.version, is_given=asked.is_given)
        return self.show_consent()

    def _require_deletion(self, person_id: str) -> Deletion:
        deletion = self.ask.deletions.get_by_person(person_id)
        if deletion is None:
            raise UnknownDeletion("没有这项删除：请核对学员编号")
        return deletion


def _require_staff() -> Account:
    """The member of staff who asks. Raises Problem 401, RoleMissing."""
    account = require_actor().account
    if STAFF not in account.roles:
        raise RoleMissing("只有教务可以删除学员的资料")
    return account


def _show_deletion(deletion: Deletion) -> DeletionOut:
    report = [StayingOut.of(row) for row in deletion.report]
    return DeletionOut.of(deletion, report=report)
