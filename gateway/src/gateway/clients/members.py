"""Members of branches as an account sees them, asked for beside any request."""

from chassis.http.client import Client
from contracts.http.enrollment import MemberOut, MembersQuery
from contracts.http.shape import Page

from gateway.clients.caller import write_query
from gateway.identity.account import Account
from gateway.identity.sign_in import Visitor


class MemberPages:
    """Enrollment in the name of an account."""

    def __init__(self, enrollment: Client) -> None:
        self.enrollment = enrollment

    def __call__(self, account: Account, asked: MembersQuery) -> Page[MemberOut]:
        """A page of members. Raises the Problem that enrollment answers with."""
        return self.enrollment.send_request(
            "GET",
            ("people",),
            Page[MemberOut],
            query=write_query(asked),
            **Visitor(account).token_claims(),
        )
