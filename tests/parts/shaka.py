"""Shaka, the other player of HLS that browsers run, from the package it publishes."""

from pathlib import Path

from tests.parts import having

SHAKA = having.NpmPackage(
    "shaka-player",
    "5.2.12",
    "0c09816ea0b1399434bb6423b6a955f22e75b1886e4d394934ec73b9b38e3018",
)


def install() -> Path:
    """Its one script. Raises PartMissing."""
    return having.npm_package(SHAKA) / "dist" / "shaka-player.compiled.js"
