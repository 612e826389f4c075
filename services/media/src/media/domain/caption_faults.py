"""What is wrong with a captions file: codes, each with the line it stands in."""

from dataclasses import dataclass, field

MOST_TOLD = 20
"""Faults told at once: one screen; whoever mends those has found the pattern."""
FAULTS = {
    "too-large": "文件超过 2 MB：请确认选的是字幕文件，或分成几讲上传",
    "not-text": "读不出文字：请另存为 UTF-8 编码的 .srt 或 .vtt 再传",
    "not-captions": "文件里没有一条带时间的字幕：请上传 .srt 或 .vtt 字幕文件",
    "too-many-cues": "字幕超过 21,600 条：请合并过短的字幕，或分成几讲上传",
    "bad-time": "时间看不懂：请写成 00:01:02,500 --> 00:01:04,000 这样",
    "ends-first": "结束时间不晚于开始时间：请改正时间",
    "out-of-order": "开始时间早于上一条：请按时间先后排列",
    "after-end": "这条字幕在视频结束之后：请核对时间，或确认视频没有传错",
    "no-text": "这条字幕没有文字：请补上文字或删去这一条",
    "no-time": "这段文字没有时间：请补上时间，或去掉文字前面的空行",
    "blank-missing": "上一条字幕之后缺少空行：请在两条字幕之间空一行",
    "bad-markup": "有不能用的标记：只可用 <i>、<b>、<u> 和 <v 姓名>，且须前后配对",
    "bad-character": "有看不见的控制字符：请删去后再传",
    "line-too-long": "一行超过 200 字：请分成几行或几条",
    "too-many-lines": "一条字幕超过 6 行：请分成几条",
}
WHOLE_FILE = 0
"""The line of a fault that is the whole file's."""


@dataclass(frozen=True)
class CaptionFault:
    """A fault by its code, and the line it stands in: from 1, 0 for the whole file."""

    line: int
    code: str

    @property
    def detail(self) -> str:
        """What to do about it."""
        return FAULTS[self.code]


@dataclass
class CaptionFaults:
    """The first faults of a file, and how many more there are."""

    first: list[CaptionFault] = field(default_factory=list)
    more: int = 0

    def note(self, line: int, code: str) -> None:
        """Note a fault; of one line only the first of a kind."""
        fault = CaptionFault(line, code)
        if fault in self.first:
            return
        if len(self.first) < MOST_TOLD:
            self.first.append(fault)
        else:
            self.more += 1
