"""The generator reaches every shape that a door knows."""

import inspect
from types import ModuleType

from chassis.operations import shapes
from contracts.http.shape import Shape

from tests.contract.test_doors import ROOMS, modules
from tests.hostile.targets import Target, leaves, shapes_within, targets


def shapes_of(module: ModuleType) -> set[type]:
    return {
        one
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Shape) and one is not Shape
    }


def test_every_shape_of_every_member_is_sent_to_some_route() -> None:
    there = {shape for room in ROOMS for m in modules(room) for shape in shapes_of(m)}
    there |= shapes_of(shapes)
    reached = {
        shape
        for target in targets()
        for top in (target.body, target.query)
        if top is not None
        for shape in shapes_within(top)
    }
    assert there - reached == set()


def of(route: str) -> Target:
    return next(target for target in targets() if target.line.route == route)


def test_fields_are_found_in_lists_and_forms() -> None:
    roster = of("PUT /api/enrollment/branches/<branch>/chunks/<key>")
    assert {"rows.0.phone", "roster_id", "dry_run"} <= set(leaves(roster.body))
    assert roster.arguments == ("branch", "key")
    assert {"branch", "file", "class_id", "dry_run"} <= set(
        of("POST /rosters/new").words
    )
    assert {"key", "event", "data"} <= set(
        of("POST /operations/<service>/parked").words
    )
    assert of("GET /events").words == ("from", "once", "q", "to")
