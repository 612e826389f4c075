"""Rows that repeat what others said: never set back, and mended by a rebuild."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from chassis.projections.projection import Projection, sum_of
from chassis.storage.aggregates import mapping_of
from notify.domain.title import Title
from notify.store.documents import TitleDocument

from tests.engines import Kept


@pytest.fixture
def titles(kept: Kept) -> Projection[Title]:
    kept.declare("notify", TitleDocument)
    return Projection(TitleDocument, mapping_of(Title))


def test_the_newest_of_many_writers_stays(titles: Projection[Title]) -> None:
    def write(version: int) -> None:
        titles.put_rows([("c1", version, Title("c1", f"第{version}版"))])

    for _ in range(5):
        titles.collection.delete_many({})
        with ThreadPoolExecutor(8) as writers:
            list(writers.map(write, [7, 3, 8, 1, 5, 2, 6, 4]))
        assert titles.get("c1") == Title("c1", "第8版")


def test_of_one_batch_the_newest_stays(titles: Projection[Title]) -> None:
    told = [("c1", version, Title("c1", f"第{version}版")) for version in (2, 3, 1)]
    titles.put_rows(told)
    assert titles.get("c1") == Title("c1", "第3版")
    assert titles.get("c2") is None
    titles.put_rows([])


def test_only_a_rebuild_mends_what_claims_to_be_newer_and_only_while_it_is_stale(
    titles: Projection[Title],
) -> None:
    wrong, right = Title("c1", "错"), Title("c1", "对")
    titles.put_rows([("c1", 9, wrong)])
    titles.mark_rows(["c1"], "r1")
    titles.put_rows([("c1", 2, right)])
    titles.put_rows([("c1", 2, right)], rebuild="r0")
    assert titles.get("c1") == wrong
    titles.put_rows([("c1", 2, right)], rebuild="r1")
    assert titles.get("c1") == right
    titles.put_rows([("c1", 1, wrong)], rebuild="r1")
    assert titles.get("c1") == right, "it was met: older word leaves it"


def test_what_was_told_live_is_no_longer_stale(titles: Projection[Title]) -> None:
    titles.put_rows([("c1", 1, Title("c1", "一")), ("c2", 1, Title("c2", "二"))])
    titles.mark_rows(["c1", "c2"], "r1")
    titles.put_rows([("c1", 2, Title("c1", "新"))])
    assert titles.remove_unmet(titles.find_page("", 10), "r1") == 1
    assert [row["_id"] for row in titles.find_page("", 10)] == ["c1"]


def test_a_sum_tells_what_rows_say_apart_and_not_how_they_were_told(
    titles: Projection[Title],
) -> None:
    titles.put_rows([("c1", 1, Title("c1", "一")), ("c2", 1, Title("c2", "二"))])
    whole = sum_of(titles.find_page("", 10))
    assert whole == sum_of(titles.find_page("", 1)) + sum_of(titles.find_page("c1", 1))
    titles.mark_rows(["c1"], "r1")
    titles.put_rows([("c2", 5, Title("c2", "二"))])
    assert sum_of(titles.find_page("", 10)) == whole
    titles.put_rows([("c2", 6, Title("c2", "三"))])
    assert sum_of(titles.find_page("", 10)) != whole


def test_one_who_marks_late_leaves_alone_what_was_told_again(
    titles: Projection[Title],
) -> None:
    titles.put_rows([("c1", 1, Title("c1", "一"))])
    titles.mark_rows(["c1"], "r1")
    titles.put_rows([("c1", 1, Title("c1", "一"))], rebuild="r1")
    titles.mark_rows(["c1"], "r1")
    assert titles.remove_unmet(titles.find_page("", 10), "r1") == 0
    titles.mark_rows(["c1"], "r2")
    assert titles.remove_unmet(titles.find_page("", 10), "r2") == 1
