"""Stream tokens: whom they let in, and whom not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media.domain.errors import StreamRefused
from media.domain.stream import Grant, read_token, require_unexpired, token_for

SECRET = b"stream secret"
GRANT = Grant(2_000, "5e5510n", "pq81m", "lec1", 7)
TOKEN = token_for(SECRET, GRANT)


def test_a_token_grants_what_it_was_made_for() -> None:
    assert read_token(SECRET, TOKEN, "lec1", 7) == GRANT
    require_unexpired(GRANT, 1_999.5)


@pytest.mark.parametrize("now", [2_000.5, 2_001, 9e12])
def test_an_expired_token_is_refused_with_what_to_do(now: float) -> None:
    with pytest.raises(StreamRefused, match="刷新"):
        require_unexpired(GRANT, now)


def test_what_was_played_under_it_may_be_reported_for_a_while_after() -> None:
    require_unexpired(GRANT, 2_050, grace=60)
    with pytest.raises(StreamRefused):
        require_unexpired(GRANT, 2_061, grace=60)


@pytest.mark.parametrize("lecture", ["lec2", "", "LEC1", "lec1/../lec2"])
def test_a_token_for_another_lecture_is_refused(lecture: str) -> None:
    with pytest.raises(StreamRefused):
        read_token(SECRET, TOKEN, lecture, 7)


@pytest.mark.parametrize("edition", [6, 8, 0, -7, 70])
def test_a_token_for_another_edition_is_refused(edition: int) -> None:
    with pytest.raises(StreamRefused):
        read_token(SECRET, TOKEN, "lec1", edition)


@pytest.mark.parametrize(
    "forged",
    [
        TOKEN.replace("pq81m", "pq81n"),
        TOKEN.replace("5e5510n", "5e5510m"),
        TOKEN.replace("2000-", "9000-", 1),
        TOKEN.rpartition("-")[0],
        TOKEN.rpartition("-")[0] + "-",
        TOKEN.upper(),
        TOKEN + "0",
        "x-" + TOKEN,
        token_for(b"another secret", GRANT),
        "",
        "-",
        "---",
        "a-b-c-d",
    ],
)
def test_a_forged_token_is_refused(forged: str) -> None:
    with pytest.raises(StreamRefused):
        read_token(SECRET, forged, "lec1", 7)


@pytest.mark.parametrize(
    "token",
    ["令牌", TOKEN + "é", TOKEN.replace("2000", "２０００"), "\x00", "1-2-3-é"],
)
def test_a_token_with_strange_letters_is_refused(token: str) -> None:
    with pytest.raises(StreamRefused):
        read_token(SECRET, token, "lec1", 7)


@given(
    st.integers(0, len(TOKEN) - 1), st.characters(min_codepoint=33, max_codepoint=126)
)
def test_one_changed_letter_makes_a_token_worthless(at: int, letter: str) -> None:
    changed = TOKEN[:at] + letter + TOKEN[at + 1 :]
    if changed != TOKEN:
        with pytest.raises(StreamRefused):
            read_token(SECRET, changed, "lec1", 7)


@given(st.text(max_size=80))
def test_no_text_at_all_is_let_in_by_chance(token: str) -> None:
    with pytest.raises(StreamRefused):
        read_token(SECRET, token, "lec1", 7)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_session_or_person_with_a_dash_never_reads_as_another(
    session: str, person: str
) -> None:
    token = token_for(SECRET, Grant(10, session, person, "lec1", 7))
    try:
        granted = read_token(SECRET, token, "lec1", 7)
    except StreamRefused:
        return
    assert (granted.session, granted.person) == (session, person)
