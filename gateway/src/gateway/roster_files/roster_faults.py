"""Faults for which a roster file is refused as a whole: a stable code, and its text."""

from collections.abc import Callable

from gateway.texts import N_

FAULTS = {
    "file-too-large": N_("文件超过 8 MB：请分成几个文件"),
    "file-empty": N_("文件是空的：请选有表头和人员的名册"),
    "file-missing": N_("没有选文件：请选一个表格文件（xlsx、xls 或 CSV）"),
    "file-not-text": N_("这不是表格文件：请用表格软件打开名册，另存为 xlsx 工作簿再传"),
    "file-is-web-page": N_(
        "这是网页格式的表格，只是名字像工作簿：请用表格软件打开，另存为 xlsx 再传"
    ),
    "workbook-unknown": N_(
        "这个文件不是表格（可能是文档或压缩包）：请选 xlsx、xls 或 CSV 名册"
    ),
    "workbook-damaged": N_(
        "这个工作簿坏了，打不开：请用表格软件打开检查，另存一份再传"
    ),
    "workbook-locked": N_("这个工作簿有密码：请在表格软件里取消密码，另存一份再传"),
    "workbook-too-large": N_(
        "这个工作簿展开后太大：请把名册单独复制到一个新的工作簿再传"
    ),
    "sheet-missing": N_("工作簿里没有这张工作表：请重新选一张"),
    "sheet-too-wide": N_(
        "表格右边很远的地方还有内容：请把名册单独复制到一个新的工作簿再传"
    ),
    "sheet-too-long": N_(
        "表格下面很远的地方还有内容：请把名册单独复制到一个新的工作簿再传"
    ),
    "reader-busy": N_("正在读的文件太多：请过一会儿再传"),
    "encoding-damaged": N_(
        "%(encoding)s 文件在第 %(line)s 行坏了，可能没有复制完整：请重新导出再传"
    ),
    "encoding-unknown": N_(
        "文字编码认不准：请用表格软件打开，确认文字没有乱，另存为 xlsx 工作簿再传"
    ),
    "heads-missing": N_("找不到表头：前 10 行里要有一行写着%(heads)s"),
    "heads-changed": N_("表头和选列时不一样了：请重新说明各列是什么"),
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
