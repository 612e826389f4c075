"""What a title is found by."""

import pytest
from catalog.domain.words import words_asked, words_of
from fields.texts import plain_text
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


def test_a_text_of_any_length_is_found_by_all_of_it() -> None:
    summary = "".join(chr(0x4E00 + at) for at in range(4000))
    assert finds("龥龤", "龥龤的故事", summary)
    assert finds(summary[-2:], "龥龤的故事", summary)
    assert finds("龥龤", summary, "龥龤的故事")


@pytest.mark.parametrize(
    "query", ["AI", "ai", "ＡＩ", "2026", "２０２６", "ａｉ与工会"]
)
def test_widths_and_cases_are_one_in_what_is_asked(query: str) -> None:
    assert finds(query, "ＡＩ与工会工作２０２６")
    assert finds(query, "AI与工会工作2026")


@pytest.mark.parametrize("dot", "·•‧・･")
def test_every_middle_dot_is_one(dot: str) -> None:
    assert finds(f"阿卜杜拉{dot}买买提", "阿卜杜拉·买买提老师")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ⅳ", "第Ⅳ期"),
        ("Straße", "STRASSE"),
        ("café", "Cafe\u0301"),
        ("кадр", "Кадры"),
        ("〇", "二〇二六"),
        ("协\u200b商", "集体协商"),
    ],
)
def test_other_scripts_and_forms_are_found_too(query: str, text: str) -> None:
    assert finds(query, text)


def test_words_with_blanks_between_are_asked_for_one_by_one() -> None:
    assert finds("协商　财务", "工会财务与集体协商")
    assert finds("李 明", "李明")
    assert not finds("商财", "工会财务与集体协商")


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1)


@given(chinese.filter(lambda text: len(text) < 60), st.data())
def test_any_part_of_a_chinese_title_finds_it(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 1))
    end = data.draw(st.integers(start + 1, len(title)))
    assert finds(title[start:end], title)


@given(st.text(max_size=500))
def test_an_index_is_sorted_and_as_long_as_its_text_whatever_that_is(text: str) -> None:
    words = words_of(text)
    assert len(words) <= 2 * len(plain_text(text))
    assert words == sorted(set(words))
    assert all(words)
