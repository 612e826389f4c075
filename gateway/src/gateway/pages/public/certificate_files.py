"""What leaves the platform of a certificate: its PDF, its signed text, the keys."""

import datetime

import msgspec
from chassis.http.auth import allow_everyone
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get
from contracts.http.learning import VerdictOut
from flask import Response

from gateway.certificates.document import Sheet, TooManyAtOnce, WriteCertificates
from gateway.pages.certificate_view import view_certificate
from gateway.pages.page_client import page_services
from gateway.pages.public.certificates import get_certificate
from gateway.pages.rendering import render_page
from gateway.texts import N_
from gateway.texts.language import gettext, page_language

JSON, PDF = "application/json", "application/pdf"
AGAIN = "证书正在为别人生成：请过几秒再试"


class CertificateFilePages(Routes):
    """A certificate as files, and how to check it without the platform."""

    name = "certificate-files"

    def __init__(self, public_url: str, write: WriteCertificates) -> None:
        self.public_url, self.write = public_url, write

    @get("/verify/<number>.pdf")
    @allow_everyone
    def serve_document(self, number: str) -> Response:
        """The sheet for whoever has its number, in the language of who asks."""
        verdict = get_certificate(number)
        address = f"{self.public_url}/verify/{verdict.number}"
        try:
            written = self.write(view_sheet(verdict, address))
        except TooManyAtOnce as busy:
            raise Problem(503, "service-away", AGAIN) from busy
        return _serve_file(written, PDF, f"{verdict.number}.pdf")

    @get("/verify/<number>.json")
    @allow_everyone
    def serve_signed_text(self, number: str) -> Response:
        """What was signed and the signature; whether it was revoked is not signed, and
        is as it was when it was asked for."""
        verdict = get_certificate(number)
        told = {
            "number": verdict.number,
            "signed_text": verdict.signed_text,
            "signature": verdict.signature,
            "key_id": verdict.key_id,
            "revoked_on": verdict.revoked_on,
            "revoked_for": verdict.revoked_for,
            "replaced_by": verdict.replaced_by,
            "keys": f"{self.public_url}/verify/keys.json",
        }
        written = msgspec.json.format(msgspec.json.encode(told))
        return _serve_file(written, JSON, f"{verdict.number}.json")

    @get("/verify/keys")
    @allow_everyone
    def show_keys(self) -> Response:
        asked = page_services().ask_part(page_services().learning.list_keys)
        return render_page("public/certificates/keys.html", found=asked.get_answer())

    @get("/verify/keys.json")
    @allow_everyone
    def serve_keys(self) -> Response:
        found = page_services().learning.list_keys()
        keys = {"keys": [_dump_key(key) for key in found.keys]}
        written = msgspec.json.format(msgspec.json.encode(keys))
        return _serve_file(written, JSON, "keys.json")


def view_sheet(verdict: VerdictOut, address: str) -> Sheet:
    """The sheet in the language of this page."""
    shown = view_certificate(verdict)
    removed = gettext(N_("姓名已按本人的要求删除；编号和其他各栏仍与签发时一致。"))
    return Sheet(
        number=shown.number,
        heading=gettext(N_("结业证书")),
        name=shown.name.text or removed,
        name_size=shown.name.size if shown.name.text else "longest",
        sentence=gettext(N_("学完全部课时，准予结业")),
        title=shown.title.text,
        title_size=shown.title.size,
        lines=tuple((line.label, line.text) for line in shown.lines),
        issuer=shown.issuer,
        issued_on=shown.issued_on,
        issued=_parse_day(verdict.issued_on),
        scan=gettext(N_("任何人扫码即可查验")),
        address=address,
        remark=shown.validity.text if shown.validity.across else "",
        across=shown.validity.across,
        is_full=shown.is_full,
        language=page_language(),
    )


def _parse_day(iso_date: str) -> datetime.date:
    """The day; the first there is where the text, which is shown as it is, is none."""
    try:
        return datetime.date.fromisoformat(iso_date)
    except ValueError:
        return datetime.date(1970, 1, 1)


def _dump_key(key: msgspec.Struct) -> dict[str, str]:
    """All its fields: an answer between services leaves out what is usual, a JSON Web
    Key may not."""
    return {name: getattr(key, name) for name in key.__struct_fields__}


def _serve_file(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers.set("Content-Disposition", "inline", filename=name)
    return answer
