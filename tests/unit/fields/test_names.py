"""Names: what is one, how it is kept, and when two writings are the same."""

import pytest
from fields import Illegal
from fields.texts import (
    is_control,
    is_invisible,
    is_meaningless,
    is_same_name,
    plain_name,
    written_name,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "name",
    ["王小明", "阿卜杜拉·买买提", "𠮷野真", "赵䶮", "Mary Ann O'Neill", "欧阳若曦",
     "José Núñez", "学员12", "王〇", "李明（大）", "\U00031350二"],
)  # fmt: skip
def test_a_name_is_kept_as_it_is_written(name: str) -> None:
    assert written_name(name) == name


def test_outer_blanks_go_and_inner_ones_become_one() -> None:
    assert written_name("\u3000 李  明\u00a0") == "李 明"


def test_characters_of_the_old_gb18030_are_where_they_are_today() -> None:
    assert written_name(b"\xcd\xf5\xfeY".decode("gb18030")) == "王\u9fb4"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "name-missing"),
        (" \u3000", "name-missing"),
        ("王\ue000", "name-unreadable"),
        ("王\ufffd", "name-unreadable"),
        ("王" + chr(0xD800), "name-unreadable"),
        ("王\0明", "name-unreadable"),
        ("王\n明", "name-unreadable"),
        ("王\t明", "name-unreadable"),
        ("王\u2028明", "name-unreadable"),
        ("王\u200b明", "name-invisible"),
        ("王\u202e明", "name-invisible"),
        ("\ufeff王明", "name-invisible"),
        ("王\u3164", "name-invisible"),
        ("<script>alert(1)</script>", "name-invalid"),
        ('=HYPERLINK("x")', "name-invalid"),
        ("王😀", "name-invalid"),
        ("%s", "name-invalid"),
        ("···", "name-invalid"),
        ("12", "name-invalid"),
        ("王" * 101, "name-too-long"),
        ("#N/A", "cell-broken"),
        ("#####", "cell-broken"),
    ],
)
def test_what_is_no_name_says_why(raw: str, reason: str) -> None:
    with pytest.raises(Illegal) as illegal:
        written_name(raw)
    assert illegal.value.reason == reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阿卜杜拉·买买提", "阿卜杜拉•买买提"),
        ("阿卜杜拉·买买提", "阿卜杜拉．买买提"),
        ("阿卜杜拉·买买提", "阿卜杜拉.买买提"),
        ("阿卜杜拉·买买提", "阿卜杜拉 ・ 买买提"),
        ("阿卜杜拉·买买提", "阿卜杜拉‧买买提"),
        ("李 明", "李明"),
        ("李\u3000明", "李明"),
        ("Mary Ann", "ＭＡＲＹ　ANN"),
        ("José", "Jose\u0301"),
        ("a.b.c 一.二.三", "a.b.c一·二·三"),
    ],
)
def test_two_writings_are_one_name(one: str, other: str) -> None:
    assert is_same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("李明", "李鸣"), ("Mary Ann", "Maryann"), ("J. Li", "J·Li")]
)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert not is_same_name(one, other)


@given(st.text(max_size=120))
def test_a_name_is_one_visible_line_or_refused_whatever_is_written(raw: str) -> None:
    try:
        name = written_name(raw)
    except Illegal:
        return
    assert not any(is_control(c) or is_invisible(c) or is_meaningless(c) for c in name)
    assert 0 < len(name) <= 100
    assert written_name(name) == name


@given(st.text(max_size=60))
def test_the_plain_form_of_a_plain_form_is_itself(raw: str) -> None:
    assert plain_name(plain_name(raw)) == plain_name(raw)
