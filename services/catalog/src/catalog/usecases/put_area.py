"""Areas and projects of the course system, put whole."""

from fields import Illegal
from fields.codes import plain_id

from catalog.domain.errors import BadCode, ModuleCodeTaken
from catalog.domain.outline import Area, Project, edit_part
from catalog.domain.stamp import Stamp
from catalog.usecases.ports import Outline


def put_area(outline: Outline, area: Area, stamp: Stamp, seen: int | None) -> Area:
    """Put or replace an area with its modules.

    `seen` is the revision that its editor saw, 0 for none, None for whichever there is.
    Raises BadCode, ModuleCodeTaken, EditConflict.
    """
    _require_code(area.code)
    others = [other for other in outline.find_areas() if other.code != area.code]
    taken = {module.code: other.name for other in others for module in other.modules}
    for module in area.modules:
        if module.code in taken:
            raise ModuleCodeTaken(
                f"模块编号 {module.code} 已在《{taken[module.code]}》里：请换一个编号"
            )
        taken[module.code] = area.name
    return outline.put_area(
        area.code, lambda known: edit_part(known, area, stamp, seen)
    )


def put_project(
    outline: Outline, project: Project, stamp: Stamp, seen: int | None
) -> Project:
    """Put or replace a project.

    `seen` is the revision that its editor saw, 0 for none, None for whichever there is.
    Raises BadCode, EditConflict.
    """
    _require_code(project.code)
    return outline.put_project(
        project.code, lambda known: edit_part(known, project, stamp, seen)
    )


def _require_code(code: str) -> None:
    try:
        is_plain = plain_id(code) == code
    except Illegal:
        is_plain = False
    if not is_plain:
        raise BadCode("编号只能用字母、数字和 . _ : -：请换一个编号")
