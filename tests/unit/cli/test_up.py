"""What keeps a platform from starting is said before anything is made."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from biyong.home import Home, Refused
from biyong.keeping import require_loopback
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


@pytest.mark.parametrize("address", ["0.0.0.0", "10.0.0.5", "::", "", "biyong.example"])
def test_the_demo_is_not_put_where_others_reach_it(address: str) -> None:
    with pytest.raises(Refused, match="BIYONG_ADDRESS"):
        require_loopback(address)


def test_the_demo_is_put_where_this_machine_alone_reaches_it() -> None:
    for address in ("127.0.0.1", "::1"):
        require_loopback(address)
