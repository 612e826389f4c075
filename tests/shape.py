"""The shape of the code, counted: `python -m tests.shape`, or `make shape`.

The chassis is drawn by its imports: a room is a package of it, or a file beside them,
and each room stands one floor above the highest that it imports.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLUMBING = ("chassis", "embedded", "cli")
PEOPLE = ("services", "gateway")
MESSAGING = (
    "broker", "events", "inbox", "outbox", "recovery", "projections", "operations"
)  # fmt: skip
CHASSIS = ROOT / "chassis" / "src" / "chassis"
Functions = ast.FunctionDef | ast.AsyncFunctionDef
Arrows = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Function:
    """A function of the product: where it stands, its name, its lines."""

    path: str
    name: str
    lines: int

    @property
    def has_one_word(self) -> bool:
        """Whether the name is one word."""
        return "_" not in self.name.strip("_")


def source_files(member: str) -> list[Path]:
    """The shipped Python files of a member, or of all below a folder of members."""
    return sorted(path for path in (ROOT / member).rglob("*.py") if "src" in path.parts)


def count_lines(paths: Iterable[Path]) -> int:
    """The lines of these files."""
    return sum(len(path.read_text("utf-8").splitlines()) for path in paths)


def all_files() -> list[Path]:
    """Every shipped Python file."""
    members = (*PLUMBING, *PEOPLE, "contracts", "fields")
    return [path for member in members for path in source_files(member)]


@cache
def parse_file(path: Path) -> ast.Module:
    """The tree of a file, made once: several rules look at it."""
    return ast.parse(path.read_text("utf-8"))


def find_functions(paths: Iterable[Path]) -> Iterator[Function]:
    """Every function, methods included; Python's own special names are left out."""
    for path in paths:
        for node in ast.walk(parse_file(path)):
            if isinstance(node, Functions) and not node.name.startswith("__"):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield Function(str(path.relative_to(ROOT)), node.name, lines)


def find_arrows(package: Path = CHASSIS) -> Arrows:
    """Room → the rooms that it imports."""
    arrows: dict[str, set[str]] = {}
    for path in sorted(package.rglob("*.py")):
        room = _room(path.relative_to(package).with_suffix("").parts)
        imported = _imported(parse_file(path), package.name)
        arrows.setdefault(room, set()).update(_room(parts) for parts in imported)
    return {
        room: frozenset(found - {room, ""}) for room, found in arrows.items() if room
    }


def _room(parts: tuple[str, ...]) -> str:
    return "" if parts in {(), ("__init__",)} else parts[0]


def _imported(tree: ast.Module, package: str) -> Iterator[tuple[str, ...]]:
    """What of its own package a file imports, as the parts below the package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            first, *rest = name.split(".")
            if first == package:
                yield tuple(rest)


def find_circles(arrows: Arrows) -> list[tuple[str, str]]:
    """The arrows that lead back: each with a way home from where it points."""
    return [
        (room, below)
        for room in sorted(arrows)
        for below in sorted(arrows[room])
        if room in _reachable(arrows, below)
    ]


def _reachable(arrows: Arrows, room: str) -> set[str]:
    seen: set[str] = set()
    waiting = [room]
    while waiting:
        new = arrows.get(waiting.pop(), frozenset()) - seen
        seen |= new
        waiting += new
    return seen


def find_floors(arrows: Arrows) -> list[list[str]]:
    """The rooms by floor, the ground floor first. There is none for circles."""
    floor: dict[str, int] = {}

    def floor_of(room: str) -> int:
        if room not in floor:
            below = arrows.get(room, frozenset())
            floor[room] = 1 + max((floor_of(one) for one in below), default=0)
        return floor[room]

    for room in arrows:
        floor_of(room)
    top = max(floor.values())
    return [sorted(r for r in floor if floor[r] == at) for at in range(1, top + 1)]


def main() -> None:
    """Print the figures that issue 12 has bars for."""
    lines = {name: count_lines(source_files(name)) for name in (*PLUMBING, *PEOPLE)}
    people = sum(lines[name] for name in PEOPLE)
    plumbing = sum(lines[name] for name in PLUMBING)
    messaging = count_lines(p for r in MESSAGING for p in (CHASSIS / r).rglob("*.py"))
    functions = list(find_functions(all_files()))
    longest_file = max(all_files(), key=lambda path: count_lines([path]))
    longest = max(functions, key=lambda function: function.lines)
    share = sum(f.has_one_word for f in functions) / len(functions)
    arrows = find_arrows()
    print(*(f"{name} {count}" for name, count in lines.items()), sep=" · ")
    print(f"services and gateway over plumbing: {people / plumbing:.2f}")
    print(f"messaging {messaging} · chassis {lines['chassis']}")
    print(f"embedded and cli {lines['embedded'] + lines['cli']}")
    print(f"functions {len(functions)} · with one-word names {share:.1%}")
    print(f"longest function {longest.lines} ({longest.path}:{longest.name})")
    print(f"longest file {count_lines([longest_file])} ({longest_file.name})")
    circles = find_circles(arrows)
    print(f"circles of packages in the chassis: {circles or 'none'}")
    if not circles:
        for at, rooms in reversed(list(enumerate(find_floors(arrows), 1))):
            print(f"floor {at}: {', '.join(rooms)}")


if __name__ == "__main__":
    main()
