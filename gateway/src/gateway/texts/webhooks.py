"""How webhooks stand, what came of their messages, and what was done to them."""

from gateway.texts import N_

STATES = {
    "active": (N_("推送中"), "ok"),
    "failing": (N_("暂时送不到"), "wait"),
    "paused": (N_("已暂停"), "wait"),
    "disabled": (N_("已停用"), "no"),
}
TRIES = {
    "": N_("已收到"),
    "status": N_("对方回应 %(s)s"),
    "redirected": N_("对方转往别的网址（%(s)s）：请直接填写最终的网址"),
    "gone": N_("对方说不再接收（410）"),
    "timeout": N_("10 秒内没有回应完"),
    "name-unknown": N_("域名查不到"),
    "address-internal": N_("域名指向内部网络：请改用外网可以访问的地址"),
    "unreachable": N_("连不上"),
    "tls-refused": N_("证书不可信或加密连接失败"),
}
DONE = {
    "saved": N_("已保存。"),
    "paused": N_("已暂停：新的动态会留着，继续后接着送。"),
    "tested": N_("测试消息马上送出：请过几秒刷新，看下面的结果。"),
    "replayed": N_("马上从所填的编号起重新推送。"),
    "deleted": N_("已删除推送地址，不再推送；动态仍可查看。"),
}
