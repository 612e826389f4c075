"""Content is read in pieces, exactly as much as was promised."""

from io import BytesIO, UnsupportedOperation

import pytest
from chassis.content import PIECE, Content, EndsEarly


class OneWay(BytesIO):
    """What cannot go back, as bytes that come over a wire."""

    def seek(self, place: int, whence: int = 0) -> int:
        raise UnsupportedOperation(f"to {place} from {whence}")


def test_all_of_it_comes_in_pieces_and_nothing_behind_it() -> None:
    file = BytesIO(b"before" + b"x" * (PIECE + 5) + b"behind")
    file.seek(len(b"before"))
    content = Content(file, PIECE + 5)
    assert [len(piece) for piece in content] == [PIECE, 5]
    assert content.read(10) == content.read() == b""
    assert file.read() == b"behind"


def test_a_reader_gets_at_most_what_it_asks_for() -> None:
    content = Content.of(b"12345")
    assert (content.read(2), content.read(0), content.read(), content.tell()) == (
        b"12", b"", b"345", 5,
    )  # fmt: skip


@pytest.mark.parametrize("comes", [b"", b"12"])
def test_what_ends_before_its_promised_end_is_no_content(comes: bytes) -> None:
    with pytest.raises(EndsEarly):
        list(Content(BytesIO(comes), 3))


def test_it_goes_back_for_another_try() -> None:
    content = Content(BytesIO(b"-12345"), 6)
    assert content.read() == b"-12345"
    content.seek(1)
    assert list(content) == [b"12345"]


def test_what_cannot_go_back_may_still_be_tried_before_it_is_read() -> None:
    content = Content(OneWay(b"12345"), 5)
    assert content.seek(0) == 0
    content.read(1)
    with pytest.raises(OSError, match="to -1 from 1"):
        content.seek(0)
