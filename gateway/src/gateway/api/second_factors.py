"""/api/accounts/…/second-factors: the college helps whose phone is lost."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, delete
from contracts.http.gateway import AccountOut

from gateway.api.request_visitor import require_actor
from gateway.second_factor.change_factors import ResetFactors


class SecondFactorRoutes(Routes):
    """Routes for the second factors of others. `ResetFactors` decides who may."""

    name = "second_factors"

    def __init__(self, reset: ResetFactors) -> None:
        self.reset = reset

    @delete("/api/accounts/<account_id>/second-factors")
    @allow_everyone
    def reset_factors(self, account_id: str) -> AccountOut:
        """An account has no second factor any more, and is signed out everywhere."""
        return AccountOut.of(self.reset(require_actor(), account_id))
