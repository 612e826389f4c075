"""Every service has the same rooms, and its domain knows nothing but itself."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path for path in (ROOT / "services").iterdir() if path.is_dir())
NAMES = [path.name for path in SERVICES]
FILES = {"app.py", "__main__.py", "wiring.py", "settings.py"}
OTHER_FILES = {
    "__init__.py",
    "py.typed",
    "feed_wiring.py",
    "joining_wiring.py",
    "people_wiring.py",
    "changes_wiring.py",
    "roster_wiring.py",
    "personal_wiring.py",
}
"""Enrollment's wiring is in parts: one file would be longer than a file may be."""
ROOMS = {"api", "events", "usecases", "domain", "store"}
OTHER_ROOMS = {"clients", "texts", "objects"}


def home(service: str) -> Path:
    return ROOT / "services" / service / "src" / service


def imported(file: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            yield node.module or ""


def test_the_services_are_those_of_the_design() -> None:
    assert NAMES == ["catalog", "enrollment", "learning", "media", "notify"]


@pytest.mark.parametrize("service", NAMES)
def test_a_service_has_the_files_of_every_service_and_no_others(service: str) -> None:
    files = {path.name for path in home(service).iterdir() if path.is_file()}
    assert files >= FILES
    assert files <= FILES | OTHER_FILES


@pytest.mark.parametrize("service", NAMES)
def test_a_service_has_the_rooms_of_every_service_and_no_others(service: str) -> None:
    rooms = {path.name for path in home(service).iterdir() if path.is_dir()}
    rooms.discard("__pycache__")
    assert rooms >= ROOMS
    assert rooms <= ROOMS | OTHER_ROOMS


@pytest.mark.parametrize("service", NAMES)
def test_a_service_is_a_member_with_its_own_dependencies(service: str) -> None:
    assert (ROOT / "services" / service / "pyproject.toml").is_file()


@pytest.mark.parametrize("service", NAMES)
def test_a_domain_imports_the_standard_library_the_fields_and_itself_only(
    service: str,
) -> None:
    files = sorted((home(service) / "domain").rglob("*.py"))
    assert files
    foreign = [
        f"{file.name}: {module}"
        for file in files
        for module in imported(file)
        if module.split(".")[0] not in {*sys.stdlib_module_names, "fields"}
        and not f"{module}.".startswith(f"{service}.domain.")
    ]
    assert foreign == []


@pytest.mark.parametrize("service", NAMES)
def test_no_service_imports_another_or_the_gateway(service: str) -> None:
    others = {*NAMES, "gateway", "embedded", "biyong"} - {service}
    foreign = [
        f"{file.name}: {module}"
        for file in sorted(home(service).rglob("*.py"))
        for module in imported(file)
        if module.split(".")[0] in others
    ]
    assert foreign == []


@pytest.mark.parametrize("service", NAMES)
def test_a_domain_asks_neither_clock_nor_chance(service: str) -> None:
    asking = {"time", "random", "secrets", "uuid", "os", "socket", "threading"}
    found = [
        f"{file.name}: {module}"
        for file in sorted((home(service) / "domain").rglob("*.py"))
        for module in imported(file)
        if module.split(".")[0] in asking
    ]
    assert found == []
