"""axe-core, which judges pages as they are drawn, from the package it publishes."""

from pathlib import Path

from tests.parts import having

AXE = having.NpmPackage(
    "axe-core",
    "4.14.1",
    "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
)


def install() -> Path:
    """Its one script. Raises PartMissing."""
    return having.npm_package(AXE) / "axe.min.js"
