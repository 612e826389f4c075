"""The branches port over MongoEngine: the tree, and the move that is under way.

The move lies in a row of its own beside the branches, so whoever reads some of them
reads it with them in one question.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chassis.errors import WriteConflict
from chassis.storage.aggregates import (
    RETRIES,
    Aggregates,
    AlreadyExists,
    FieldMapping,
    mapping_of,
    write_all,
)
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from enrollment.domain.branch_tree import (
    MOVED,
    BranchMove,
    changed_event,
    require_version,
)
from enrollment.domain.people import Branch
from enrollment.usecases.branch_ports import DecideChange, TreeState
from enrollment.usecases.ports import Scope

AT_ONCE = 500
"""Branches that are read at once where all of them may be wanted: a few reads for the
city's."""
MOST_NAMED = 800
"""Branches that one question names: of 1,000 the embedded store would use no index."""
TREE = " tree"
"""The row of the tree itself; a branch's id has no blank."""
Row = Mapping[str, Any]


class StoredBranches:
    """The tree of branches."""

    def __init__(self, rows: Aggregates[Branch]) -> None:
        self.rows = rows

    def get(self, id_: str) -> Branch | None:
        """The branch with this id, or None."""
        return self.find_by_ids([id_]).get(id_)

    def get_with_version(self, id_: str) -> tuple[Branch, int] | None:
        """A branch and its version, or None."""
        tree, rows = self._read_rows([id_])
        found = [(self._load(row, tree), int(row["version"])) for row in rows]
        return found[0] if found else None

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Branch]:
        """The branches with these ids, by id."""
        tree, rows = self._read_rows(ids)
        return {row["_id"]: self._load(row, tree) for row in rows}

    def find_versions(self, ids: Sequence[str]) -> dict[str, int]:
        """The versions of the branches with these ids."""
        return {row["_id"]: int(row["version"]) for row in self._read_rows(ids)[1]}

    def create(self, branch: Branch) -> bool:
        """Put a new branch; False if the id is taken."""
        try:
            self.rows.add(branch.id, branch)
        except AlreadyExists:
            return False
        self._follow_parent(branch)
        return True

    def change(self, id_: str, wanted: int | None, decide: DecideChange) -> None:
        """Read a branch, decide, write it with the event that `decide` gives; nothing
        where it gives None. Raises NotFound, EditConflict, WriteConflict.

        It is written as it lies there: to write out a move is for the move alone, which
        has an event of its own.
        """
        for _ in range(RETRIES):
            branch, version = self.rows.get_with_version(id_)
            require_version(version, wanted)
            decided = decide(branch)
            if decided is None or self.rows.write(
                id_, version, decided[0], [decided[1]]
            ):
                return
        raise WriteConflict(id_)

    def find_within(
        self, scope: Scope, behind: Sequence[str] = (), at_once: int = AT_ONCE
    ) -> Iterator[Branch]:
        """The branches of a scope that come behind a line, each before those below it,
        read so many at once as they are used."""
        tree = self.read_tree()
        within, place = _within(scope, tree), _place_of(behind)
        while True:
            page = list(
                self.rows.collection.find(
                    {**within, "place": {"$gt": place}},
                    {"outbox": 0},
                    sort=[("place", 1)],
                    limit=at_once,
                )
            )
            branches = (self._load(row, tree) for row in page)
            yield from (branch for branch in branches if scope.covers(branch.line))
            if len(page) < at_once:
                return
            place = page[-1]["place"]

    def find_ids_within(
        self, scope: Scope, since: str, at_once: int
    ) -> Iterator[list[str]]:
        """The ids of a scope's branches from one on, in their order: so many first, and
        more each time."""
        tree = self.read_tree()
        within: dict[str, Any] = _within(scope, tree)
        bound = {"$gte": since} if since > TREE else {"$gt": TREE}
        while True:
            page = list(
                self.rows.collection.find(
                    {**within, "_id": bound},
                    {"_id": 1, "line": 1},
                    sort=[("_id", 1)],
                    limit=at_once,
                )
            )
            ids = [row["_id"] for row in page if _is_within(scope, row, tree)]
            if ids:
                yield ids
            if len(page) < at_once:
                return
            bound = {"$gt": page[-1]["_id"]}
            at_once = min(MOST_NAMED, 4 * at_once)

    def place_old(self) -> None:
        """Branches that were kept before they had places get theirs."""
        old = self.rows.collection.find({"place": None}, {"line": 1})
        writes = [
            UpdateOne({"_id": row["_id"]}, {"$set": {"place": _place_of(row["line"])}})
            for row in old
            if row["_id"] != TREE
        ]
        write_all(self.rows.collection, writes)

    def read_tree(self) -> TreeState:
        """How far the tree is."""
        return _load_tree(self.rows.collection.find_one({"_id": TREE}))

    def begin_move(self, version: int, move: BranchMove) -> bool:
        """Decide a move: from now on everybody sees it. False if another began."""
        kept = {"branch": move.branch_id, "line": list(move.line), "by": move.by}
        after = {"move": kept, "version": version + 1}
        if version == 0:
            try:
                self.rows.collection.insert_one({"_id": TREE, "out_due": None, **after})
            except DuplicateKeyError:
                return False
            return True
        begun = self.rows.collection.update_one(
            {"_id": TREE, "version": version}, {"$set": after}
        )
        return begun.matched_count == 1

    def end_move(self, tree: TreeState) -> None:
        """The move is written out everywhere; repeating it changes nothing."""
        over = {"$set": {"move": None}}
        self.rows.collection.update_one({"_id": TREE, "version": tree.version}, over)

    def place_moved(self, tree: TreeState) -> None:
        """Write out the move, the branch and all below it; again changes nothing.

        Each is written under the version that was read before it was seen that this
        move is still under way: who comes late changes nothing.
        """
        if tree.move is None:
            return
        while not self._place_moved_branch(tree, tree.move):
            pass
        while stale := self._find_stale(tree.move):
            if self.read_tree() != tree:
                return
            write_all(self.rows.collection, [_write_line(tree.move, r) for r in stale])

    def _place_moved_branch(self, tree: TreeState, move: BranchMove) -> bool:
        """The moved branch itself, with its event; False to look again."""
        branch, version = self.rows.get_with_version(move.branch_id)
        moved = move.apply_to(branch)
        if moved == branch or self.read_tree() != tree:
            return True
        event = changed_event(moved, MOVED, move.by)
        return self.rows.write(branch.id, version, moved, [event])

    def _find_stale(self, move: BranchMove) -> list[Row]:
        below = self.rows.collection.find(
            {"line": move.branch_id}, {"line": 1, "version": 1}
        )
        return [row for row in below if move.line_of(row["line"]) != tuple(row["line"])]

    def _follow_parent(self, branch: Branch) -> None:
        """A new branch stands where its parent is now: it may have moved meanwhile."""
        parent = self.get(branch.parent) if branch.parent else None
        if parent is None or (*parent.line, branch.id) == branch.line:
            return
        move = BranchMove(branch.id, (*parent.line, branch.id))
        row = {"_id": branch.id, "line": branch.line, "version": 1}
        write_all(self.rows.collection, [_write_line(move, row)])

    def _read_rows(self, ids: Sequence[str]) -> tuple[TreeState, list[Row]]:
        """These branches as they lie there, and the tree, in one question."""
        found = self.rows.collection.find({"_id": {"$in": [*ids, TREE]}}, {"outbox": 0})
        rows = {row["_id"]: row for row in found}
        tree = _load_tree(rows.pop(TREE, None))
        return tree, list(rows.values())

    def _load(self, row: Row, tree: TreeState) -> Branch:
        branch = self.rows.mapping.from_fields(row["_id"], row)
        return tree.move.apply_to(branch) if tree.move else branch


