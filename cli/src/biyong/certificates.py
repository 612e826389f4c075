"""`biyong certificate …`: what staff do about certificates, from a terminal."""

from typing import Annotated

import typer

from biyong.operating import ask_gateway

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
    path = ("learning", "certificates", number, "revocation")
    revoked = ask_gateway("POST", *path, body={"reason": why})
    print(
        f"{revoked['number']} revoked {revoked['revoked_on']}: {revoked['revoked_for']}"
    )
