"""What the audit log tells of: actions by their codes, and the details beside them."""

from gateway.texts import N_

AUDITED = {
    "person-corrected": N_("更正了学员资料"),
    "unmasked": N_("看了完整的联系方式"),
    "person-looked-up": N_("查了谁的报名"),
    "person-deletion-asked": N_("申请删除资料"),
    "person-deletion-cancelled": N_("撤销了删除申请"),
    "person-deleted": N_("删除了个人资料"),
    "person-merged": N_("合并了学员"),
    "person-unmerged": N_("撤销了合并"),
    "membership-moved": N_("转了单位"),
    "certificate-reissued": N_("换发了证书"),
    "invitation-sent": N_("邀请了单位干部、教务或运维"),
    "role-given": N_("给了角色"),
    "role-taken": N_("收回了角色"),
    "account-disabled": N_("停用了账号"),
    "account-enabled": N_("启用了账号"),
    "password-reset": N_("重设了密码"),
    "ways-in-voided": N_("作废了重设前的登录途径"),
    "second-factor-reset": N_("重设了两步验证"),
    "provider-connected": N_("连接了登录平台"),
    "provider-disconnected": N_("断开了登录平台"),
    "broker-account-created": N_("建了或补齐了单位的程序对接账号"),
    "broker-password-changed": N_("换了程序对接账号的密码"),
    "broker-account-disabled": N_("停用了程序对接账号"),
    "branch-contact-changed": N_("改了单位的联系方式"),
    "webhook-changed": N_("设置了单位的推送地址"),
    "webhook-deleted": N_("删除了单位的推送"),
    "webhook-secret-rotated": N_("换了单位的推送密钥"),
    "webhook-replayed": N_("让单位的动态重新推送"),
}
"""Actions as people read them; one that is not here is shown by its code."""
DETAILS = {
    "fields": N_("项目"),
    "role": N_("角色"),
    "provider": N_("平台"),
    "ways": N_("途径"),
    "branch": N_("单位"),
    "into": N_("合入"),
    "number": N_("编号"),
    "replaces": N_("换下"),
    "leaves": N_("离开"),
    "joins": N_("加入"),
    "day": N_("起始日"),
}
