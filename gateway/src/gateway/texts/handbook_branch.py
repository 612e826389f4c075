"""The handbook of trainees, and that of their branch's officers."""

from gateway.texts import N_
from gateway.texts.handbook_task import Control, HandbookTask

TRAINEE_TASKS = (
    HandbookTask(
        N_("第一次登录"),
        (
            N_("邀请信或短信里有一个链接：点开，设一个密码，就登录了。"),
            N_("拿到激活单的，在登录页点“{0}”。"),
            N_("都没有的，请单位的经办人再发一次。"),
        ),
        (Control(N_("拿到的是一张激活单？用激活码启用账号"), "/sign-in"),),
    ),
    HandbookTask(
        N_("登录，忘了密码"),
        (
            N_("填手机号和密码，点“{0}”。"),
            N_("没有密码或忘了，点“{1}”，再到“我的账号”里设新的。"),
        ),
        (
            Control(N_("登录"), "/sign-in"),
            Control(N_("用验证码登录（没有密码或忘了密码）"), "/sign-in"),
        ),
    ),
    HandbookTask(
        N_("接着学"),
        (
            N_("首页第一格是下一讲和看到了哪里：点它就接着看。"),
            N_("“要做的事”说还剩几天；全部的班在“{0}”。"),
            N_("拖过去的部分不计学时：播放器下面写着哪一段没有看到。"),
        ),
        (Control(N_("我的班"), "/"),),
        picture="trainee-home",
    ),
    HandbookTask(
        N_("找课程，申请参加"),
        (
            N_("在“课程”里填几个字，点“{0}”，再打开课程和它的班。"),
            N_("没有席位的班可以申请：单位的经办人答复，会有消息。"),
        ),
        (Control(N_("找"), "/courses"),),
        picture="trainee-courses",
    ),
    HandbookTask(
        N_("看学时，下载记录"),
        (
            N_("首页点“{0}”，每一学时都写着哪天、因为什么。"),
            N_("要表格，点“{1}”。"),
        ),
        (
            Control(N_("每一学时从何而来"), "/"),
            Control(N_("下载这一年（.xlsx）"), "/record"),
        ),
    ),
    HandbookTask(
        N_("证书"),
        (
            N_("学完一个班的全部课时，证书出现在首页和学习记录里。"),
            N_("打开证书可以打印、下载 PDF；别人扫码就能查验，不用登录。"),
        ),
    ),
    HandbookTask(
        N_("改密码、手机号，管自己的资料"),
        (
            N_("点右上角的姓氏：“{0}”“{1}”“{2}”都在那里。"),
            N_("姓名写错了，点“{3}”，或请经办人更正。"),
        ),
        (
            Control(N_("更换密码"), "/account"),
            Control(N_("验证或更换手机、邮箱"), "/account"),
            Control(N_("下载或删除"), "/account"),
            Control(N_("更正姓名"), "/account"),
        ),
    ),
    HandbookTask(
        N_("日历，怎样告诉我"),
        (
            N_("“日历”里有每个班的日子；点“{0}”，手机和电脑上的日历会跟着变。"),
            N_("“我的账号”里点“{1}”：每一类消息怎样收，几点到几点不打扰。"),
        ),
        (Control(N_("取得地址"), "/calendar"), Control(N_("怎样告诉我"), "/account")),
    ),
    HandbookTask(
        N_("大字、深色、没有网络"),
        (
            N_("每一页上面的“{0}”里有字号和主题；页脚的“{1}”把字和按钮都放大。"),
            N_("在手机浏览器的菜单里选“添加到主屏幕”，就像一个应用。"),
            N_(
                "没有网络时，看过的课程和自己要做的事还能看；退出登录就从这台设备上删掉。"
            ),
        ),
        (Control(N_("显示"), "/help"), Control(N_("适老模式"), "/help")),
    ),
)
OFFICER_TASKS = (
    HandbookTask(
        N_("送名册"),
        (
            N_("点“名册”，再点“{0}”。没有现成的表，先点“{1}”。"),
            N_("选好文件点“{2}”：系统说读懂了什么，核对后再送出。"),
            N_("可以先试算：只说会怎样，什么都不变。"),
        ),
        (
            Control(N_("送名册"), "/rosters"),
            Control(N_("下载空白名册"), "/rosters/new"),
            Control(N_("读文件，先看一看"), "/rosters/new"),
        ),
        picture="officer-roster",
    ),
    HandbookTask(
        N_("看每一行的结果，改好没收的行"),
        (
            N_("名册的页上每一行都有结果；要改的排在前面，写着怎么改。"),
            N_("表格点“{0}”。没收的行可以在页上改好再送，只送这些行。"),
            N_("送错了，在名册的页上撤回：先说会退出多少人，再确认。"),
        ),
        (Control(N_("下载全部结果"), "/rosters/{branch}/{roster}"),),
    ),
    HandbookTask(
        N_("谁还没有账号"),
        (
            N_("“学员名录”里点“{0}”，有邮箱或手机的点“{1}”。"),
            N_("两样都没有的，在“激活单”里选人，点“{2}”，剪开发给本人。"),
        ),
        (
            Control(N_("邀请"), "/people"),
            Control(N_("邀请全部未启用的人"), "/people/invitations"),
            Control(N_("打印选中的"), "/people/codes"),
        ),
    ),
    HandbookTask(
        N_("答复入班申请"),
        (
            N_(
                "在“入班申请”的“{0}”里选同意或不同意，再送出；不同意要写理由，本人看得到。"
            ),
        ),
        (Control(N_("等答复"), "/requests"),),
    ),
    HandbookTask(
        N_("找人，更正，转会，提醒"),
        (
            N_("“学员名录”里填姓名、电话或会员号，点“{0}”。"),
            N_("打开一个人：改完点“{1}”；调走了点“{2}”。"),
            N_("班里没学完的，那一页上可以提醒。"),
        ),
        (
            Control(N_("查找"), "/people"),
            Control(N_("保存更正"), "/people/{person}"),
            Control(N_("转会、离开或返回"), "/people/{person}"),
        ),
    ),
    HandbookTask(
        N_("看进度，让人退出"),
        (
            N_("班级页上点“学员和进度”：只看得到本单位和下级的人。"),
            N_("表格点“{0}”。要退出的选上，点“{1}”；可以撤销。"),
        ),
        (
            Control(N_("下载表格"), "/classes/{class}/people"),
            Control(N_("让选中的退出…"), "/classes/{class}/people"),
        ),
        picture="officer-people",
    ),
    HandbookTask(
        N_("看席位和名额"),
        (N_("“{0}”里写着每个班本单位占了多少席，还能录取几人。"),),
        (Control(N_("席位"), "/"),),
    ),
    HandbookTask(
        N_("一年的学习报告"),
        (
            N_("“{0}”里有人数、学时、各单位、各课程和每个人；只算在本单位期间学的。"),
            N_("要打印先点“{1}”，要表格点“{2}”。"),
            N_("谁的哪门课学到哪里，点“{3}”。"),
        ),
        (
            Control(N_("学习报告"), "/"),
            Control(N_("全部列出，以便打印"), "/reports/{year}"),
            Control(N_("下载表格"), "/reports/{year}"),
            Control(N_("逐人逐课"), "/reports/{year}"),
        ),
    ),
    HandbookTask(
        N_("留下联系方式"),
        (N_("“学员名录”里点“{0}”：学员遇到问题时看到的就是它。"),),
        (Control(N_("联系方式"), "/people"),),
    ),
)
