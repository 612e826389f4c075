"""`biyong certificate …`: what staff do about certificates, from a terminal."""

from typing import Annotated

import typer

from biyong.door import path_to
from biyong.operating import Row, open_operator

app = typer.Typer(no_args_is_help=True, help="Certificates: revoke one.")


@app.callback()
def _name_group() -> None:
    """Commands on certificates."""


@app.command("revoke")
def revoke_certificate(
    number: Annotated[str, typer.Argument(help="The number printed on it.")],
    why: Annotated[str, typer.Option(help="The reason; everybody may read it.")],
) -> None:
    """Make a certificate void for good; repeating it changes nothing.

    BIYONG_LOGIN and BIYONG_PASSWORD name an account of the college's staff; without
    them it is the operator of the platform that runs here.
    """
    with open_operator() as door:
        path = path_to("learning", "certificates", number, "revocation")
        revoked = door.call("POST", path, Row, {"reason": why})
    print(
        f"{revoked['number']} revoked {revoked['revoked_on']}: {revoked['revoked_for']}"
    )
