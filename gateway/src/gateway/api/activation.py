"""Activation codes: printed for people whom no letter reaches, and typed in by them."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, post
from contracts.http.gateway import (
    ActivationIn,
    CodesIn,
    CodesOut,
    NoCodeOut,
    PrintedCodeOut,
    SessionOut,
)

from gateway.api.request_visitor import current_origin, require_actor
from gateway.api.sessions import to_session_out
from gateway.identity.activate_account import ActivateAccount
from gateway.identity.activation_codes import written_code
from gateway.identity.print_codes import PrintCodes, PrintedCode


class ActivationRoutes(Routes):
    """Routes for activation codes. `PrintCodes` decides who may print which."""

    name = "activation_codes"

    def __init__(self, print_codes: PrintCodes, activate: ActivateAccount) -> None:
        self.print_codes, self.activate = print_codes, activate

    @post("/api/people/activation-codes")
    @allow_everyone
    def print_activation_codes(self, asked: CodesIn) -> CodesOut:
        """A fresh code for each person that may have one, shown this once."""
        printed, left = self.print_codes(require_actor(), asked.person_ids)
        return CodesOut(
            codes=[_to_code_out(one) for one in printed],
            without=[
                NoCodeOut(person_id=one.person_id, reason=one.reason) for one in left
            ],
        )

    @post("/api/activations", status=201)
    @allow_everyone
    def activate_account(self, asked: ActivationIn) -> SessionOut:
        """An activation code is answered with a password."""
        return to_session_out(
            self.activate(asked.code, asked.password, current_origin())
        )


def _to_code_out(printed: PrintedCode) -> PrintedCodeOut:
    """A code as it is answered, written as on paper."""
    whom = printed.invitee
    return PrintedCodeOut(
        person_id=whom.person_id,
        name=whom.name,
        branch_name=whom.branch_name,
        member_no=whom.member_no,
        login=printed.login,
        code=written_code(printed.code),
        until=printed.until,
    )