def branch_form() -> FieldMapping[Branch]:
    """How a branch is kept: with its place among all, each before those below it."""
    plain: FieldMapping[Branch] = mapping_of(Branch)

    def to_fields(branch: Branch) -> dict[str, Any]:
        return plain.to_fields(branch) | {"place": _place_of(branch.line)}

    return FieldMapping(to_fields, plain.from_fields)


def _load_tree(row: Row | None) -> TreeState:
    if row is None:
        return TreeState(0, None)
    move = row.get("move")
    return TreeState(
        int(row["version"]),
        BranchMove(move["branch"], tuple(move["line"]), move["by"]) if move else None,
    )


def _within(scope: Scope, tree: TreeState) -> dict[str, Any]:
    """What finds all branches of a scope, and some that have left it perhaps."""
    if scope.branch is None:
        return {}
    if tree.move and scope.covers(tree.move.line):
        return {"line": {"$in": [scope.branch, tree.move.branch_id]}}
    return {"line": scope.branch}


def _is_within(scope: Scope, row: Row, tree: TreeState) -> bool:
    line = tree.move.line_of(row["line"]) if tree.move else row["line"]
    return scope.covers(line)


def _write_line(move: BranchMove, row: Row) -> UpdateOne:
    line = move.line_of(row["line"])
    return UpdateOne(
        {"_id": row["_id"], "version": row["version"]},
        {
            "$set": {"line": list(line), "place": _place_of(line)},
            "$inc": {"version": 1},
        },
    )


def _place_of(line: Sequence[str]) -> str:
    """A line as one text that sorts as lines do: a blank is in no id, and comes before
    all that is."""
    return " ".join(line)
