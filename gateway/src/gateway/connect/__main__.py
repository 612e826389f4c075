"""Write what the page is made of: `python -m gateway.connect docs/connect`."""

import sys
from pathlib import Path

from gateway.connect.openapi import render_branch_openapi
from gateway.connect.programs import PACKED, pack_files


def write_documents(folder: Path) -> None:
    """OpenAPI into the folder of the programs, and these into this package."""
    (folder / "openapi.json").write_text(render_branch_openapi(), "utf-8")
    (Path(__file__).parent / PACKED).write_text(pack_files(folder), "utf-8")


if __name__ == "__main__":
    write_documents(Path(sys.argv[1]))
