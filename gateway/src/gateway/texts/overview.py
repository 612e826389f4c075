"""What the operator's overview says: findings, roles, parts, jobs and disks."""

from gateway.texts import N_

ROLES = {
    "all": N_("全部合一"),
    "web": N_("网页"),
    "worker": N_("处理"),
    "relay": N_("转发"),
}
PARTS = {
    "store": N_("数据库"),
    "bus": N_("消息总线"),
    "objects": N_("对象存储"),
}
JOBS = {
    "chunks": N_("名册待定名额"),
    "upload-checks": N_("检查上传的视频"),
    "transcodes": N_("视频转码"),
    "exports": N_("导出个人资料"),
    "deletions": N_("删除个人资料"),
    "invitations": N_("邀请整个单位"),
    "mail": N_("邮件"),
    "sms": N_("短信"),
}
MESSAGES = frozenset({"mail", "sms"})
"""Kinds of jobs that are letters to people: with what failed, and had no room today."""
ROOMS = {
    "work": N_("转码临时目录"),
    "objects": N_("视频与图片"),
    "mails": N_("信件文件"),
}

NAMED = N_("%(title)s（%(name)s）")
AWAY = N_("%(service)s没有回应：它的情况现在不知道")
STORE_AWAY = N_("%(service)s读不到自己的数据：搁置、作业、失败的工作现在不知道")
UNTOLD = N_("%(service)s是较早的版本，不会说这些")
PART_AWAY = N_("%(service)s用不了%(part)s：%(why)s")
ROLE_MISSING = N_("%(service)s没有进程在做“%(role)s”")
PROCESS_UNSEEN = N_("%(service)s在 %(host)s 的进程 %(pid)s 有 %(age)s没有动静")
BLIND = N_("%(service)s看不到自己有哪些进程")
RELEASES = N_("几个版本同时在运行：%(names)s。升级时会这样；不在升级就请查一查。")
PARKED = N_("%(service)s搁置了 %(n)s 列事件")
RETRIES = N_("%(service)s有 %(n)s 列事件在重试，最早的已等 %(age)s")
BACKLOG = N_("%(service)s有事件等着发出，最早的已等 %(age)s")
FAILING = N_("%(service)s有工作反复失败：%(work)s")
QUEUES_AWAY = N_("%(service)s的队列现在不知道")
QUEUES_BROKEN = N_("%(service)s的队列不齐全或无人收听")
NOT_TAKEN = N_("%(service)s有 %(n)s 件事件在等，%(age)s没有处理过一件")
JOB_LATE = N_("%(job)s：%(n)s 件在等，最早的已等 %(age)s")
JOB_FAILED = N_("%(job)s：%(n)s 件失败")
JOB_LIMITED = N_("%(job)s：今天有 %(n)s 件因为限额没有发")
ROOM_SHORT = N_("%(service)s的磁盘（%(place)s）只剩 %(free)s")
