"""The handbook of teachers and staff, and that of operators."""

from gateway.texts import N_
from gateway.texts.handbook_task import Control, HandbookTask

TEACHER_TASKS = (
    HandbookTask(
        N_("建一门课"),
        (
            N_("“课程管理”里点“{0}”，填好点“{1}”。"),
            N_("“{2}”加课时；每一讲里上传视频和字幕，断了会接着传。"),
        ),
        (
            Control(N_("新建课程"), "/staff/courses"),
            Control(N_("建好并编辑"), "/staff/courses/new"),
            Control(N_("加一讲"), "/staff/courses/{draft}"),
        ),
        picture="teacher-course",
    ),
    HandbookTask(
        N_("发布，回到以前的版本"),
        (
            N_("“发布”页说还缺什么，齐了就能发布。"),
            N_("“版本”页里点“{0}”看改了什么，恢复哪一版都行；学员已有的记录不受影响。"),
        ),
        (Control(N_("比较"), "/staff/courses/{course}/versions"),),
    ),
    HandbookTask(
        N_("开班"),
        (
            N_("“班级管理”里点“{0}”，选课程，填日期、席位和地点。"),
            N_("再办一期，打开上一期点“{1}”。"),
        ),
        (
            Control(N_("开班"), "/staff/classes"),
            Control(N_("照这个班再开一期"), "/staff/classes/{class}"),
        ),
    ),
    HandbookTask(
        N_("改班级，停止报名"),
        (
            N_("打开班级，点“{0}”；有席位空出来，候补的人自动补上。"),
            N_("不再收人，点“{1}”：已有席位的人接着学。"),
        ),
        (
            Control(N_("改名称、日期或地点"), "/staff/classes/{class}"),
            Control(N_("停止报名"), "/staff/classes/{class}"),
        ),
        picture="teacher-class",
    ),
    HandbookTask(
        N_("改席位和名额"),
        (N_("打开班级，点“{0}”：先看会录取谁，再确认；不能少于已录取的人。"),),
        (Control(N_("改席位和名额"), "/staff/classes/{class}"),),
    ),
    HandbookTask(
        N_("告诉全班，取消一个班"),
        (
            N_("打开班级，点“{0}”：在班的人每人收到一次，看得到多少人读过。"),
            N_("办不成了，点“{1}”，写明原因：座位清空，每个人收到一次通知。"),
        ),
        (
            Control(N_("班级通知"), "/staff/classes/{class}"),
            Control(N_("取消这个班"), "/staff/classes/{class}"),
        ),
    ),
    HandbookTask(
        N_("更正学时，撤销证书"),
        (
            N_("打开学员，点“{0}”：每一学时从何而来；更正要写理由，本人会收到消息。"),
            N_("“{1}”里按编号、学员或班级找；撤销要写理由，查验的人都看得到。"),
        ),
        (Control(N_("学时"), "/people/{person}"), Control(N_("证书"), "/")),
    ),
    HandbookTask(
        N_("什么都在一处找"),
        (N_("“{0}”里填几个字：学员、名册、班级、课程和证书一起找。"),),
        (Control(N_("查找"), "/"),),
    ),
    HandbookTask(
        N_("看谁在学"),
        (N_("班级页上点“{0}”：进度、学时、下载表格都在那里。"),),
        (Control(N_("学员和进度"), "/staff/classes/{class}"),),
    ),
    HandbookTask(
        N_("单位和账号"),
        (
            N_("“各单位”里点“{0}”；“账号”里点“{1}”请经办人和老师来。"),
            N_("同一个人有两份资料，在“学员名录”里点“{2}”合并，可以撤销。"),
        ),
        (
            Control(N_("新建单位"), "/branches"),
            Control(N_("发邀请"), "/accounts"),
            Control(N_("疑似重复的学员"), "/people"),
        ),
    ),
)
OPERATOR_TASKS = (
    HandbookTask(
        N_("看现在好不好"),
        (
            N_("“运维”第一格就是结论；不好的排在前面，写着该做什么。"),
            N_("点“{0}”重新查；“{1}”里是每个进程。"),
        ),
        (
            Control(N_("再看一次"), "/operations"),
            Control(N_("每个进程"), "/operations"),
        ),
        picture="operator-health",
    ),
    HandbookTask(
        N_("用户报来一个错误编号"),
        (
            N_("把编号、姓名、电话或名册名称填在“运维”里，点“{0}”。"),
            N_("找到的记录带到它的时间线：哪一步、哪个服务、什么时候。"),
        ),
        (Control(N_("查找"), "/operations"),),
    ),
    HandbookTask(
        N_("搁置的事件"),
        (N_("“运维”里按原因分组。改好了原因就整组重试；放弃要写理由，可以收回。"),),
    ),
    HandbookTask(
        N_("读模型不对了"),
        (N_("“运维”里点“{0}”：边用边重做，做完对过校验和才换上。"),),
        (Control(N_("重建"), "/operations"),),
    ),
    HandbookTask(
        N_("谁做了什么"),
        (N_("“审计”里按人、按对象、按动作找，点“{0}”。"),),
        (Control(N_("筛选"), "/audit"),),
        picture="operator-audit",
    ),
    HandbookTask(
        N_("账号被锁、丢了验证器"),
        (
            N_("“账号”里填登录名、手机号或姓名，点“{0}”。"),
            N_("打开后可以停用、结束登录、作废密码、重设两步验证；每一步都记进审计。"),
        ),
        (Control(N_("找这个人"), "/accounts"),),
    ),
)
