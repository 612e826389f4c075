"""Refusals by their code, as people read them: what happened, then what to do."""

from gateway.texts import N_

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
    "unknown-roster": N_("没有这份名册：请从名册页重新打开"),
    "roster-dry-run": N_("试算的名册没有报名，不用撤回"),
    "roster-not-taken-back": N_("这份名册没有撤回过，不用恢复"),
    "roster-busy": N_("这份名册正在撤回或恢复：请等它完成再试"),
    "redo-too-late": N_("撤回已超过七天，不能恢复：请重新送一份名册"),
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


def refusal_text(slug: str, detail: str) -> str:
    """The text of a refusal, else what the service said of it."""
    return REFUSALS.get(slug, detail)
