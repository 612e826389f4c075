"""/classes: open, close, cancel, open again, list."""

from collections.abc import Iterable

import msgspec
from chassis.http.auth import current_caller, require_roles
from chassis.http.editing import Edit
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post, put
from chassis.ids import new_id
from contracts.http.catalog import (
    CancellationIn,
    ClassEditIn,
    ClassesQuery,
    ClassIn,
    ClassOut,
)
from contracts.http.shape import Page

from catalog.api import dumps
from catalog.api.editing import show_change
from catalog.api.inputs import to_class
from catalog.api.outline import READERS
from catalog.domain.training_class import Particulars, Quota, TrainingClass
from catalog.usecases.edit_class import edit_class
from catalog.usecases.find_classes import find_classes
from catalog.usecases.open_class import (
    cancel_class,
    close_class,
    open_class,
    reopen_class,
    require_class,
    require_project,
)
from catalog.usecases.ports import (
    Branches,
    Cancellations,
    Classes,
    Courses,
    Outline,
    Today,
)


class ClassRoutes(Routes):
    """Routes for training classes."""

    name = "classes"

    def __init__(
        self,
        classes: Classes,
        courses: Courses,
        branches: Branches,
        today: Today,
        outline: Outline,
        cancellations: Cancellations,
    ) -> None:
        self.classes, self.courses, self.branches = classes, courses, branches
        self.today, self.outline = today, outline
        self.cancellations = cancellations

    def _dump_shown_class(self, training_class: TrainingClass) -> ClassOut:
        return dumps.dump_class(
            training_class, self.today(), _quotas_seen(training_class, self.branches)
        )

    @get("/classes")
    @require_roles(*READERS)
    def list_classes(self, asked: ClassesQuery) -> Page[ClassOut]:
        """Classes of a state, or that run or come, the nearest first; or by ids."""
        if asked.ids:
            return Page(items=self._read_by_ids(asked.ids))
        page = find_classes(
            self.classes,
            self.today(),
            asked.course,
            asked.q,
            asked.after,
            asked.limit,
            asked.state,
            asked.project,
        )
        listed = [self._dump_shown_class(one) for one in page.items]
        return Page(items=listed, next=page.next)

    @get("/classes/<id_>")
    @require_roles(*READERS, services=["enrollment"])
    def show_class(self, id_: str) -> ClassOut:
        """A class as it stands today."""
        return self._dump_shown_class(require_class(self.classes, id_))

    @post("/classes", status=201)
    @require_roles("staff")
    @idempotent
    def post_class(self, asked: ClassIn) -> ClassOut:
        """A class of a published course is opened."""
        require_project(self.outline, asked.project)
        made = to_class(new_id(10), asked)
        return self._dump_shown_class(
            open_class(self.classes, self.courses, made, self.today())
        )

    @put("/classes/<id_>")
    @require_roles("staff")
    def replace_class(self, id_: str, asked: ClassEditIn, edit: Edit) -> ClassOut:
        """A class gets another title, other days, another place or form."""
        wanted = Particulars(**msgspec.structs.asdict(asked))
        return show_change(
            lambda: edit_class(
                self.classes, self.courses, id_, wanted, self.today(), edit.version
            ),
            self._dump_shown_class,
        )

    @post("/classes/<id_>/closing")
    @require_roles("staff")
    def post_closing(self, id_: str) -> ClassOut:
        """A class takes nobody any more."""
        return self._dump_shown_class(close_class(self.classes, id_))

    @post("/classes/<id_>/cancellation")
    @require_roles("staff")
    def post_cancellation(self, id_: str, asked: CancellationIn) -> ClassOut:
        """A class does not take place, or not to its end; who finished stays so."""
        return self._dump_shown_class(
            cancel_class(self.classes, id_, asked.reason, self.today())
        )

    @post("/classes/<id_>/reopening", also=(503,))
    @require_roles("staff")
    def post_reopening(self, id_: str) -> ClassOut:
        """A closed class takes people again; so does a cancelled one, unless somebody
        was told of it."""
        reopened = reopen_class(
            self.classes, self.courses, self.cancellations, id_, self.today()
        )
        return self._dump_shown_class(reopened)

    def _read_by_ids(self, ids: list[str]) -> list[ClassOut]:
        """In the order of their ids, unknown ones left out."""
        found = self.classes.find_by_ids(ids)
        seen = [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]
        return [self._dump_shown_class(one) for one in seen]


def _quotas_seen(
    training_class: TrainingClass, branches: Branches
) -> Iterable[Quota] | None:
    """Quotas a caller sees: staff all, officers those above and below, else none."""
    who = current_caller()
    if who.has_role("staff", "service"):
        return training_class.quotas
    if not who.has_role("officer"):
        return None
    if not training_class.quotas:
        return ()
    kin = branches.find_kin(who.branch)
    if kin is None:
        return None
    return [quota for quota in training_class.quotas if quota.branch_id in kin]
