"""/api/sign-in-codes: a script signs in with a one-time code."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, post
from contracts.http.gateway import (
    AskCodeIn,
    CodeAnswerIn,
    SessionOut,
    SignInCodeOut,
)

from gateway.api.request_visitor import current_origin
from gateway.api.sessions import to_session_out
from gateway.identity.one_time_codes import CODE_MINUTES
from gateway.identity.sign_in_by_code import SignInByCode
from gateway.second_factor.finish_sign_in import FinishSignIn


class SignInCodeRoutes(Routes):
    """Routes for one-time codes."""

    name = "sign_in_codes"

    def __init__(self, by_code: SignInByCode, finish: FinishSignIn) -> None:
        self.by_code, self.finish = by_code, finish

    @post("/api/sign-in-codes", status=202)
    @allow_everyone
    def ask_code(self, asked: AskCodeIn) -> SignInCodeOut:
        """A code is sent to the login's account, if there is one."""
        ticket = self.by_code.ask_code(asked.login, current_origin(), asked.ticket)
        return SignInCodeOut(ticket=ticket, minutes=CODE_MINUTES)

    @post("/api/sign-in-codes/answers", status=201)
    @allow_everyone
    def answer_code(self, asked: CodeAnswerIn) -> SessionOut:
        """A code is answered: a script is signed in."""
        origin = current_origin()
        who = self.by_code.answer_code(asked.ticket, asked.code, origin)
        return to_session_out(self.finish.finish_script(who, asked.second, origin))
