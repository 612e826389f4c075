"""A certificate as pages and its printed sheet show it."""

from dataclasses import dataclass

from contracts.http.learning import VerdictOut

from gateway.pages.formats import format_day
from gateway.texts import N_
from gateway.texts.language import gettext

LONG, LONGEST = 24, 80
"""Letters from which a name or title is set smaller, and smaller still."""
FULL = 260
"""Letters from which the whole sheet is set smaller: so the longest that a branch may
have sent stays on one sheet, in texts of 200 letters each."""


@dataclass(frozen=True)
class Validity:
    """What there is to say of a certificate: a tone, a sentence, and what stands across
    the sheet where it does not hold."""

    tone: str
    text: str
    across: str = ""


@dataclass(frozen=True)
class PrintedText:
    """A text on the sheet, and how large it is set: `""`, `long` or `longest`."""

    text: str
    size: str


@dataclass(frozen=True)
class PrintedLine:
    """A line of the sheet: what it is called and what it says."""

    label: str
    text: str


@dataclass(frozen=True)
class CertificateView:
    """A certificate as it is printed."""

    number: str
    name: PrintedText
    title: PrintedText
    lines: tuple[PrintedLine, ...]
    issuer: str
    issued_on: str
    key_id: str
    validity: Validity

    @property
    def is_full(self) -> bool:
        """Whether more stands on it than on usual ones."""
        texts = (self.name.text, self.title.text, self.issuer, self.validity.text)
        printed = (line.text for line in self.lines)
        return sum(len(text) for text in (*texts, *printed)) > FULL


def view_certificate(verdict: VerdictOut) -> CertificateView:
    """The certificate in the language of this page; of what was not printed when it
    was issued there is no line."""
    return CertificateView(
        number=verdict.number,
        name=_size_text(verdict.name),
        title=_size_text(verdict.title),
        lines=_list_lines(verdict),
        issuer=verdict.issuer,
        issued_on=format_day(verdict.issued_on),
        key_id=verdict.key_id,
        validity=view_validity(verdict),
    )


def view_days(verdict: VerdictOut) -> str:
    """The days of the class, the one day of a short one; empty if none are printed."""
    first, last = verdict.starts_on, verdict.ends_on
    if first == last or not (first and last):
        return format_day(first or last)
    days = {"first": format_day(first), "last": format_day(last)}
    return gettext(N_("%(first)s 至 %(last)s")) % days


def view_validity(verdict: VerdictOut) -> Validity:
    """Whether it holds, or why it does not."""
    if verdict.revoked_on:
        told = {"d": verdict.revoked_on, "why": verdict.revoked_for}
        text = gettext(N_("已撤销 %(d)s：%(why)s")) % told
        return Validity("no", text, gettext(N_("已撤销")))
    if not verdict.genuine:
        text = gettext(N_("不可信：内容与签名不符"))
        return Validity("no", f"✗ {text}", gettext(N_("不可信")))
    if verdict.replaced_by:
        text = gettext(N_("已换发：签发时真实，现以新证书为准"))
        return Validity("wait", text, gettext(N_("已换发")))
    return Validity("ok", "✓ " + gettext(N_("真实有效：每一栏都与签发时一致")))


def _list_lines(verdict: VerdictOut) -> tuple[PrintedLine, ...]:
    hours = gettext(N_("%(h)s 学时")) % {"h": verdict.hours}
    lines = (
        (N_("单位"), verdict.branch_name),
        (N_("培训日期"), view_days(verdict)),
        (N_("学时"), hours),
        (N_("编号"), verdict.number),
    )
    return tuple(PrintedLine(gettext(label), text) for label, text in lines if text)


def _size_text(text: str) -> PrintedText:
    if len(text) > LONGEST:
        return PrintedText(text, "longest")
    return PrintedText(text, "long" if len(text) > LONG else "")
