"""The clients of enrollment and learning about the participants of a class."""

from dataclasses import dataclass
from typing import Any

from contracts.http.enrollment import EnrolmentOut, EnrolmentsQuery
from contracts.http.participants import (
    LeaversIn,
    NamedPersonOut,
    PeopleNamedIn,
    ReplacementIn,
    ReturnOut,
    StandingOut,
    StandingsIn,
    WithdrawalOut,
)
from contracts.http.shape import Page

from gateway.clients.caller import ServiceCaller


class GatewayItself:
    """The gateway asking in its own name, as services that name it as caller expect."""

    def token_claims(self) -> dict[str, Any]:
        """No claims: the token speaks for nobody but its issuer."""
        return {}


@dataclass(frozen=True)
class ParticipantsClient:
    """Questions about participants in the name of a visitor."""

    ask: ServiceCaller

    def list_participants(
        self, class_id: str, asked: EnrolmentsQuery
    ) -> Page[EnrolmentOut]:
        """Who has or wants a seat in a class, as far as the visitor sees them."""
        path = ("classes", class_id, "enrolments")
        return self.ask.get(Page[EnrolmentOut], *path, query=asked)

    def name_people(self, person_ids: list[str]) -> list[NamedPersonOut]:
        """Those of these people whom the visitor reaches today, by name."""
        return self.ask.send(
            "POST",
            list[NamedPersonOut],
            "people",
            "named",
            body=PeopleNamedIn(person_ids=person_ids),
            seconds=self.ask.deadline.seconds_left(),
        )

    def withdraw_participants(
        self, class_id: str, asked: LeaversIn, key: str
    ) -> WithdrawalOut:
        """Several leave a class together; pressed twice, done once."""
        path = ("classes", class_id, "withdrawals")
        return self.ask.send("POST", WithdrawalOut, *path, body=asked, key=key)

    def return_participants(
        self, class_id: str, asked: LeaversIn, key: str
    ) -> ReturnOut:
        """Several who left are given back."""
        path = ("classes", class_id, "returns")
        return self.ask.send("POST", ReturnOut, *path, body=asked, key=key)

    def replace_participant(
        self, class_id: str, asked: ReplacementIn, key: str
    ) -> EnrolmentOut:
        """Somebody else gets a seat; pressed twice, done once. Raises Problem 404 or
        409."""
        path = ("classes", class_id, "replacements")
        return self.ask.send("POST", EnrolmentOut, *path, body=asked, key=key)


@dataclass(frozen=True)
class StandingsClient:
    """Questions to learning about people whom enrollment named to the visitor: learning
    knows no branches. They are asked by `own`, in the gateway's own name."""

    ask: ServiceCaller
    own: ServiceCaller

    def list_standings(self, class_id: str, person_ids: list[str]) -> list[StandingOut]:
        """How far these people are in a class."""
        return self.own.send(
            "POST",
            list[StandingOut],
            "classes",
            class_id,
            "standing",
            body=StandingsIn(person_ids=person_ids),
            seconds=self.own.deadline.seconds_left(),
        )
