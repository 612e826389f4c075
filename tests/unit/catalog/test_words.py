"""What a title is found by."""

import pytest
from catalog.domain.words import words_asked, words_of
from hypothesis import given
from hypothesis import strategies as st


def finds(query: str, *texts: str) -> bool:
    """Whether the index of these texts answers the query."""
    asked = words_asked(query)
    return bool(asked) and set(asked) <= set(words_of(*texts))


TITLE = "工会财务与Excel表格入门（2026版）"


@pytest.mark.parametrize(
    "query",
    [
        "工",
        "会",
        "财务",
        "工会财务",
        "会财",
        "财务与",
        "表格入门",
        "入门 工会",
        "e",
        "exc",
        "Excel",
        "EXCEL",
        "excel表格",
        "与Excel",
        "2026",
        "20",
        "2026版",
        "  财务，Excel  ",
    ],
)
def test_a_title_is_found_by_any_part_of_it(query: str) -> None:
    assert finds(query, TITLE)


@pytest.mark.parametrize(
    "query", ["务财", "工务", "xcel", "2025", "党", "excels", "word"]
)
def test_a_title_is_not_found_by_what_is_not_in_it(query: str) -> None:
    assert not finds(query, TITLE)


@pytest.mark.parametrize("rare", ["䶮", "𠮷", "㐂", "𬍛", "𰻝", "龘"])
def test_rare_characters_are_found_alone_and_beside_others(rare: str) -> None:
    title = f"李{rare}老师讲法律"
    assert finds(rare, title)
    assert finds(f"李{rare}", title)
    assert finds(f"{rare}老", title)


def test_several_texts_are_found_by_each_but_not_across_them() -> None:
    assert finds("法律", "工会法律", "王老师")
    assert finds("王", "工会法律", "王老师")
    assert not finds("律王", "工会法律", "王老师")


def test_a_query_without_words_asks_nothing() -> None:
    assert words_asked("") == words_asked(" ，。！?") == []


def test_a_long_latin_word_is_found_by_all_of_it() -> None:
    assert finds("internationalization", "Internationalization 入门")


def test_a_long_summary_does_not_take_the_title_out_of_the_index() -> None:
    summary = "".join(chr(0x4E00 + at) for at in range(2000))
    assert finds("龥龤", "龥龤的故事", summary)
    assert finds("龥龤", summary[:0], "龥龤的故事", summary)


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1)


@given(chinese.filter(lambda text: len(text) < 60), st.data())
def test_any_part_of_a_chinese_title_finds_it(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 1))
    end = data.draw(st.integers(start + 1, len(title)))
    assert finds(title[start:end], title)


@given(st.text(max_size=500))
def test_an_index_is_bounded_and_sorted_whatever_the_text(text: str) -> None:
    words = words_of(text)
    assert len(words) <= 300
    assert words == sorted(set(words))
    assert all(words)
