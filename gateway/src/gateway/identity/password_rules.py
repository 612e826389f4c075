"""Rules for passwords: those that are guessed first are refused."""

import unicodedata

from zxcvbn import zxcvbn

from gateway.identity.errors import WeakPassword

SHORTEST, LONGEST = 8, 200
"""Eight is NIST SP 800-63B's least; 200 holds any sentence and bounds the work."""
FEWEST_GUESSES = 1_000_000
"""zxcvbn's own border to what withstands guessing through a door that counts tries.
All of the 30,000 commonest passwords lie below it."""
LOOKED_AT = 20
"""zxcvbn tries every reading of look-alike characters, so its time grows with them. A
password whose first twenty characters are guessed early is refused whatever follows."""
FIRST_THOUGHTS = (
    "biyong beijing gonghui zhongguo peixun xuexi mima woaini wozuiaini woaiwojia "
    "woshishui 520 5201314 1314 147258"
)
WORDS_HERE = tuple(FIRST_THOUGHTS.split())
"""What zxcvbn's English lists lack and people of this college take first."""


def plain_password(raw: str) -> str:
    """The form that is hashed: NFKC.

    A Chinese input method sends full-width or plain characters for the same keys, and
    systems compose accents differently; what a person types is one password on all.
    """
    return unicodedata.normalize("NFKC", raw)


def check_password(password: str, *own_words: str) -> None:
    """Refuse what is guessed first: common, a pattern, or made of `own_words`.

    Those are login, name and phone of the account. Raises WeakPassword.
    """
    plain = plain_password(password)
    if not SHORTEST <= len(plain) <= LONGEST or len(password) > LONGEST:
        raise WeakPassword(f"密码要有 {SHORTEST} 到 {LONGEST} 个字符：请换一个")
    if not plain.isprintable():
        raise WeakPassword("密码里有打不出来的字符：请换一个")
    words = [word for part in own_words if part for word in _words_of(part)]
    judged = zxcvbn(plain[:LOOKED_AT], user_inputs=[*words, *WORDS_HERE])
    if judged["guesses"] < FEWEST_GUESSES or _is_made_of(plain, words):
        raise WeakPassword(
            "密码太容易猜到：请不要用常见的密码、连续或重复的字符、姓名、手机号或登录名"
        )


def _words_of(part: str) -> list[str]:
    """A login, name or phone as people put it into passwords: whole and by its ends."""
    plain = plain_password(part).casefold()
    ends = [plain[-8:], plain[-6:], plain[-4:]] if plain.isdecimal() else []
    return [plain, *ends]


def _is_made_of(password: str, words: list[str]) -> bool:
    """Whether little is left when the own words are taken out of it, in both ways."""
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 2:
            for written in (word, word[::-1]):
                password = password.casefold().replace(written, "")
    return len(set(password)) < 4
