"""Why a branch's message is not taken, by its code: what happened, then what to do."""

from gateway.texts import N_

MESSAGE_REFUSALS = {
    "too-large": N_("内容太大：请分成小一些的部分再送"),
    "content-type-unknown": N_(
        "不认识这种内容类型：请用 application/cloudevents+json 或 application/json"
    ),
    "message-not-json": N_("内容不是 UTF-8 的 JSON：请检查编码和格式"),
    "batch-size": N_("一批须有 1 到 100 条消息：请分成几批再发"),
    "attribute-missing": N_("缺少 CloudEvents 必需的属性：请补上"),
    "attribute-invalid": N_("CloudEvents 的属性写法不对：请改正后再发"),
    "type-unknown": N_("没有这种消息，或没有这个版本：请用文档里列出的类型"),
    "data-missing": N_("消息里没有 data：请把名册放在 data 里"),
    "field-missing": N_("缺少这一项：请补上后再发"),
    "field-invalid": N_("这一项写法不对：请照文档改正后再发"),
    "not-the-sender": N_("只能为本单位发送：单位编号须与账号、路由键一致"),
    "rows-none": N_("这一批没有行：请至少发一行"),
    "rows-too-many": N_("一批最多 200 行：请分成几批再发"),
    "row-unreadable": N_("这一行读不出：每一行须是一个对象"),
    "row-field-unknown": N_("这一行有名册里没有的字段：请去掉后再发"),
    "row-number-invalid": N_("行号须是 1 到 1000000 的整数：请改正后再发"),
    "row-number-twice": N_("行号与前面一行相同：每行须有自己的行号"),
    "repairs-differ": N_("要改的行号与所送的行不一致：请只送要改的行，各用原来的行号"),
    "sandbox-mixed": N_("试用班级和真实班级不能在同一批里：请分成两批再发"),
    "not-to-be-kept": N_("内容里有存不下的字符或数字：请去掉后再发"),
    "slow-down": N_(
        "这一分钟里没收的消息太多，后面的不再逐条回答：请先改正，过一分钟再发"
    ),
    "set-aside": N_("处理这条消息时出了故障：请换一个编号再发，还不行就联系我们"),
}
"""Those that pages show too stand in `refusals`: branches and keys, and too much that
waits."""
