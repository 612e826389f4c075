"""Every route stands in the table, and the table has no other."""

from tests.routes.code import routes_in_code
from tests.routes.table import read_table


def test_every_route_stands_in_the_table() -> None:
    assert set(routes_in_code()) - {line.route for line in read_table()} == set()


def test_the_table_has_no_route_that_is_gone() -> None:
    assert {line.route for line in read_table()} - set(routes_in_code()) == set()
