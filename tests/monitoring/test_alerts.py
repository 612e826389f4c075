"""Each alert fires for its fault, none over an hour of health, each has its page."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.monitoring.series import (
    ALWAYS,
    STEPS,
    Series,
    change,
    inputs_of,
    make_healthy,
    with_fault,
    without,
)
from tests.parts.prometheus import FOLDER, run_promtool, run_rule_tests

pytestmark = pytest.mark.part("prometheus")
RULES = FOLDER / "rules.yml"
PAGE = FOLDER.parents[1] / "docs" / "operations" / "alerts.md"
ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
FIRING = 'group by (alertname) (ALERTS{alertstate="firing"})'
BUCKETS = ("_age_seconds_bucket", 'member="learning"')
FAULTS: Mapping[str, Series] = {
    "BiyongNothingCollected": without(" up{"),
    "BiyongRoleMissing": with_fault(
        f"1x20 0{ALWAYS}", " up{", 'member="media",role="worker"'
    ),
    "BiyongPartAway": with_fault(
        f"1x20 0{ALWAYS}", "part_up", 'member="media",role="worker",part="objects"'
    ),
    "BiyongEventsLate": change(
        with_fault("0" + ALWAYS, *BUCKETS), "0+20" + ALWAYS, *BUCKETS, 'le="+Inf"'
    ),
    "BiyongRelayLags": with_fault(
        f"0x20 0+30{ALWAYS}", "outbox_oldest", 'member="enrollment"'
    ),
    "BiyongEventsParked": with_fault(f"0x20 1{ALWAYS}", "notify", 'state="parked"'),
    "BiyongEventsRetried": with_fault(f"0x20 3{ALWAYS}", "notify", 'state="waiting"'),
    "BiyongPagesFail": with_fault(f"0x20 0+30{ALWAYS}", 'status="500"'),
    "BiyongPagesSlow": change(
        with_fault("0+200" + ALWAYS, "request_seconds_bucket", 'le="1"'),
        "0+200" + ALWAYS,
        "request_seconds_bucket",
        'le="0.1"',
    ),
    "BiyongJobsOverdue": with_fault(f"0x20 0+30{ALWAYS}", 'kind="chunk"'),
    "BiyongLecturesWait": with_fault("0+60" + ALWAYS, 'kind="lecture"'),
    "BiyongWorkFails": with_fault(f"0x20 0+1{ALWAYS}", "work_failures", "notify"),
    "BiyongWatchingNotBelieved": with_fault("0+1000" + ALWAYS, "not-fetched"),
}
of_every_alert = pytest.mark.parametrize(
    "alert", ALERTS, ids=[alert["alert"] for alert in ALERTS]
)


def expect(series: Series, query: str, at: str, *names: str) -> dict[str, Any]:
    """A case of promtool: these alerts, and no other, are answered at that moment."""
    samples = [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in names]
    asked = {"expr": query, "eval_time": at, "exp_samples": samples}
    return {
        "interval": "30s",
        "input_series": inputs_of(series),
        "promql_expr_test": [asked],
    }


def test_promtool_takes_the_rules() -> None:
    code, output = run_promtool("check", "rules", str(RULES))
    assert code == 0, output
    assert f"{len(ALERTS)} rules found" in output


def test_every_alert_is_tried() -> None:
    assert set(FAULTS) == {alert["alert"] for alert in ALERTS}


@of_every_alert
def test_an_alert_fires_for_its_fault_and_no_other_does(
    alert: dict[str, Any], tmp_path: Path
) -> None:
    name = alert["alert"]
    late = expect(FAULTS[name], FIRING, f"{STEPS // 2}m", name)
    assert run_rule_tests(tmp_path, RULES, [late]) == ""


def test_a_role_is_missing_too_where_nothing_is_left_to_ask(tmp_path: Path) -> None:
    gone = with_fault(f"1x60 _{ALWAYS}", " up{", 'member="media",role="worker"')
    case = expect(gone, FIRING, "50m", "BiyongRoleMissing")
    assert run_rule_tests(tmp_path, RULES, [case]) == ""


def test_none_fires_within_an_hour_of_health(tmp_path: Path) -> None:
    fired = 'count_over_time(ALERTS{alertstate="firing"}[70m])'
    case = expect(make_healthy(), fired, "70m")
    assert run_rule_tests(tmp_path, RULES, [case]) == ""


def test_health_is_not_so_dull_that_nothing_is_looked_at(tmp_path: Path) -> None:
    seen = 'group by (alertname) (count_over_time(ALERTS{alertstate="pending"}[70m]))'
    names = ("BiyongRoleMissing", "BiyongEventsRetried", "BiyongEventsLate")
    case = expect(make_healthy(), seen, "70m", *names)
    assert run_rule_tests(tmp_path, RULES, [case]) == ""


@of_every_alert
def test_an_alert_says_what_it_is_and_leads_to_its_section(
    alert: dict[str, Any],
) -> None:
    said = alert["annotations"]
    assert said["summary"]
    assert said["description"]
    assert alert["labels"]["severity"] in {"critical", "warning"}
    page, _, place = said["runbook"].partition("#")
    assert page == str(PAGE.relative_to(FOLDER.parents[1]))
    assert place == alert["alert"].lower()


def test_every_section_says_what_to_look_at_and_what_to_do() -> None:
    sections = dict(
        re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.M | re.S)
    )
    assert [name for name in sections if name.startswith("Biyong")] == [
        alert["alert"] for alert in ALERTS
    ]
    for name in FAULTS:
        for part in ("**Means.**", "**Look.**", "**Do.**", "\n    "):
            assert part in sections[name], (name, part)


def test_kubernetes_is_given_the_same_rules() -> None:
    wrapped = yaml.safe_load((FOLDER / "prometheus-rule.yaml").read_text("utf-8"))
    assert wrapped["kind"] == "PrometheusRule"
    assert wrapped["spec"] == yaml.safe_load(RULES.read_text("utf-8"))
