"""Texts of the player, which travel to the browser."""

from gateway.texts import N_

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
        "consent-needed": N_("个人信息说明有了新版本。看过的都保留着，答复后会补计"),
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
