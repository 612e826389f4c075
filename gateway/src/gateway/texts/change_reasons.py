"""Why a change of a branch is not made, by its code: what happened, then what to do.

Beside the reasons of rosters, which a change may have as well.
"""

from gateway.texts import N_

CHANGE_REASONS = {
    "action-unknown": N_(
        "没有这种操作：请用 withdraw、replace、transfer、correct、ask 之一"
    ),
    "member-unknown": N_("本单位没有这个会员号：请核对会员号和单位编号"),
    "not-enrolled": N_("这个人不在这个班里，或不是本单位报的名：请核对班级和会员号"),
    "finished": N_("已经结业，证书已签发，不能再退出或替换：若有误请联系教务"),
    "no-seat-to-pass": N_("这个人还在候补，没有名额可让：请先退出，再给新人报名"),
    "newcomer-enrolled": N_("接替的人已经在这个班里：只退出原来的人即可"),
    "replaces-itself": N_("接替的人就是原来的人：请核对接替人的资料"),
    "quota-full": N_("接替人所在单位在这个班的名额已满：请换一个单位的人"),
    "to-branch-missing": N_("没有写转到哪个单位：请填 to_branch"),
    "same-branch": N_("转出和转入是同一个单位：请核对 to_branch"),
    "unknown-branch": N_("没有这个单位，或不在本单位之下：请核对单位编号"),
    "day-invalid": N_("日期写法不对：请填如 2026-11-28 的日期，或留空"),
    "nothing-to-correct": N_("没有写要改什么：请填姓名、手机号、邮箱或身份证号"),
    "email-invalid": N_("邮箱写不到：请核对邮箱，或留空"),
    "not-your-person": N_("这一项须由教务更正，或这个人也属于别的单位：请联系教务"),
}
