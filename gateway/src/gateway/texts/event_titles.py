"""What people call each type of event."""

from gateway.texts import N_

EVENTS = {
    "branch.roster.sent.v1": N_("单位送来一段名册"),
    "catalog.class.closed.v1": N_("班级停止报名"),
    "catalog.class.opened.v1": N_("班级开放报名"),
    "catalog.course.archived.v1": N_("课程停用，不再开班"),
    "catalog.course.published.v1": N_("课程发布"),
    "enrollment.branch.changed.v1": N_("单位改名、移动、关闭或重新开放"),
    "enrollment.contacts.changed.v1": N_("学员的电话或邮箱有变"),
    "enrollment.message.refused.v1": N_("单位送来的一条消息没有收"),
    "enrollment.person.deleted.v1": N_("学员的个人资料已删除"),
    "enrollment.name.changed.v1": N_("学员的姓名已更正"),
    "enrollment.person.merged.v1": N_("两份记录合并为一人"),
    "enrollment.person.unmerged.v1": N_("合并已撤销"),
    "enrollment.person.registered.v1": N_("单位报来一位新学员"),
    "enrollment.receipt.issued.v1": N_("名册每一行都有了结果"),
    "enrollment.seat.promoted.v1": N_("候补转为录取"),
    "enrollment.seat.taken.v1": N_("录取"),
    "enrollment.seat.waitlisted.v1": N_("进入候补"),
    "enrollment.seat.withdrawn.v1": N_("退班或退出候补"),
    "learning.certificate.issued.v1": N_("证书签发"),
    "learning.course.completed.v1": N_("学完一门课"),
    "learning.hours.credited.v1": N_("学时入账"),
    "learning.lesson.completed.v1": N_("学完一讲"),
    "media.lecture.failed.v1": N_("视频无法制作，并说明原因"),
    "media.lecture.ready.v1": N_("视频可以观看"),
    "media.lecture.uploaded.v1": N_("视频文件完整到达"),
    "media.transcode.progressed.v1": N_("视频制作进度"),
    "media.watch.completed.v1": N_("看完一讲视频"),
    "media.watch.progressed.v1": N_("又看了四分之一"),
}
