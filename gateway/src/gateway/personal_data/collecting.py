"""What all services store about one person, asked for one after the other."""

from collections.abc import Callable, Iterator, Sequence

from contracts.http.holdings import Holding, HoldingsOut

from gateway.clients.services import OWN, Services
from gateway.personal_data.own_holdings import OwnHoldings

ASKED = ("enrollment", "learning", "media", "notify")
FindGroup = Callable[[str], Sequence[str]]
"""A person's id → those of all records of the same human, the survivor first."""
PLACES = (*ASKED, OWN)
"""Who stores anything about people; catalog knows courses only."""


class CollectHoldings:
    """Asks each service in the gateway's own name, the gateway last; where records of
    one human were merged, for all of them."""

    def __init__(
        self, services: Services, own: OwnHoldings, find_group: FindGroup
    ) -> None:
        self.services, self.own, self.find_group = services, own, find_group

    def __call__(self, person_id: str) -> Iterator[tuple[str, HoldingsOut]]:
        """What each stores, as its answers come. Raises the Problem of one that does
        not answer."""
        group = self.find_group(person_id)
        for name in ASKED:
            yield name, _join_holdings([self._ask_service(name, id_) for id_ in group])
        yield OWN, _join_holdings([self.own.find_holdings(id_) for id_ in group])

    def _ask_service(self, name: str, person_id: str) -> HoldingsOut:
        path = ("people", person_id, "holdings")
        client = self.services.require_client(name)
        return client.send_request("GET", path, HoldingsOut)


def _join_holdings(answers: Sequence[HoldingsOut]) -> HoldingsOut:
    """What is stored about the records of one human, as of one."""
    joined: dict[str, Holding] = {}
    for answer in answers:
        for holding in answer.holdings:
            known = joined.get(holding.kind)
            rows = [*(known.rows if known else ()), *holding.rows]
            joined[holding.kind] = Holding(
                kind=holding.kind, rows=rows, stays=holding.stays
            )
    is_forgotten = all(answer.is_forgotten for answer in answers)
    return HoldingsOut(holdings=list(joined.values()), is_forgotten=is_forgotten)
