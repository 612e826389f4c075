"""Every guard is broken in turn, and a test must notice: `make mutants`.

`make mutants ONLY=roster` runs those whose guard or path holds the word. It ends with
code 1 and names the guards that nobody misses; with code 2 where a mutant is none, or
its tests fail while nothing is broken.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.mutants import ALL, Mutant

ROOT = Path(__file__).parents[2]
AT_ONCE = 2  # machines that others work on too have two processors
LONGEST_SECONDS = 300.0  # a file of tests takes a minute at most; a hang is no catch
ON_ENGINES = ("tests/stores", "tests/messaging")
PASSED, FAILED = 0, 1  # as pytest ends; all else says that it did not run
HUNG = -1  # what pytest never ends with
CAUGHT, SURVIVED, NO_MUTANT = "caught", "SURVIVED", "NO MUTANT"


class NoMutant(Exception):
    """A mutant or its tests are not as the list says."""


def main(only: str = "") -> int:
    """The exit code: 0 if every guard is missed by a test."""
    mutants = [m for m in ALL if only in m.guard or only in m.path]
    files = sorted({file for mutant in mutants for file in mutant.tests})
    with ThreadPoolExecutor(AT_ONCE) as workers:
        codes = dict(zip(files, workers.map(_run_tests, files), strict=True))
        verdicts = list(workers.map(lambda m: _judge_mutant(m, codes), mutants))
    count = Counter(verdicts)
    print(", ".join(f"{count[verdict]} {verdict}" for verdict in sorted(count)))
    if count[NO_MUTANT] or not mutants:
        return 2
    return 1 if count[SURVIVED] else 0


def _judge_mutant(mutant: Mutant, codes: dict[str, int]) -> str:
    """The verdict, said as soon as it is known; `codes` are of the whole product."""
    about = ", ".join(mutant.tests)
    try:
        if failing := [file for file in mutant.tests if codes[file] != PASSED]:
            raise NoMutant(f"fails while nothing is broken: {', '.join(failing)}")
        verdict = CAUGHT if _is_caught(mutant) else SURVIVED
    except NoMutant as fault:
        verdict, about = NO_MUTANT, str(fault)
    print(f"{verdict:<9} {mutant.guard}  ({about})", flush=True)
    return verdict


def _is_caught(mutant: Mutant) -> bool:
    """Whether a file of its tests fails. Raises NoMutant."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        _write_mutant(mutant, Path(folder))
        for file in mutant.tests:
            code = _run_tests(file, folder)
            if code == FAILED:
                return True
            if code != PASSED:
                raise NoMutant(f"{file} ends with {code}")
    return False


def _write_mutant(mutant: Mutant, folder: Path) -> None:
    """The package of the mutant, broken, in this folder. Raises NoMutant."""
    source, _, inside = mutant.path.partition("/src/")
    package = inside.partition("/")[0]
    shutil.copytree(
        ROOT / source / "src" / package,
        folder / package,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    file = folder / inside
    text = file.read_text("utf-8") if file.exists() else ""
    if (times := text.count(mutant.before)) != 1:
        raise NoMutant(f"its text stands {times} times in {mutant.path}")
    file.write_text(text.replace(mutant.before, mutant.after), "utf-8")


def _run_tests(file: str, before_all: str = "") -> int:
    """How pytest ends, or HUNG; `before_all` is the folder that is looked in first."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    if file.startswith(ON_ENGINES):
        command += ["-k", "embedded"]
    try:
        run = subprocess.run(
            [*command, file],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": before_all, "CI": ""},
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return HUNG
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
