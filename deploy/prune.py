"""Take every distribution out of this environment but one and what it needs.

Run as `python prune.py DISTRIBUTION`; the environment is of no other use afterwards.
"""

import shutil
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LANGUAGES = {"root", "en", "zh"}
"""Those of the pages. Babel brings the world's: thirty megabytes in every image."""


def needed_by(name: str, known: dict[str, Distribution]) -> set[str]:
    """The distribution and all it needs, one through the other, by their extras."""
    seen: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(name), "")]
    while waiting:
        place = waiting.pop()
        if place in seen or place[0] not in known:
            continue
        seen.add(place)
        for line in known[place[0]].requires or []:
            requirement = Requirement(line)
            if not requirement.marker or requirement.marker.evaluate(
                {"extra": place[1]}
            ):
                distribution = canonicalize_name(requirement.name)
                waiting += [(distribution, e) for e in ("", *requirement.extras)]
    return {distribution for distribution, _ in seen}


def remove(distribution: Distribution) -> None:
    """Delete its files and the folders that are empty then."""
    folders: set[Path] = set()
    for file in distribution.files or []:
        path = Path(str(distribution.locate_file(file))).resolve()
        if path.is_relative_to(sys.prefix):
            path.unlink(missing_ok=True)
            folders.add(path.parent)
    for folder in sorted(folders, key=lambda path: -len(path.parts)):
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        while folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def drop_languages(babel: Distribution) -> None:
    """Leave of Babel's data what the pages are written in."""
    data = Path(str(babel.locate_file("babel/locale-data")))
    for file in data.glob("*.dat"):
        if file.stem.partition("_")[0] not in LANGUAGES:
            file.unlink()


def main() -> None:
    """Prune to the distribution named on the command line."""
    known = {canonicalize_name(one.name): one for one in distributions()}
    needed = needed_by(sys.argv[1], known)
    if not needed:
        sys.exit(f"there is no {sys.argv[1]} here")
    for name, distribution in sorted(known.items()):
        if name not in needed:
            remove(distribution)
        elif name == "babel":
            drop_languages(distribution)
    sys.stdout.write(f"{sys.argv[1]}: {len(needed)} of {len(known)} kept\n")


if __name__ == "__main__":
    main()
