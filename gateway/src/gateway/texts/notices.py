"""Notices by their kind."""

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
    "reminder": N_("提醒：您在《%(class_title)s》还没有学完，班级到 %(ends_on)s 为止"),
}
