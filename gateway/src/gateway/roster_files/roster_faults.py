"""Faults for which a roster file is refused as a whole: a stable code, and its text."""

from collections.abc import Callable

from gateway.texts import N_

FAULTS = {
    "file-too-large": N_("文件超过 8 MB：请分成几个文件"),
    "file-empty": N_("文件是空的：请选有表头和人员的名册"),
    "file-missing": N_("没有选文件：请选一个 CSV 名册"),
    "file-is-workbook": N_(
        "这是 Excel 工作簿，不是 CSV：请另存为“CSV UTF-8（逗号分隔）”再传"
    ),
    "file-not-text": N_("这不是 CSV 文本：请从表格软件里另存为“CSV UTF-8”再传"),
    "encoding-damaged": N_(
        "%(encoding)s 文件在第 %(line)s 行坏了，可能没有复制完整：请重新导出再传"
    ),
    "encoding-unknown": N_("文字编码认不准：请另存为“CSV UTF-8（逗号分隔）”再传"),
    "heads-missing": N_("找不到表头：前 10 行里要有一行写着%(heads)s"),
    "columns-missing": N_("缺少这些列：%(heads)s。请补上表头再传"),
    "heads-equal": N_("有两列的表头都是“%(head)s”：请改掉或删去一列"),
    "quote-open": N_("第 %(row)s 行开始的引号没有配对：请改好这一行再传"),
    "row-too-wide": N_("第 %(row)s 行太长：请检查分隔符和引号"),
    "cell-too-long": N_(
        "第 %(row)s 行的“%(head)s”超过 %(most)s 个字：请检查引号，改好再传"
    ),
    "rows-too-many": N_("名册超过 %(most)s 行：请分成几个文件"),
    "rows-missing": N_("名册里没有人：请在表头下面填写各行"),
}


class RosterUnreadable(Exception):
    """The file cannot be read as a roster; nothing of it is taken.

    `fault` is a stable code of `FAULTS`, `words` are what its text names.
    """

    def __init__(self, fault: str, **words: object) -> None:
        self.fault, self.words = fault, words
        super().__init__(self.translated_text())

    def translated_text(self, translate: Callable[[str], str] = str) -> str:
        """The fault and what to do, Chinese unless translated."""
        return translate(FAULTS[self.fault]) % self.words
