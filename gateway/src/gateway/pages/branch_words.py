"""Branches in words, as people write them and as pages name them."""

from collections.abc import Iterable, Iterator, Mapping

from contracts.http.enrollment import BranchesQuery, BranchOut, MembershipOut
from contracts.http.shape import MOST_IDS
from fields.codes import ID

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.base import PageForm
from gateway.texts import N_
from gateway.texts.accounts import NEAR
from gateway.texts.language import gettext

NEAR_BRANCHES = 8


def pick_branch(services: PageServices, form: PageForm, field: str) -> str | None:
    """The id of the branch that a field of a form means, empty where nothing is
    written; None, with a fault at the field, where it may mean several or none."""
    written = form[field].data or ""
    if not written:
        return ""
    found = find_branches_like(services, written)
    if len(found) == 1:
        return found[0].id
    names = gettext(N_("、")).join(f"{branch.name} {branch.id}" for branch in found)
    form.refuse(gettext(NEAR) % {"names": names or "—"}, field)
    return None


def find_branches_like(services: PageServices, written: str) -> list[BranchOut]:
    """The one branch of this id or name, in whatever of both ways; else those whose
    names are like it."""
    ask = services.enrollment.list_branches
    if (id_ := id_written(written)) and (exact := ask(BranchesQuery(ids=[id_])).items):
        return exact
    words = written.rpartition("（")[0].strip() or written
    found = ask(BranchesQuery(q=words[:200], limit=NEAR_BRANCHES)).items
    same = [branch for branch in found if branch.name == words]
    return same if len(same) == 1 else found


def id_written(written: str) -> str:
    """The id that a field holds, alone or behind a name; empty where it is none."""
    id_ = written.rpartition("（")[2].rstrip("）").strip()
    return id_ if ID.fullmatch(id_) else ""


def find_ids_written(services: PageServices, written: Iterable[str]) -> set[str]:
    """Which of the ids that several fields hold are of branches, asked at once."""
    ids = {id_ for text in written if (id_ := id_written(text))}
    return {
        branch.id
        for some in _in_questions(ids)
        for branch in services.enrollment.list_branches(BranchesQuery(ids=some)).items
    }


def write_branch(branch_id: str, name: str) -> str:
    """A branch as a field shows it, and as it is read again."""
    return f"{name}（{branch_id}）"


def name_memberships(
    memberships: Iterable[MembershipOut], names: Mapping[str, str]
) -> str:
    """Memberships in one line, by which people tell namesakes apart."""
    return gettext(N_("、")).join(
        f"{names.get(one.branch_id, one.branch_id)} {one.member_no}"
        for one in memberships
    )


def name_branches(services: PageServices, ids: Iterable[str]) -> dict[str, str]:
    """The names of these branches, as far as enrollment answers."""
    ask = services.enrollment.list_branches
    asked = [
        services.ask_part(ask, BranchesQuery(ids=some)) for some in _in_questions(ids)
    ]
    answers = [part.get_answer() for part in asked]
    return {
        branch.id: branch.name
        for found in answers
        if not isinstance(found, Unavailable)
        for branch in found.items
    }


def _in_questions(ids: Iterable[str]) -> Iterator[list[str]]:
    """Each of these ids once, so many together as can be asked about at once."""
    wanted = sorted({id_ for id_ in ids if id_})
    for start in range(0, len(wanted), MOST_IDS):
        yield wanted[start : start + MOST_IDS]
