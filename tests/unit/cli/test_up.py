"""What keeps a platform from starting is said before anything is made."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from biyong.home import Home
from biyong.up import EXIT_REFUSED, up


@pytest.mark.parametrize(
    "environ",
    [
        {"SMTP_URL": "smtp://mail.example"},
        {"SMTP_URL_FILE": "/no/such/file"},
    ],
)
def test_the_demo_does_not_start_where_its_mails_would_leave(
    tmp_path: Path, environ: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home")
    assert up(home, environ, with_demo=True) == EXIT_REFUSED
    assert "SMTP_URL" in capsys.readouterr().err
    assert not home.folder.exists()
