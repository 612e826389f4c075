"""Refusals about the seats of a class: which rule said no."""

from enrollment.domain.errors import Refusal


class ClassOver(Refusal):
    """The last day of the class has passed: its seats stay as they are."""

    slug = "class-over"


class ClassByBranch(Refusal):
    """The class takes only those whom a branch enrols."""

    slug = "class-by-branch"


class CapacityBelowTaken(Refusal):
    """The capacity would be below the seats that are taken, which `taken` counts."""

    slug = "capacity-below-taken"

    def __init__(self, taken: int) -> None:
        super().__init__(f"已录取 {taken} 人：席位不能少于这个数，或先让人退出")
        self.members = {"taken": taken}


class QuotaBelowTaken(Refusal):
    """The quota of `branch_id` would be below the `taken` seats of its people."""

    slug = "quota-below-taken"

    def __init__(self, branch_id: str, taken: int) -> None:
        super().__init__(
            f"单位 {branch_id} 连同下级已录取 {taken} 人：名额不能少于这个数"
        )
        self.members = {"branch_id": branch_id, "taken": taken}


class QuotaRepeated(Refusal):
    """Two quotas of a class are for the one branch `branch_id`."""

    slug = "quota-repeated"

    def __init__(self, branch_id: str) -> None:
        super().__init__(f"单位 {branch_id} 有两个名额：请只留一个")
        self.members = {"branch_id": branch_id}


class QuotaBranchUnknown(Refusal):
    """A quota is for a branch that is not there: `branch_id`."""

    slug = "quota-branch-unknown"

    def __init__(self, branch_id: str) -> None:
        super().__init__(f"没有单位 {branch_id}：请核对单位编号")
        self.members = {"branch_id": branch_id}
