"""Files come in by parts, within limits, and are checked once they are whole."""

from dataclasses import replace
from io import BytesIO

import pytest
from media.domain.errors import (
    NoLecture,
    NoRoom,
    PartsMissing,
    PartsThroughHere,
    TooManyUploads,
    UnknownUpload,
    UploadAccepted,
    UploadQuota,
    WrongPart,
)
from media.domain.upload import ACCEPTED, CHECKING, OPEN, PART_SIZE, REFUSED, Upload
from media.usecases.receive_upload import (
    KEPT_FREE,
    LONGEST_OPEN_SECONDS,
    ReceiveUpload,
    UploadLimits,
)

from tests.unit.media.fakes import Clock, FakeUploads

FILM = b"\0\0\0\x20ftypisom" + bytes(288)
LIMITS = UploadLimits(uploads=2, bytes=1_000, bytes_of_all=2_000)


class Receiving(ReceiveUpload):
    """The use case over uploads in memory."""

    def __init__(self, room: int | None = None, limits: UploadLimits = LIMITS) -> None:
        self.rows, self.clock = FakeUploads(room=room), Clock()
        super().__init__(self.rows, limits, self.clock)

    def begin(self, id_: str, bytes_: int = len(FILM), account: str = "a") -> Upload:
        return self.begin_upload(Upload(id_, "v1", "讲", bytes_, account=account))

    def send(self, id_: str, part: int, content: bytes = FILM) -> Upload:
        return self.receive_part(id_, part, BytesIO(content), len(content))


@pytest.fixture
def receiving() -> Receiving:
    return Receiving()


def test_an_upload_is_opened_at_the_store_and_completed_by_its_parts(
    receiving: Receiving,
) -> None:
    upload = receiving.begin("u1")
    assert (upload.state, upload.begun) == (OPEN, receiving.clock.now)
    assert upload.ticket
    receiving.send("u1", 1)
    receiving.send("u1", 1)
    assert receiving.stored_parts(upload) == [1]
    assert receiving.complete_upload("u1").state == CHECKING
    assert receiving.complete_upload("u1").job.since == receiving.clock.now


def test_an_account_has_so_many_uploads_open_and_others_have_theirs(
    receiving: Receiving,
) -> None:
    receiving.begin("u1")
    receiving.begin("u2")
    with pytest.raises(TooManyUploads):
        receiving.begin("u3")
    assert set(receiving.rows.rows) == {"u1", "u2"}
    assert receiving.begin("u4", account="b")
    receiving.give_up("u1")
    assert receiving.begin("u5")


def test_of_two_begun_in_one_moment_never_too_many_stay(receiving: Receiving) -> None:
    receiving.begin("u1")
    receiving.rows.arrivals.append(lambda: receiving.begin("u2"))
    with pytest.raises(TooManyUploads):
        receiving.begin("u3")
    assert [u.id for u in receiving.rows.find_unfinished()] == ["u1", "u2"]
    assert receiving.rows.rows["u3"].state == REFUSED, "its bytes may go"


def test_bytes_of_an_account_and_of_all_have_a_limit(receiving: Receiving) -> None:
    receiving.begin("u1", 999)
    with pytest.raises(UploadQuota):
        receiving.begin("u2", 2)
    receiving.begin("u2", 1)
    receiving.begin("u3", 1_000, "b")
    with pytest.raises(UploadQuota):
        receiving.begin("u4", 1, "c")


def test_a_file_that_the_disk_cannot_take_with_a_copy_is_refused() -> None:
    room = KEPT_FREE + 2 * 400
    assert Receiving(room).begin("u1", 400)
    with pytest.raises(NoRoom):
        Receiving(room - 1).begin("u1", 400)


def test_what_others_have_still_to_send_is_room_that_is_taken() -> None:
    receiving = Receiving(KEPT_FREE + 300 + 300 + 299)
    receiving.begin("u1", 300)
    with pytest.raises(NoRoom):
        receiving.begin("u2", 300, "b")
    receiving.send("u1", 1, FILM)
    assert receiving.begin("u2", 300, "b")


def test_a_part_of_another_size_or_beyond_the_file_is_refused(
    receiving: Receiving,
) -> None:
    receiving.begin("u1")
    for part, content in ((1, FILM[:-1]), (2, FILM), (0, FILM)):
        with pytest.raises(WrongPart):
            receiving.send("u1", part, content)
    assert receiving.rows.parts == {}


def test_what_begins_like_no_video_is_refused_before_it_is_stored(
    receiving: Receiving,
) -> None:
    receiving.begin("u1", 300)
    with pytest.raises(NoLecture) as refused:
        receiving.send("u1", 1, b"%PDF-1.7" + bytes(292))
    assert refused.value.members == {"reason": "not-video"}
    assert receiving.rows.parts == {}


def test_only_the_first_part_shows_what_a_file_is() -> None:
    receiving = Receiving(limits=UploadLimits(2, 2 * PART_SIZE, 2 * PART_SIZE))
    receiving.begin("u1", PART_SIZE + 3)
    receiving.send("u1", 2, b"abc")
    with pytest.raises(PartsMissing):
        receiving.complete_upload("u1")
    assert receiving.rows.rows["u1"].state == OPEN


def test_no_part_comes_once_an_upload_has_ended(receiving: Receiving) -> None:
    receiving.begin("u1")
    receiving.give_up("u1")
    with pytest.raises(WrongPart):
        receiving.send("u1", 1)
    with pytest.raises(WrongPart):
        receiving.get_part_address("u1", 1)


def test_where_no_client_reaches_the_store_parts_come_through_here(
    receiving: Receiving,
) -> None:
    receiving.begin("u1")
    with pytest.raises(PartsThroughHere):
        receiving.get_part_address("u1", 1)
    with pytest.raises(WrongPart):
        receiving.get_part_address("u1", 2)


def test_giving_up_again_is_harmless_and_a_lecture_is_not_given_up(
    receiving: Receiving,
) -> None:
    receiving.begin("u1")
    for _ in range(2):
        assert receiving.give_up("u1").reason == "given-up"
    receiving.rows.rows["u1"] = replace(receiving.rows.rows["u1"], state=ACCEPTED)
    with pytest.raises(UploadAccepted):
        receiving.give_up("u1")


def test_an_upload_that_is_not_there_is_unknown(receiving: Receiving) -> None:
    def send() -> object:
        return receiving.send("u9", 1)

    for act in (
        send,
        lambda: receiving.give_up("u9"),
        lambda: receiving.complete_upload("u9"),
        lambda: receiving.get_part_address("u9", 1),
    ):
        with pytest.raises(UnknownUpload):
            act()


def test_an_upload_lapses_a_week_after_it_was_begun_and_not_before(
    receiving: Receiving,
) -> None:
    receiving.begin("u1")
    receiving.clock.now += LONGEST_OPEN_SECONDS
    receiving.begin("u2")
    assert not receiving.close_stale()
    receiving.clock.now += 1
    assert receiving.close_stale()
    assert not receiving.close_stale()
    states = {id_: u.state for id_, u in receiving.rows.rows.items()}
    assert states == {"u1": REFUSED, "u2": OPEN}
    assert receiving.rows.rows["u1"].reason == "lapsed"


def test_an_accounts_uploads_are_listed_the_newest_first(receiving: Receiving) -> None:
    for number, account in enumerate("aba"):
        receiving.clock.now += 1
        receiving.begin(f"u{number}", account=account)
    assert [u.id for u in receiving.find_newest("a", 9)] == ["u2", "u0"]
    assert [u.id for u in receiving.find_newest(None, 9)] == ["u2", "u1", "u0"]
