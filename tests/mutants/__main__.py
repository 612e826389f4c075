"""Every guard is broken in turn, and a test must notice: `make mutants`.

`make mutants ONLY=roster` runs those whose guard or path holds the word. It ends with
code 1 and names the guards that nobody misses; with code 2 if a mutant is none.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.mutants import ALL, Mutant

ROOT = Path(__file__).parents[2]
AT_ONCE = 2  # machines that others work on too have two processors
LONGEST_SECONDS = 300.0  # a file of tests takes a minute at most; a hang is no catch
ON_ENGINES = ("tests/stores", "tests/messaging")
PASSED, FAILED = 0, 1  # as pytest ends; all else says that it did not run


class NoMutant(Exception):
    """A mutant or its tests are not as the list says."""


def main(only: str = "") -> int:
    """The exit code: 0 if every guard is missed by a test."""
    mutants = [m for m in ALL if only in m.guard or only in m.path]
    if not mutants:
        raise NoMutant(f"no guard and no path holds '{only}'")
    with ThreadPoolExecutor(AT_ONCE) as workers:
        _require_passing(workers, mutants)
        results = list(workers.map(_try_mutant, mutants))
    unmissed = [
        m.guard for m, caught_by in zip(mutants, results, strict=True) if not caught_by
    ]
    print(f"{len(mutants) - len(unmissed)} of {len(mutants)} caught")
    for guard in unmissed:
        print(f"survived: {guard}")
    return 1 if unmissed else 0


def _require_passing(workers: ThreadPoolExecutor, mutants: Iterable[Mutant]) -> None:
    """The tests pass while nothing is broken. Raises NoMutant."""
    files = sorted({file for mutant in mutants for file in mutant.tests})
    for file, code in zip(files, workers.map(_run_tests, files), strict=True):
        if code != PASSED:
            raise NoMutant(f"{file} ends with {code} while nothing is broken")


def _try_mutant(mutant: Mutant) -> str:
    """The file of tests that notices, or empty. Raises NoMutant."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        _write_mutant(mutant, Path(folder))
        for file in mutant.tests:
            code = _run_tests(file, folder)
            if code == FAILED:
                print(f"caught    {mutant.guard}  ({file})", flush=True)
                return file
            if code != PASSED:
                raise NoMutant(f"'{mutant.guard}': {file} ends with {code}")
    print(f"SURVIVED  {mutant.guard}  ({', '.join(mutant.tests)})", flush=True)
    return ""


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
    text = file.read_text() if file.exists() else ""
    if (times := text.count(mutant.before)) != 1:
        raise NoMutant(f"'{mutant.guard}': text stands {times} times in {mutant.path}")
    file.write_text(text.replace(mutant.before, mutant.after))


def _run_tests(file: str, before_all: str = "") -> int:
    """How pytest ends; `before_all` is the folder that is looked in first."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    if file.startswith(ON_ENGINES):
        command += ["-k", "embedded"]
    environment = {**os.environ, "PYTHONPATH": before_all, "CI": ""}
    try:
        run = subprocess.run(
            [*command, file],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        raise NoMutant(f"{file} does not end in {LONGEST_SECONDS:.0f} s") from expired
    return run.returncode


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:2]))
    except NoMutant as fault:
        print(fault)
        sys.exit(2)
