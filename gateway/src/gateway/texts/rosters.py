"""What became of a row of a roster, why, and what to do about it."""

from gateway.texts import N_

OUTCOMES = {
    "enrolled": (N_("已录取"), "ok"),
    "waitlisted": (N_("候补"), "wait"),
    "already-enrolled": (N_("早已在册"), ""),
    "rejected": (N_("未收"), "no"),
    "taken-back": (N_("已撤回"), ""),
    "": (N_("处理中"), "info"),
}

TRIAL_OUTCOMES = {
    "enrolled": (N_("会录取"), "ok"),
    "waitlisted": (N_("会候补"), "wait"),
    "already-enrolled": (N_("早已在册"), ""),
    "rejected": (N_("不会收"), "no"),
    "taken-back": (N_("已撤回"), ""),
    "": (N_("处理中"), "info"),
}

ROW_STATES = {
    "seated": (N_("在班"), "ok"),
    "waiting": (N_("候补"), "wait"),
    "withdrawn": (N_("已退出"), ""),
    "completed": (N_("已结业"), "ok"),
    "moved": (N_("已不在本单位"), ""),
}
"""How the person of a row stands today."""

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
    "branch-closed": N_("单位已关闭，不再接收报名：请核对单位编号"),
    "not-your-branch": N_("不是本单位或下级单位的人：请由其所在单位报名"),
    "send-again": N_("处理中断过，这一行没有赶上：请把这一行再送一次"),
    "taken-back": N_("这份名册已撤回，这一行不再报名：七天内可以恢复"),
    "roster-taken-back": N_("这份名册已撤回，这一行没有处理：请另送一份名册"),
    "row-not-rejected": N_("名册里没有未收的这一行：只能改好重送未收的行"),
    "repair-under-way": N_("这一行已改好送过，结果还没出来：请稍等"),
}

ROW_NOTES = {
    "restored": N_("有一格被表格软件改过写法，已按原来的读取"),
    "email-invalid": N_("邮箱不能寄信，收不到邀请：请改正邮箱后再送这一行"),
    "person-updated": N_("此人的资料按这一行更新"),
    "contacts-kept": N_("手机号和邮箱没有改：要由登记此人的单位更改"),
    "second-number": N_("此人在本单位另有一个会员号：请核对"),
    "begun": N_("已开始学习，撤回名册时保留"),
    "finished": N_("已结业，撤回名册时保留"),
    "left-before": N_("撤回名册前已退出"),
}

FIELD_NAMES = {
    "name": N_("姓名"),
    "member_no": N_("会员号"),
    "phone": N_("手机号"),
    "class_id": N_("班级"),
    "id_number": N_("身份证号"),
    "email": N_("邮箱"),
    "branch_id": N_("单位编号"),
    "branch_name": N_("单位名称"),
}

FIELD_OF_REASON = {
    "member-number-missing": "member_no",
    "member-number-changed": "member_no",
    "member-number-invalid": "member_no",
    "member-number-taken": "member_no",
    "name-missing": "name",
    "name-unreadable": "name",
    "name-invisible": "name",
    "name-invalid": "name",
    "name-too-long": "name",
    "name-differs": "name",
    "phone-missing": "phone",
    "phone-changed": "phone",
    "phone-invalid": "phone",
    "id-number-changed": "id_number",
    "id-number-invalid": "id_number",
    "id-number-differs": "id_number",
    "class-missing": "class_id",
    "class-invalid": "class_id",
    "class-unknown": "class_id",
    "class-closed": "class_id",
    "branch-invalid": "branch_id",
    "branch-closed": "branch_id",
    "not-your-branch": "branch_id",
}
"""The field at which a reason is shown; others concern the row as a whole."""

STATES = {
    "arriving": (N_("正在接收"), "info"),
    "deciding": (N_("处理中"), "info"),
    "decided": (N_("已有结果"), "ok"),
    "taking-back": (N_("正在撤回"), "wait"),
    "taken-back": (N_("已撤回"), ""),
    "redoing": (N_("正在恢复"), "wait"),
}
