"""Captions files: what is read of them, what is kept, and every fault by its line."""

import time

import pytest
from media.domain.caption_faults import FAULTS, MOST_TOLD
from media.domain.caption_file import (
    LARGEST,
    LONGEST_LINE,
    MOST_CUES,
    MOST_LINES,
    read_cues,
)
from media.domain.cue import render_vtt
from media.domain.errors import CaptionsRefused

LONGEST_READ = 5.0
"""Processor seconds of the worst file that is not too large, on a slow machine."""
SRT = """1
00:00:01,000 --> 00:00:02,500
工会代表职工
平等协商

2
00:00:03,000 --> 01:00:04,250
第二条
"""
CLEAN = """WEBVTT

00:00:01.000 --> 00:00:02.500
工会代表职工
平等协商

00:00:03.000 --> 01:00:04.250
第二条
"""


def cleaned(text: str) -> str:
    return render_vtt(read_cues(text.encode()))


def shown(line: str) -> str:
    """What is kept of a line in a cue."""
    kept = cleaned(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{line}\n")
    return kept.split("\n", 3)[3].removesuffix("\n")


def faults(text: str | bytes, seconds: float | None = None) -> list[tuple[int, str]]:
    content = text.encode() if isinstance(text, str) else text
    try:
        read_cues(content, seconds)
    except CaptionsRefused as refused:
        return [(fault.line, fault.code) for fault in refused.faults.first]
    return []


def a_cue(text: str = "字", start: str = "00:01", end: str = "00:02") -> str:
    return f"{start}.000 --> {end}.000\n{text}\n"


def test_subrip_becomes_clean_webvtt_and_that_stays_as_it_is() -> None:
    assert cleaned(SRT) == CLEAN
    assert cleaned(CLEAN) == CLEAN


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"],
)
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert render_vtt(read_cues(SRT.encode(encoding))) == CLEAN


def test_utf_16_that_begins_with_its_other_mark_is_read() -> None:
    marked = b"\xfe\xff" + SRT.encode("utf-16-be")
    assert render_vtt(read_cues(marked)) == CLEAN


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_end_as_on_every_system_and_are_counted_alike(end: str) -> None:
    assert cleaned(SRT.replace("\n", end)) == CLEAN
    assert faults(SRT.replace("01:00:04", "1-00:04").replace("\n", end)) == [
        (7, "bad-time")
    ]


def test_head_notes_styles_regions_and_names_of_cues_are_left_out() -> None:
    text = (
        "WEBVTT - 第 1 讲\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000\n\n"
        "NOTE 译者\n一行\n\nSTYLE\n::cue { background: url(//x) }\n\n"
        "REGION\nid:r\n\nintro\n00:01.000 --> 00:02.000 region:r line:10% align:start\n"
        "字\n"
    )
    wanted = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:10% align:start\n字\n"
    assert cleaned(text) == wanted


def test_places_of_the_standard_stay_and_all_else_behind_a_time_goes() -> None:
    timing = (
        "00:01.000 --> 00:02.000 vertical:rl line:-1,end position:10%,line-left "
        "size:35.5% align:left line:5 X1:40 size:x%"
    )
    kept = cleaned(f"WEBVTT\n\n{timing}\n字\n").splitlines()[2]
    assert kept == (
        "00:00:01.000 --> 00:00:02.000 vertical:rl line:-1,end "
        "position:10%,line-left size:35.5% align:left"
    )


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("<i>斜</i> <b>粗</b> <u>线</u>", "<i>斜</i> <b>粗</b> <u>线</u>"),
        ("<I>斜</I>", "<i>斜</i>"),
        ("<i.loud>斜</i>", "<i>斜</i>"),
        ("<i>不关", "<i>不关</i>"),
        ("<i>两行\n到这</i>", "<i>两行\n到这</i>"),
        ("<v 刘志远>好", "<v 刘志远>好</v>"),
        ("<v.loud 刘 & 王>好", "<v 刘 &amp; 王>好</v>"),
        ("<v 甲>一\n<v 乙>二", "<v 甲>一\n</v><v 乙>二</v>"),
        ("<c.yellow>黄</c><00:01.500>字", "黄字"),
        ('{\\an8}<font color="red">红</font>', "红"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("&lt;script&gt; &amp;lt;", "&lt;script&gt; &amp;lt;"),
        ("&#10;&#10;00:03 --&gt;", "&amp;#10;&amp;#10;00:03 --&gt;"),
        ("<script src=x", "&lt;script src=x"),
    ],
)
def test_of_markup_only_what_is_allowed_is_kept(line: str, kept: str) -> None:
    assert shown(line) == kept


