"""What is stored about a person, kind by kind, and why some of it stays."""

from gateway.texts import N_

KINDS = {
    "person": (N_("姓名和号码"), N_("报名、登录和发证要用")),
    "memberships": (N_("在哪些单位、会员号"), N_("由哪个单位报名，哪个单位能看到")),
    "person-changes": (N_("资料改过几次"), N_("说明谁改了哪一项，不存改前的内容")),
    "enrolments": (N_("报名和席位"), N_("知道您在哪个班")),
    "join-requests": (N_("参加班级的申请"), N_("单位据此答复您")),
    "roster-rows": (N_("名册里写到您的行"), N_("单位核对结果用，三十天后自动清除")),
    "records": (N_("课程进度"), N_("知道学到哪里、学完没有")),
    "hours": (N_("学时"), N_("学时台账")),
    "certificates": (N_("证书"), N_("任何人都能查验")),
    "watched": (N_("看过多少"), N_("算进度")),
    "seats": (N_("席位的副本"), N_("让您能看所报班级的课")),
    "watch": (N_("看过视频的哪些片段"), N_("从上次停下的地方接着看，计学时")),
    "players": (N_("正在用的播放器"), N_("同一时间只计一处")),
    "notices": (N_("站内消息"), N_("告诉您报名和学时的结果")),
    "preferences": (N_("怎样告诉您"), N_("用您选的语言和方式，在您选的时间告诉您")),
    "mails": (N_("寄给您的信"), N_("寄出后只留寄出与否")),
    "account": (N_("账号"), N_("登录")),
    "sessions": (N_("登录"), N_("保持登录；可以一一退出")),
    "devices": (N_("登录过的设备"), N_("别人猜密码时不影响您")),
    "contacts": (N_("登录用的手机号和邮箱"), N_("找到账号，发验证码")),
    "connections": (N_("连接的登录平台"), N_("用那边的账号登录这里")),
    "provider-sessions": (N_("在登录平台上的登录"), N_("退出时两边一并退出")),
    "api-keys": (N_("程序的密钥"), N_("程序用它办您能办的事；密钥本身不存")),
    "calendar-addresses": (
        N_("日历订阅的地址"),
        N_("日历程序凭它读您的班期；地址本身不存"),
    ),
    "news-places": (N_("单位动态看到哪里"), N_("标出您还没看过的")),
    "second-factors": (N_("第二重验证"), N_("登录时多验证一次；密钥不导出")),
    "directory-entries": (N_("单位目录里的编号"), N_("用单位目录的密码登录")),
    "roster-drafts": (N_("还没送出的名册"), N_("您选了文件还没送出，一天后自动清除")),
    "consents": (N_("您的同意或不同意"), N_("证明问过您")),
    "security-events": (N_("登录和权限的记录"), N_("网络安全法要求留存六个月")),
    "audit-entries": (N_("谁对您的资料做过什么"), N_("可以追查")),
}
"""By kind: what it is, and what it is for."""
STAYS = {
    "ledger": N_("学时台账只增不改：只留编号，不留姓名和号码"),
    "certificate": N_("证书编号仍可查验：姓名已删，页面会写明"),
    "seats": N_("班级人数要对得上：只留编号，不留姓名和号码"),
    "audit": N_("谁做过什么要能追查：只有编号，没有姓名和号码"),
    "security-law": N_("网络安全法第二十一条要求留存不少于六个月，到期自动清除"),
    "consent": N_("证明征求过同意：只有编号和日期"),
}
"""Why something stays after a deletion."""
UNKNOWN = (N_("其他"), N_("其他"))
STATES = {
    "asked": (N_("已申请，还没有开始"), "wait"),
    "running": (N_("正在删除"), "wait"),
    "done": (N_("已删除"), "ok"),
    "cancelled": (N_("已撤销"), ""),
}
"""How a deletion stands."""
