"""Texts for what services say by code: refusals, outcomes, notices."""

from typing import Any

from gateway.texts import N_

OUTCOMES = {
    "enrolled": (N_("已录取"), "ok"),
    "waitlisted": (N_("候补"), "wait"),
    "already-enrolled": (N_("早已在册"), ""),
    "rejected": (N_("未收"), "no"),
    "": (N_("处理中"), "info"),
}
TRIAL_OUTCOMES = {
    "enrolled": (N_("会录取"), "ok"),
    "waitlisted": (N_("会候补"), "wait"),
    "already-enrolled": (N_("早已在册"), ""),
    "rejected": (N_("不会收"), "no"),
    "": (N_("处理中"), "info"),
}
REASONS = {
    "member-number-missing": N_("缺会员号：请补上后再发，已收的行不受影响"),
    "member-number-changed": N_(
        "会员号被表格软件改动了：请把这一列设为文本，重新填写会员号"
    ),
    "member-number-invalid": N_(
        "会员号写法不对：请用字母、数字和连字符，不超过 60 个字符"
    ),
    "member-number-taken": N_("会员号已属于另一人：请核对会员号"),
    "name-missing": N_("缺姓名：请补上后再发"),
    "name-unreadable": N_("姓名里有一个字读不出来：请重新输入这个字"),
    "name-invisible": N_("姓名里有看不见的字符：请删去后重新输入姓名"),
    "name-invalid": N_("这不像人的姓名：请核对姓名"),
    "name-too-long": N_("姓名超过 100 个字：请核对姓名"),
    "name-differs": N_(
        "本单位已用这个号码登记了另一个姓名：请核对号码，或请教务更正姓名"
    ),
    "phone-missing": N_("缺手机号：请填 11 位号码"),
    "phone-changed": N_("手机号被表格软件改动了：请把这一列设为文本，重新填写号码"),
    "phone-invalid": N_("手机号不是大陆手机号：请核对 11 位号码"),
    "id-number-changed": N_(
        "身份证号被表格软件改动了：请把这一列设为文本，重新填写号码"
    ),
    "id-number-invalid": N_("身份证号不对：请核对 18 位号码，或留空"),
    "id-number-differs": N_("这个会员登记的是另一个身份证号：请核对号码，或请教务更正"),
    "two-records": N_("像是同一个人的两条记录：请教务合并后再发这一行"),
    "cell-broken": N_("这一行有表格软件的出错符号（如 #N/A）：请重新填写那一格"),
    "class-missing": N_("没有写班级：请填班级编号"),
    "class-invalid": N_("班级编号写法不对：请从班级页复制编号"),
    "class-unknown": N_("没有这个班：请核对班级编号，或向教务询问"),
    "class-closed": N_("这个班已停止报名：请另选一班"),
    "duplicate-row": N_("与前面一行是同一人同一班：删去一行即可"),
    "branch-invalid": N_("单位编号写法不对：请核对单位编号，或留空"),
    "not-your-branch": N_("不是本单位或下级单位的人：请由其所在单位报名"),
    "send-again": N_("处理中断过，这一行没有赶上：请把这一行再送一次"),
}
ROW_NOTES = {
    "restored": N_("有一格被表格软件改过写法，已按原来的读取"),
    "email-invalid": N_("邮箱不能寄信，收不到邀请：请改正邮箱后再送这一行"),
    "person-updated": N_("此人的资料按这一行更新"),
    "contacts-kept": N_("手机号和邮箱没有改：要由登记此人的单位更改"),
    "second-number": N_("此人在本单位另有一个会员号：请核对"),
}
REFUSALS = {
    "sign-in-refused": N_("登录名或密码不对：请核对后再试"),
    "too-many-tries": N_("密码错了太多次：请过一会儿再试，或用以前登录过的设备登录"),
    "sign-in-busy": N_("现在登录的人太多：请过几秒再试"),
    "account-disabled": N_("这个账号已停用：请联系所在单位或教务"),
    "weak-password": N_(
        "密码要有 8 到 200 个字符，不要常见、连续或重复，也不要含姓名、手机号或登录名"
    ),
    "invitation-refused": N_("邀请链接不对或已用过：请让所在单位重新邀请"),
    "service-away": N_("服务暂时没有回应：请稍后再试"),
    "store-away": N_("数据暂时存取不了：请稍后再试"),
    "not-found": N_("这里没有您要的页面"),
    "request-refused": N_("这个请求不完整：请回到页面再试一次"),
    "method-not-allowed": N_("这个网址不能这样用：请从页面上的链接或按钮进入"),
    "not-acceptable": N_("没有您的浏览器要的格式：请换一种打开方式"),
    "too-slow": N_("请求用时太长：请再试一次"),
    "too-large": N_("内容太大：请分成小一些的部分再送"),
    "not-json": N_("内容的格式不对：请用 application/json"),
    "range-refused": N_("文件里没有这一段：请从头读取"),
    "too-many": N_("请求太多：请稍等再试"),
    "refused": N_("这个请求没有被接受：请核对后再试"),
    "other-site": N_("请从本站页面提交，不要从别的网站提交"),
    "host-refused": N_("这里不是您要找的网站：请核对网址"),
    "token-refused": N_("登录凭证不对或已过期：请重新登录"),
    "unknown-class": N_("没有这个班：请核对编号，或从课程页打开"),
    "unknown-course": N_("没有这门课，或尚未发布：请从课程页打开"),
    "role-missing": N_("您没有看这一页的权限：请联系所在单位"),
    "unknown-certificate": N_("没有这个编号的证书：请核对编号"),
    "roster-interrupted": N_(
        "送到一半，报名服务没有回应：请把同一份文件再送一次，已送到的行不会重复报名"
    ),
    "unknown-lecture": N_("这一讲还没有视频：请告诉教务"),
    "not-enrolled": N_("您还没有被录取到含有这一讲的班级：请联系所在单位报名"),
    "finished": N_("已经结业，证书已签发，不能再退出：若报名有误，请联系教务"),
    "sign-in-first": N_("还没有登录，或登录已过期：请登录后再试"),
    "not-parked": N_("这一条已不在搁置之列：可能已有人处理，请看最新的列表"),
    "not-dropped": N_(
        "这一条收不回来：已收回过、已过保存期或没有留下事件；若这一列等待的太多，请稍后再试"
    ),
    "unknown-model": N_("没有这个读模型：请从列表里选"),
    "nothing-picked": N_("没有选中任何一条：请从列表里选"),
    "bus-away": N_("消息总线暂时没有回应：请稍后再试"),
    "not-video": N_("这不是视频文件，或已损坏：请重新导出后再传"),
    "unknown-coding": N_("画面的编码方式无法识别：请用 H.264 编码重新导出后再传"),
    "broken-picture": N_("画面一帧也解不出来：请重新导出后再传"),
    "encrypted": N_("画面已加密，无法播放：请上传没有加密的文件"),
    "no-picture": N_("文件里没有画面：请上传带画面的视频"),
    "cut-short": N_("文件不完整，后面的部分缺失：请重新上传整个文件"),
    "too-short": N_("视频不足 1 秒：请上传更长的视频"),
    "too-long": N_("视频超过 12 小时：请分成几讲上传"),
    "too-many-tracks": N_("画面和声音的轨道超过 16 条：请去掉不用的轨道再传"),
    "picture-size": N_("画面的一边不到 16 像素：请换一种尺寸导出"),
    "too-many-pixels": N_("画面太大、帧率太高，处理不了：请用 4K 60 帧以内的设置导出"),
    "too-many-frames": N_("每秒超过 250 帧：请用较低的帧率导出"),
    "too-still": N_("有 10 分钟以上既没有新画面也没有声音：请剪去后再传"),
    "size-changes": N_("画面的尺寸变个不停：请用同一尺寸重新导出"),
    "unreadable": N_("文件在规定的时间和内存里读不完：请重新导出后再传"),
    "parts-gone": N_("文件的各部分已不在：请重新上传"),
    "lapsed": N_("七天没有传完，已作废：请重新上传"),
    "given-up": N_("上传者放弃了这次上传：要用这个文件请重新上传"),
    "not-made": N_("这一讲没有做成，问题在本系统，不在文件：请再试，还不行就告诉运维"),
    "cancelled": N_("教务取消了制作：可以再试一次，或换一个文件上传"),
    "check-cancelled": N_("教务取消了这次上传：要用这个文件请重新上传"),
    "deleted": N_("教务删除了这一讲：请换一个文件重新上传"),
    "too-many-uploads": N_("同时开着的上传太多：请先传完或放弃已开始的上传"),
    "upload-quota": N_("未传完的文件合计太大：请先传完或放弃已开始的上传"),
    "no-room": N_("存储空间不够放下这个文件：请删除不用的讲座，或联系运维扩容"),
    "upload-accepted": N_("上传已成为一讲：不要它就请删除这一讲"),
    "lecture-shown": N_("已发布的课程还在用这一讲：请先在课程里换掉它，发布后再删除"),
    "source-gone": N_("原文件已不在：请重新上传这一讲"),
    "internal": N_("这里出了错：请再试一次，若还不行请把下面的编号告诉我们"),
}
NOTICES = {
    "seat-taken": N_("您已被录取到《%(class_title)s》"),
    "seat-waitlisted": N_(
        "《%(class_title)s》名额已满，您在候补名单上，有人退出时自动补上"
    ),
    "seat-promoted": N_("有人退出，您已补上《%(class_title)s》"),
    "seat-withdrawn": N_("您已退出《%(class_title)s》"),
    "hours-credited": N_("学完《%(title)s》，计入 %(hours)s 学时"),
    "course-completed": N_("您已学完《%(title)s》的全部课时"),
    "certificate-issued": N_("《%(class_title)s》的证书已签发，编号 %(number)s"),
}
SERVICES = {
    "branch": N_("基层工会"),
    "catalog": N_("课程"),
    "enrollment": N_("报名"),
    "media": N_("讲课视频"),
    "learning": N_("学习档案"),
    "notify": N_("通知"),
    "gateway": N_("门户"),
}
EVENTS = {
    "branch.roster.sent.v1": N_("单位送来一段名册"),
    "catalog.class.closed.v1": N_("班级停止报名"),
    "catalog.class.opened.v1": N_("班级开放报名"),
    "catalog.course.archived.v1": N_("课程停用，不再开班"),
    "catalog.course.published.v1": N_("课程发布"),
    "enrollment.contacts.changed.v1": N_("学员的电话或邮箱有变"),
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
STEPS = {
    "published": (N_("说出"), "info"),
    "handled": (N_("已处理"), "ok"),
    "waiting": (N_("等待重试"), "wait"),
    "dropped": (N_("已放弃"), ""),
    "parked": (N_("搁置"), "no"),
}
ACTIONS = {
    "replay": N_("重试"),
    "drop": N_("放弃"),
    "take back": N_("收回"),
    "edit": N_("改内容"),
    "rewrite": N_("改写"),
    "resend": N_("重发"),
    "compare": N_("对账"),
    "rebuild": N_("重建"),
    "stop rebuild": N_("停止重建"),
    "revoke certificate": N_("撤销证书"),
}
DONE = {
    "replay": N_("正在再试 %(n)s 列。仍处理不了的会重新列在下面。"),
    "drop": N_("放弃了 %(n)s 件。要反悔，可在“谁做过什么”里收回。"),
    "take-back": N_("已收回。读得懂的正在再试，处理不了的会重新列在下面。"),
    "edit": N_("已保存。按“再试”让它照新的内容处理。"),
    "rewrite": N_("已改写，正在当作事件处理。仍处理不了会重新列在下面。"),
}
NOTHING_DONE = N_("什么都没有变：选中的已不在搁置之列，可能已有人处理。")
PLAYER: dict[str, str | dict[str, str]] = {
    "watched": N_("已看 {p}%"),
    "left": N_("还差 {t}"),
    "waiting": N_("{t} 等待计入"),
    "done": N_("这一讲已学完，学时会记入您的学习记录"),
    "finished": N_("完成"),
    "resume": N_("从 {t} 接着放"),
    "gap": N_("{a} 至 {b}"),
    "more": N_("还有 {n} 处"),
    "other": N_("正在另一处播放，这里先停下"),
    "refused": N_("{a} 至 {b} 没有计入：{why}"),
    "reasons": {
        "other-player": N_("那时在另一处播放"),
        "speed-refused": N_("播放得比这门课允许的快"),
        "outside": N_("不在这一讲的时长之内"),
        "in-too-many-pieces": N_("看得太零碎，请连着看"),
        "not-enrolled": N_("您没有被录取到含有这一讲的班级"),
        "too-late": N_("过了一天多才报到，已不能计入"),
        "refused": N_("服务没有接受，请告诉教务"),
    },
    "troubles": {
        "signed-out": N_("登录已过期。看过的都保留着，登录后会补计"),
        "other-person": N_("这里换了一个账号登录。看过的都保留着，换回来后会补计"),
        "gone": N_("这一讲现在不能再取：请从课程页重新打开"),
        "stream-away": N_("视频暂时取不到，正在自动重连，好了会接着放"),
        "broken": N_("视频放不下去，正在自动恢复"),
        "away": N_("网络不通。看过的都保留着，恢复后会补计"),
        "waiting": N_("正在缓冲"),
        "captions-away": N_("字幕暂时取不到，正在自动重取"),
        "too-fast": N_("再快就不计学时了，已调回最快的速度"),
    },
}
FORMS = {"online": N_("线上"), "onsite": N_("面授"), "blended": N_("混合")}
STATES = {
    "seated": (N_("已录取"), "ok"),
    "waiting": (N_("候补"), "wait"),
    "withdrawn": (N_("已退出"), ""),
}


def refusal_text(slug: str, detail: str) -> str:
    """The text of a refusal, else what the service said of it."""
    return REFUSALS.get(slug, detail)


def notice_link(notice: dict[str, Any]) -> str:
    """Where a notice leads."""
    words = notice["words"]
    if number := words.get("number"):
        return f"/verify/{number}"
    if class_id := words.get("class_id"):
        return f"/classes/{class_id}"
    return "/record"
