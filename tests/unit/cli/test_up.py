"""What keeps a platform from starting is said before anything is made."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from biyong.__main__ import app
from biyong.home import Home, Refused
from biyong.up import run_platform
from embedded.store.layout import LAYOUT
from typer.testing import CliRunner


@pytest.mark.parametrize(
    "environ",
    [
        {"SMTP_URL": "smtp://mail.example"},
        {"SMTP_URL_FILE": "/no/such/file"},
    ],
)
def test_the_demo_does_not_start_where_its_mails_would_leave(
    tmp_path: Path, environ: Mapping[str, str]
) -> None:
    home = Home(tmp_path / "home")
    with pytest.raises(Refused, match="SMTP_URL"):
        run_platform(home, environ, with_demo=True)
    assert not home.folder.exists()


def test_a_data_folder_of_another_layout_is_refused_in_one_line_and_not_touched(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    with closing(sqlite3.connect(home.store_file)) as sql:
        sql.execute(f"pragma application_id={LAYOUT.application}")
        sql.execute(f"pragma user_version={LAYOUT.version + 1}")
    before = home.store_file.read_bytes()
    environ = {"BIYONG_HOME": str(home.folder)}
    done = CliRunner().invoke(app, ["up"], env=environ)
    assert done.exit_code == Refused.exit_code
    [line] = done.stderr.splitlines()
    assert str(home.store_file) in line
    assert home.store_file.read_bytes() == before
    assert not home.bus_file.exists()
