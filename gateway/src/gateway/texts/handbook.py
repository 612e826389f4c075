"""The handbook: for each kind of user what can be done, and what to press for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.texts import N_
from gateway.texts.handbook_branch import OFFICER_TASKS, TRAINEE_TASKS
from gateway.texts.handbook_college import OPERATOR_TASKS, TEACHER_TASKS
from gateway.texts.handbook_task import HandbookTask


@dataclass(frozen=True)
class Handbook:
    """What one kind of user reads."""

    title: str
    tasks: tuple[HandbookTask, ...]


HANDBOOKS: Mapping[str, Handbook] = {
    "trainee": Handbook(N_("学员手册"), TRAINEE_TASKS),
    "officer": Handbook(N_("经办人手册"), OFFICER_TASKS),
    "teacher": Handbook(N_("教务手册"), TEACHER_TASKS),
    "operator": Handbook(N_("运维手册"), OPERATOR_TASKS),
}
