"""What people read about persons: fields, states of enrolments, what was changed."""

from gateway.texts import N_

FIELDS = {
    "name": N_("姓名"),
    "phone": N_("电话"),
    "email": N_("邮箱"),
    "id_number": N_("身份证号"),
    "merged": N_("与另一份记录合并"),
    "unmerged": N_("合并撤销"),
    "left-branch": N_("离开单位"),
    "joined-branch": N_("加入单位"),
}
LIKENESSES = {
    "id-number": N_("身份证号相同"),
    "phone-and-name": N_("电话和姓名相同"),
}
STATES = {
    "seated": (N_("已录取"), "ok"),
    "waiting": (N_("候补"), "wait"),
    "withdrawn": (N_("已退出"), ""),
}
