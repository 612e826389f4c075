"""Notices by their kind: what each says, and what people choose about them."""

from gateway.texts import N_

NOTICES = {
    "seat-taken": N_("您已被录取到《%(class_title)s》"),
    "seat-waitlisted": N_(
        "《%(class_title)s》名额已满，您在候补名单上，有人退出时自动补上"
    ),
    "seat-promoted": N_("有人退出，您已补上《%(class_title)s》"),
    "seat-withdrawn": N_("您已退出《%(class_title)s》"),
    "class-cancelled": N_("《%(class_title)s》已取消：%(reason)s"),
    "request-refused": N_("单位没有同意您参加《%(class_title)s》，点开看理由"),
    "request-lapsed": N_("您参加《%(class_title)s》的申请已失效，没有等到答复"),
    "hours-credited": N_("学完《%(title)s》，计入 %(hours)s 学时"),
    "hours-corrected": N_("教务更正了学时：《%(title)s》 %(hours)s 学时，点开看理由"),
    "certificate-revoked": N_(
        "《%(class_title)s》的证书已撤销，编号 %(number)s，点开看理由"
    ),
    "course-completed": N_("您已学完《%(title)s》的全部课时"),
    "certificate-issued": N_("《%(class_title)s》的证书已签发，编号 %(number)s"),
    "class-notice": N_("《%(class_title)s》通知：%(title)s"),
    "reminder": N_("提醒：您在《%(class_title)s》还没有学完，班级到 %(ends_on)s 为止"),
}
NOTICE_KINDS = {
    "seat-taken": N_("录取"),
    "seat-waitlisted": N_("列入候补"),
    "seat-promoted": N_("候补转正"),
    "seat-withdrawn": N_("退出班级"),
    "request-refused": N_("入班申请没有通过"),
    "request-lapsed": N_("入班申请失效"),
    "class-notice": N_("班级通知"),
    "reminder": N_("学习提醒"),
    "course-completed": N_("学完一门课"),
    "hours-credited": N_("计入学时"),
    "certificate-issued": N_("证书签发"),
}
"""What each kind is called, in the order in which they are chosen."""
WAYS = {
    "auto": N_("邮件，没有邮箱时发短信"),
    "mail": N_("只发邮件"),
    "digest": N_("放进每日汇总邮件"),
    "sms": N_("只发短信"),
    "both": N_("邮件和短信"),
    "site": N_("只在站内"),
}
WAYS_WITHOUT_SMS = {
    "auto": N_("邮件"),
    "digest": N_("放进每日汇总邮件"),
    "site": N_("只在站内"),
}
"""The same for what is told by no short message."""
ZONES = {
    "Asia/Shanghai": N_("北京时间"),
    "Asia/Urumqi": N_("乌鲁木齐"),
    "Asia/Bangkok": N_("曼谷"),
    "Asia/Tokyo": N_("东京"),
    "Australia/Sydney": N_("悉尼"),
    "Asia/Dubai": N_("迪拜"),
    "Africa/Nairobi": N_("内罗毕"),
    "Europe/Moscow": N_("莫斯科"),
    "Europe/Berlin": N_("柏林、巴黎"),
    "Europe/London": N_("伦敦"),
    "America/New_York": N_("纽约"),
    "America/Los_Angeles": N_("洛杉矶"),
}
"""Where members work; another one, which a program chose, is shown by its name."""
SENT_KINDS = NOTICE_KINDS | {
    "class-cancelled": N_("班级取消"),
    "hours-corrected": N_("更正学时"),
    "certificate-revoked": N_("证书撤销"),
    "invitation": N_("激活邀请"),
    "sign-in-code": N_("登录验证码"),
    "contact-code": N_("核对手机号或邮箱的验证码"),
    "password-reset": N_("重设密码"),
    "digest": N_("每日汇总"),
}
"""What each kind of what goes out is called, also where it repeats no notice."""
BY_MESSAGE = "by-message"
UNMADE = (N_("没有发出"), N_("没有手机号，或今天的条数用完了"))
"""Of a message that was to go in a mail's place and was not made, and why."""
CHANNELS = {"mail": N_("邮件"), "sms": N_("短信")}
DELIVERY_STATES = {
    "due": (N_("等着发"), "wait"),
    "sent": (N_("已发出"), "ok"),
    "no-address": (N_("没有地址"), "no"),
    "refused": (N_("没有送到"), "no"),
    "expired": (N_("过时没发"), "no"),
    "unwanted": (N_("本人不要"), ""),
    BY_MESSAGE: (N_("改发短信"), ""),
}
"""How a mail or message ended, or that it has not; and its tone."""
DELIVERY_CODES = {
    "quiet-hours": N_("等免打扰时间过去"),
    "in-digest": N_("等每日汇总"),
    "gathered": N_("正在随汇总发出"),
    "email-invalid": N_("邮箱写错了"),
    "phone-invalid": N_("手机号写错了"),
    "unknown-kind": N_("没有这一种的文字"),
    "no-answer": N_("短信平台没有回应"),
    "connection-cut": N_("邮件服务器断开了"),
}
"""Why something waits or was not delivered, but for what servers say themselves."""
