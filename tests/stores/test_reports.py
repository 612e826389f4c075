"""Reports are kept as they were made, and claimed once, on every engine."""

import datetime

import pytest
from learning.domain.report import BranchLine, Counts, CourseLine, Report
from learning.events.to_events import to_event
from learning.store import documents, reports
from learning.store.reports import StoredReports
from learning.usecases.report_ports import LatestReport, ReportScope

from tests.engines import Kept

NOON = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)
EAST, EVERYBODY = ReportScope("dc"), ReportScope(None)
REPORT = Report(
    2026,
    NOON,
    Counts(2, 1, 0, 4, 1, 1, 1),
    (0,) * 10 + (4, 0),
    (BranchLine("dc", Counts(2, 1, 0, 4, 1, 1, 1)),),
    (CourseLine("k1", "工会财务", 4, 1, 1),),
)


class Asked(StoredReports):
    """Counts how often a worker is woken."""

    woken = 0


@pytest.fixture
def stored(kept: Kept) -> Asked:
    rows = kept.aggregates("learning", documents.ReportDocument, reports.FORM, to_event)
    made = Asked(rows, lambda: setattr(made, "woken", made.woken + 1))
    return made


def test_a_report_comes_back_as_it_was_made(stored: Asked) -> None:
    made = LatestReport(EAST, 2026, REPORT, 0.5)
    stored.put(made)
    stored.put(made)
    assert stored.get(EAST, 2026) == made
    assert stored.get(EAST, 2025) == LatestReport(EAST, 2025)
    assert stored.get(ReportScope("dc", "dc-school"), 2026).made is None


def test_a_report_that_is_asked_for_is_claimed_once_until_it_is_put(
    stored: Asked,
) -> None:
    stored.put(LatestReport(EVERYBODY, 2026, REPORT))
    assert stored.claim() is None
    stored.ask(EVERYBODY, 2026)
    stored.ask(EVERYBODY, 2026)
    asked = stored.get(EVERYBODY, 2026)
    assert (asked.is_due, asked.made) == (True, REPORT)
    claimed = stored.claim()
    assert claimed is not None
    assert (claimed.scope, claimed.year) == (EVERYBODY, 2026)
    assert stored.claim() is None
    stored.put(LatestReport(EVERYBODY, 2026, REPORT))
    assert not stored.get(EVERYBODY, 2026).is_due
    assert stored.woken == 2


def test_a_report_that_was_never_made_can_be_asked_for_and_dropped(
    stored: Asked,
) -> None:
    stored.ask(EAST, 2026)
    assert stored.claim() == LatestReport(EAST, 2026, is_due=True)
    stored.drop(EAST, 2026)
    assert stored.get(EAST, 2026) == LatestReport(EAST, 2026)