@pytest.mark.parametrize(
    "line",
    [
        "<script>x</script>",
        "<a href='//x'>y</a>",
        "<img/onerror=x>",
        "<ruby>字</ruby>",
        "<i>错</b>",
        "关</i>",
        "<v>谁",
        "<style>x",
    ],
)
def test_other_markup_is_a_fault(line: str) -> None:
    assert faults(f"WEBVTT\n\n{a_cue(line)}") == [(4, "bad-markup")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", (0, "not-captions")),
        ("第一讲的讲稿\n没有时间", (0, "not-captions")),
        ("WEBVTT\n", (0, "not-captions")),
        (b"\xff" * 40 + b"-->", (0, "not-text")),
        (b"-" * (LARGEST + 1), (0, "too-large")),
        (a_cue(start="0:01"), (1, "bad-time")),
        ("00:00:01 --> 00:00:02\n字", (1, "bad-time")),
        ("00:00:61,000 --> 00:01:02,000\n字", (1, "bad-time")),
        (a_cue(end="00:01"), (1, "ends-first")),
        (a_cue() + "\n" + a_cue(start="00:00"), (4, "out-of-order")),
        (a_cue(""), (1, "no-text")),
        (a_cue("<i> </i>"), (1, "no-text")),
        (a_cue() + "\n不知何时", (4, "no-time")),
        (a_cue() + "2\n" + a_cue(start="00:02", end="00:03"), (4, "blank-missing")),
        (a_cue("响\x07铃"), (2, "bad-character")),
        (a_cue("字" * (LONGEST_LINE + 1)), (2, "line-too-long")),
        (a_cue("<c>" * 1000), (2, "line-too-long")),
        (a_cue("字\n" * (MOST_LINES + 1)), (1, "too-many-lines")),
    ],
)
def test_a_fault_is_told_with_its_line(
    text: str | bytes, found: tuple[int, str]
) -> None:
    assert found in faults(text)


def test_cues_may_overlap_and_begin_together() -> None:
    assert not faults(a_cue(end="00:09") + "\n" + a_cue())


def test_a_cue_may_not_begin_where_the_lecture_is_over() -> None:
    text = a_cue() + "\n" + a_cue(start="00:05", end="00:07")
    assert faults(text, 5.0) == [(4, "after-end")]
    assert faults(text, 6.0) == []


def test_faults_are_told_together_up_to_a_number_and_the_rest_is_counted() -> None:
    text = "\n".join([a_cue(end="00:00")] * (MOST_TOLD + 5))
    with pytest.raises(CaptionsRefused) as refused:
        read_cues(text.encode())
    members = refused.value.members
    told = members["faults"]
    assert isinstance(told, list)
    assert [fault["line"] for fault in told[:3]] == [1, 4, 7]
    assert (len(told), members["more"]) == (MOST_TOLD, 5)
    assert {fault["code"] for fault in told} == {"ends-first"}


def test_every_code_has_its_words() -> None:
    assert all(FAULTS.values())


def test_a_file_of_too_many_cues_is_refused() -> None:
    text = "\n".join([a_cue("x")] * (MOST_CUES + 1))
    assert {code for _, code in faults(text)} == {"too-many-cues"}


@pytest.mark.parametrize(
    "text",
    [
        "\n" * (LARGEST - 10) + "-->",
        "a\n" * (LARGEST // 2 - 10) + "-->",
        "-->" * (LARGEST // 3),
        " " * (LARGEST - 10) + "-->",
        "00:00:01,000 -->" + " " * (LARGEST - 20),
        a_cue("<" * 2000),
        a_cue("<i" * 1000),
        a_cue("{\\" * 1000),
        "\n".join([a_cue("<v x>" * 300 + "y")] * 1300),
    ],
)
def test_no_file_takes_long_to_read(text: str) -> None:
    began = time.process_time()
    faults(text)
    assert time.process_time() - began < LONGEST_READ
