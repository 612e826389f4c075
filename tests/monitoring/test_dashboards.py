"""Every dashboard can be provisioned and read: title, unit, a sentence a panel."""

import re
from typing import Any

import pytest

from tests.monitoring.test_live import DASHBOARDS, of_every_panel
from tests.parts.prometheus import FOLDER

of_every_board = pytest.mark.parametrize("name", DASHBOARDS)
UNITS = {"s", "short", "cps", "cpm", "reqps", "percentunit"}
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
MOST_PANELS = 12
"""More than a dozen nobody reads at night."""


@of_every_panel
def test_a_panel_says_what_it_shows_in_which_unit(
    board: str, panel: dict[str, Any]
) -> None:
    assert panel["title"], board
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert panel["datasource"] == SOURCE
    for target in panel["targets"]:
        assert target["datasource"] == SOURCE
        assert target["legendFormat"]


@of_every_board
def test_a_dashboard_is_of_no_installation(name: str) -> None:
    board = DASHBOARDS[name]
    assert board["uid"] == f"biyong-{name}"
    assert "id" not in board
    assert board["templating"]["list"][0]["type"] == "datasource"
    assert 1 <= len(board["panels"]) <= MOST_PANELS
    variables = {one["name"] for one in board["templating"]["list"]}
    used = set(re.findall(r"\$(?!__)(\w+)", str(board["panels"])))
    assert used <= variables


@of_every_board
def test_panels_do_not_lie_upon_each_other(name: str) -> None:
    taken = set()
    for panel in DASHBOARDS[name]["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken
        taken |= cells


def test_kubernetes_is_given_every_dashboard() -> None:
    listed = (FOLDER / "kustomization.yaml").read_text("utf-8")
    assert all(f"dashboards/{name}.json" in listed for name in DASHBOARDS)
