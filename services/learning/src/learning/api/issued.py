"""/certificates/issued and /certificates/keys/uses: what staff look for."""

from chassis.http.auth import require_roles
from chassis.http.routing import Routes, get
from contracts.http.learning import CertificatesQuery, IssuedOut, KeyUseOut
from contracts.http.shape import Page

from learning.usecases.find_issued import (
    CertificateSearch,
    find_issued,
    find_key_uses,
)
from learning.usecases.ports import Certificates, Groups, Seal


class IssuedRoutes(Routes):
    """Routes for certificates as staff look for them."""

    name = "issued"

    def __init__(self, certificates: Certificates, groups: Groups, seal: Seal) -> None:
        self.certificates, self.groups, self.seal = certificates, groups, seal

    @get("/certificates/issued")
    @require_roles("staff")
    def list_issued(self, asked: CertificatesQuery) -> Page[IssuedOut]:
        """Certificates by number, person or class, in the order of their numbers;
        revoked and replaced ones too."""
        wanted = CertificateSearch(
            asked.number, asked.person_id, asked.class_id, asked.after, asked.limit
        )
        found, following = find_issued(self.certificates, self.groups, wanted)
        return Page(items=[IssuedOut.of(one) for one in found], next=following)

    @get("/certificates/keys/uses")
    @require_roles("staff", "operator")
    def list_key_uses(self) -> list[KeyUseOut]:
        """The keys of certificates: since when each signs, and which one does now."""
        uses = find_key_uses(self.certificates, self.seal)
        return [KeyUseOut.of(use) for use in uses]
