"""Texts of the course editor: states, kinds of lessons, what is missing, languages."""

from gateway.texts import N_

STATES = {
    "draft": (N_("未发布"), "wait"),
    "published": (N_("已发布"), "ok"),
    "changed": (N_("已发布，有未发布的修改"), "info"),
    "archived": (N_("已归档"), ""),
}
"""What a course's state is called, and the tone of its tag."""
TABS = {
    "": N_("在用的"),
    "draft": N_("未发布"),
    "published": N_("已发布"),
    "changed": N_("有未发布的修改"),
    "archived": N_("已归档"),
}
SORTS = {"edited": N_("最近改过的在前"), "title": N_("按名称")}
KINDS = {
    "lecture": N_("视频"),
    "test": N_("考试"),
    "onsite": N_("面授"),
    "live": N_("直播"),
}
FIELDS = {
    "title": N_("课程名称"),
    "module": N_("模块"),
    "teacher": N_("主讲"),
    "summary": N_("简介"),
    "lessons": N_("课时"),
    "fastest": N_("计学时的最快倍速"),
    "picture": N_("图片"),
    "picture_alt": N_("图片说明"),
    "language": N_("授课语言"),
}
LANGUAGES = {
    "": N_("没有写明"),
    "zh": N_("中文"),
    "en": N_("英文"),
    "other": N_("其他语言"),
}
"""What a course may be taught in."""
LESSON_FIELDS = {
    "title": N_("名称"),
    "kind": N_("类型"),
    "lecture_id": N_("视频"),
}
SHORTCOMINGS = {
    "lessons-missing": N_("还没有课时：请加上至少一讲"),
    "lecture-missing": N_("《%(title)s》还没有视频：请上传"),
    "lesson-not-completable": N_("《%(title)s》不是视频，暂不计学时，这门课暂不能开班"),
    "lecture-unknown": N_("《%(title)s》的视频还没有传完"),
    "lecture-failed": N_("《%(title)s》的视频没有做成：请看原因，再传一次"),
    "lecture-not-ready": N_("《%(title)s》的视频还在制作，做好前学员看不了"),
    "module-unknown": N_("课程体系里已没有这个模块：请换一个"),
    "picture-without-alt": N_("图片没有说明：看不见图片的人不知道上面是什么"),
    "archived": N_("课程已归档：请先取消归档"),
    "class-not-completable": N_(
        "《%(title)s》还在开班，要学完每一讲：请去掉不计学时的课时"
    ),
}
LECTURE_STATES = {
    "open": (N_("正在上传"), "info"),
    "checking": (N_("正在检查文件"), "info"),
    "accepted": (N_("等待制作"), "wait"),
    "waiting": (N_("等待制作"), "wait"),
    "transcoding": (N_("制作中"), "info"),
    "ready": (N_("可以观看"), "ok"),
    "failed": (N_("没有做成"), "no"),
    "refused": (N_("文件没有被接受"), "no"),
}
UNDER_WAY = frozenset({"open", "checking", "accepted", "waiting", "transcoding"})
"""States of a lecture that change by themselves."""
PICTURE_FAULTS = {
    "not-picture": N_("这不是 JPEG、PNG 或 WebP 图片：请换一种格式导出后再传"),
    "too-large": N_("图片文件超过 8 MB：请压缩后再传"),
    "too-small": N_("图片太小：宽至少 640、高至少 360 像素"),
    "too-many-pixels": N_("图片太大：请缩小到 6400 万像素、每边 16384 以内再传"),
    "animated": N_("动画图片不能用：请传静止的图片"),
    "cut-short": N_("图片文件不完整：请重新导出后再传"),
    "unreadable": N_("图片读不出来，可能已损坏：请重新导出后再传"),
}
