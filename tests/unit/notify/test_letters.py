"""Letters: what stands in them, and that what is filled in stays in its place."""

import datetime
import itertools
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import parsedate_to_datetime

import pytest
from gateway.texts.notices import NOTICES
from notify.clients.letter_texts import TEXTS, fill_text, letter_kinds
from notify.clients.letters import Letters
from notify.clients.smtp import SEVEN_BIT
from notify.domain.echoes import KINDS
from notify.domain.notice import MAIL, SMS, Mail
from notify.usecases.ports import Contact, Refused

URL = "https://biyong.example"
WANG = Contact("王小明", "w@example.com")
LETTERS = Letters("辟雍 <college@biyong.example>", URL, SMTP)
WORDS = {
    "class_title": "三月班", "class_id": "c1", "title": "工会法", "hours": "1",
    "course_id": "k", "number": "BY-1", "ticket": "3", "login": "13800000001",
    "branch_name": "东城总工会", "link": f"{URL}/invitations/x", "code": "123456",
    "minutes": "10", "ends_on": "2026-12-31", "year": "2026", "reason": "停电",
    "text": "周三改在三楼", "count": "2",
    "entries": "· 证书：三月班\n· 学完一门课：工会法",
}  # fmt: skip


def read(mail: Mail, to: Contact = WANG, letters: Letters = LETTERS) -> EmailMessage:
    """The letter as its reader gets it."""
    said = message_from_bytes(letters.write_letter(mail, to).as_bytes(), policy=default)
    assert isinstance(said, EmailMessage)
    return said


def a_mail(kind: str = "seat-taken", id_: str = "m1", **words: str) -> Mail:
    return Mail(id_, kind, "wang", words=WORDS | words)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", sorted(letter_kinds()))
def test_every_kind_has_a_subject_of_one_line_and_its_words_filled_in(
    kind: str, language: str
) -> None:
    letter = read(replace(a_mail(kind), language=language))
    assert letter["Subject"].strip()
    assert "\n" not in letter["Subject"]
    assert "$" not in letter["Subject"] + letter.get_content()
    whom_or_what = "123456" if kind.endswith("-code") else "王小明"
    assert whom_or_what in letter.get_content()


def test_a_letter_is_in_the_language_asked_for_or_chinese_where_it_has_none() -> None:
    english = read(replace(a_mail("sign-in-code"), language="en"))
    assert english["Subject"] == "Your sign-in code: 123456"
    assert "enrolled" in read(replace(a_mail(), language="en"))["Subject"]
    assert read(replace(a_mail(), language="fr"))["Subject"] == "已录取：三月班"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", [MAIL, SMS])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_notice_has_a_text_of_its_own_for_each_channel_and_language(
    kind: str, channel: str, language: str
) -> None:
    source = TEXTS.joinpath(channel, language, f"{kind}.txt")
    text = source.read_text("utf-8")
    assert ("同志" in text) == (language == "zh")
    mail = replace(a_mail(kind), channel=channel, language=language)
    filled = fill_text(mail, mail.words | {"name": WANG.name, "url": URL})
    assert "$" not in filled
    assert WANG.name in filled
    if channel == SMS:
        assert len(filled.strip().splitlines()) == 1


def test_who_waits_is_told_no_number_that_is_not_their_place() -> None:
    """The ticket counts everybody who ever asked for a seat."""
    for channel, language in itertools.product((MAIL, SMS), ("zh", "en")):
        mail = replace(a_mail("seat-waitlisted"), channel=channel, language=language)
        words = mail.words | {"name": WANG.name, "url": URL, "ticket": "73"}
        assert "73" not in fill_text(mail, words)


def test_pages_know_every_kind_of_notice_that_is_written_about() -> None:
    assert set(NOTICES) == KINDS


