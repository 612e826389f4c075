"""`biyong certificate …`: what staff do about certificates, from a terminal."""

from typing import Annotated
from urllib.parse import quote

import typer

from biyong.operating import Row, operator

app = typer.Typer(no_args_is_help=True, help="Certificates: revoke one.")


@app.callback()
def _group() -> None:
    """Commands on certificates."""


@app.command()
def revoke(
    number: Annotated[str, typer.Argument(help="The number printed on it.")],
    why: Annotated[str, typer.Option(help="The reason; everybody may read it.")],
) -> None:
    """Make a certificate void for good; repeating it changes nothing.

    BIYONG_LOGIN and BIYONG_PASSWORD name an account of the college's staff; without
    them it is the operator of the platform that runs here.
    """
    path = f"/api/learning/certificates/{quote(number, safe='')}/revocation"
    with operator() as door:
        revoked = door.call("POST", path, Row, {"reason": why})
    print(
        f"{revoked['number']} revoked {revoked['revoked_on']}: {revoked['revoked_for']}"
    )
