"""What people call the services."""

from gateway.texts import N_

SERVICES = {
    "branch": N_("基层工会"),
    "catalog": N_("课程"),
    "enrollment": N_("报名"),
    "media": N_("讲课视频"),
    "learning": N_("学习档案"),
    "notify": N_("通知"),
    "gateway": N_("门户"),
    "edge": N_("入口"),
}
