"""Texts of captions: their languages, and what may be wrong with a file."""

from gateway.texts import N_

LANGUAGES = {
    "zh-CN": "中文（简体）",
    "zh-TW": "中文（繁體）",
    "en": "English",
    "mn": "ᠮᠣᠩᠭᠣᠯ",
    "bo": "བོད་ཡིག",
    "ug": "ئۇيغۇرچە",
    "kk": "قازاقشا",
    "ko": "한국어",
    "za": "Vahcuengh",
    "ja": "日本語",
    "ru": "Русский",
}
"""What staff pick from, each as it calls itself: those of the country's minorities with
a press of their own, and of its neighbours."""
CAPTION_FAULTS = {
    "too-large": N_("文件超过 2 MB：请确认选的是字幕文件，或分成几讲上传"),
    "not-text": N_("读不出文字：请另存为 UTF-8 编码的 .srt 或 .vtt 再传"),
    "not-captions": N_("文件里没有一条带时间的字幕：请上传 .srt 或 .vtt 字幕文件"),
    "too-many-cues": N_("字幕超过 21,600 条：请合并过短的字幕，或分成几讲上传"),
    "bad-time": N_("时间看不懂：请写成 00:01:02,500 --> 00:01:04,000 这样"),
    "ends-first": N_("结束时间不晚于开始时间：请改正时间"),
    "out-of-order": N_("开始时间早于上一条：请按时间先后排列"),
    "after-end": N_("这条字幕在视频结束之后：请核对时间，或确认视频没有传错"),
    "no-text": N_("这条字幕没有文字：请补上文字或删去这一条"),
    "no-time": N_("这段文字没有时间：请补上时间，或去掉文字前面的空行"),
    "blank-missing": N_("上一条字幕之后缺少空行：请在两条字幕之间空一行"),
    "bad-markup": N_("有不能用的标记：只可用 <i>、<b>、<u> 和 <v 姓名>，且须前后配对"),
    "bad-character": N_("有看不见的控制字符：请删去后再传"),
    "line-too-long": N_("一行超过 200 字：请分成几行或几条"),
    "too-many-lines": N_("一条字幕超过 6 行：请分成几条"),
}
CAPTION_WARNINGS = {
    "behind-end": N_("最后几条在视频结束之后：请核对是不是这一讲的字幕")
}
