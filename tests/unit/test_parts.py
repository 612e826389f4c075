"""Real parts are unpacked on the oldest Python there is, and name what they lack."""

import io
import tarfile
from pathlib import Path

import pytest

from tests.parts import having
from tests.parts.having import PartMissing


def test_an_archive_is_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "package.tgz"
    with tarfile.open(archive, "w:gz") as files:
        entry = tarfile.TarInfo("package/schema.json")
        entry.size = 2
        files.addfile(entry, io.BytesIO(b"{}"))
    having.unpack(archive, tmp_path)
    assert (tmp_path / "package" / "schema.json").read_text() == "{}"


def test_a_step_whose_program_is_not_there_names_it() -> None:
    with pytest.raises(PartMissing, match="no-such-program"):
        having.run("try", "no-such-program")
