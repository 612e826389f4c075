"""Texts of an upload, which travel to the browser."""

from gateway.texts import N_

UPLOAD = {
    "progress": N_("已传 {p}%"),
    "paused": N_("已暂停，随时可以接着传"),
    "away": N_("网络不通：传到的都还在，请按“接着传”"),
    "done": N_("传完了，正在检查文件"),
}
