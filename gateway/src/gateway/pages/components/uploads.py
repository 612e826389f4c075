"""The words of an upload, in the language of the page, as its modules take them."""

from gateway.texts.language import gettext, translate_refusal
from gateway.texts.upload import REFUSED, UPLOAD


def translate_upload_words() -> dict[str, str | dict[str, str]]:
    """All sentences; `refusals` by the codes of what can be refused."""
    words: dict[str, str | dict[str, str]] = {
        name: gettext(text) for name, text in UPLOAD.items()
    }
    words["refusals"] = {code: translate_refusal(code, "") for code in REFUSED}
    return words