@pytest.mark.parametrize("policy", [SMTP, SEVEN_BIT])
def test_chinese_arrives_as_it_was_written(policy: type[SMTP]) -> None:
    letters = Letters("辟雍 <college@biyong.example>", URL, policy)
    letter = read(a_mail(class_title="《新时代》" * 30), letters=letters)
    assert letter["Subject"] == "已录取：" + "《新时代》" * 30
    assert f"您已被录取到《{'《新时代》' * 30}》" in letter.get_content()
    assert letter["From"] == "辟雍 <college@biyong.example>"


def test_over_a_wire_of_seven_bits_nothing_else_is_sent() -> None:
    letters = Letters("辟雍 <college@biyong.example>", URL, SEVEN_BIT)
    raw = letters.write_letter(a_mail(class_title="三月班" * 300), WANG).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_a_letter_has_a_date_and_says_that_no_human_wrote_it() -> None:
    letter = read(a_mail())
    date = parsedate_to_datetime(letter["Date"])
    assert abs(datetime.datetime.now(datetime.UTC) - date).total_seconds() < 60
    assert letter["Auto-Submitted"] == "auto-generated"


def test_the_same_mail_has_the_same_message_id_and_another_one_another() -> None:
    ids = [read(a_mail(id_=id_))["Message-ID"] for id_ in ("m1", "m1", "m2")]
    assert ids[0] == ids[1] != ids[2]
    odd = read(a_mail(id_="王> \r\nBcc: x"))["Message-ID"]
    assert odd.startswith("<")
    assert odd.endswith("@biyong.example>")
    assert odd.isascii()


@pytest.mark.parametrize(
    "broken",
    [
        "三月班\n\n请打开 https://evil.example",
        "三月班\r\nBcc: x@evil.example",
        "三月班\u2028请打开",
        "三月班\x0b\x00\x85请",
        "三\u202e月班\u200b",
    ],
)
def test_what_is_filled_in_stays_one_line_in_its_place(broken: str) -> None:
    letter = read(a_mail(class_title=broken))
    plain = read(a_mail())
    assert sorted(letter.keys()) == sorted(plain.keys())
    assert letter["Subject"].startswith("已录取：三月班"[:5])
    body, wanted = (one.get_content().splitlines() for one in (letter, plain))
    assert len(body) == len(wanted)
    assert body[-1] == wanted[-1]
    assert not {"\u202e", "\u200b", "\x00"} & set(letter["Subject"] + "".join(body))


def test_a_name_of_several_lines_opens_no_paragraph() -> None:
    named = Contact("王\n\n点这里 https://evil.example", "w@example.com")
    body = read(a_mail(), named).get_content()
    assert body.splitlines()[0] == "王 点这里 https://evil.example 同志："


def test_the_unit_stands_in_the_invitation_without_a_blank() -> None:
    assert "东城总工会已为您在辟雍开通账号" in read(a_mail("invitation")).get_content()


@pytest.mark.parametrize(
    "address",
    ["", "no-address", "a@b", "a@b.example\r\nBcc: c@d.example", "王@b.example"],
)
def test_who_cannot_be_written_to_is_refused_by_a_code_that_names_nobody(
    address: str,
) -> None:
    with pytest.raises(Refused) as raised:
        LETTERS.write_letter(a_mail(), Contact("王", address))
    assert raised.value.code == "email-invalid"


def test_an_address_as_an_input_method_types_it_is_written_to() -> None:
    letter = read(a_mail(), Contact("郑一", "zhengyi＠biyong.example"))
    assert letter["To"] == "zhengyi@biyong.example"


def test_a_kind_without_a_text_is_refused() -> None:
    with pytest.raises(Refused, match="unknown-kind"):
        LETTERS.write_letter(a_mail("../seat-taken"), WANG)


@pytest.mark.parametrize("sender", ["", "nobody", "a@b\nBcc: c@d.example", "a b@c.d e"])
def test_a_sender_that_is_no_address_is_not_begun_with(sender: str) -> None:
    with pytest.raises(ValueError, match="sender"):
        Letters(sender, URL, SMTP)
