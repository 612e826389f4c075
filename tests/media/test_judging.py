"""Every kind of file is judged by its data: right, or refused with the reason."""

from pathlib import Path

import pytest
from media.clients.probe import ChildProbe
from media.clients.program import find_ffmpeg
from media.domain.errors import NoLecture
from media.domain.probed import Probed
from media.domain.upload import HEAD_BYTES, check_first_bytes

from tests.media.files import ALL, Kind, Ready, Refused, make

RATE_WITHIN = 0.0005  # between 24 and 24000/1001 lies 0.001


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of the run lie."""
    return tmp_path_factory.mktemp("kinds")


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_a_file_is_judged_by_its_data(kind: Kind, folder: Path) -> None:
    path = make(kind, folder)
    if isinstance(kind.comes, Refused):
        assert refusal_of(path) == kind.comes
    else:
        check_first_bytes(path.read_bytes()[:HEAD_BYTES])
        assert_right(
            ChildProbe(find_ffmpeg("")).probe_file(path, lambda: None), kind.comes
        )


def refusal_of(path: Path) -> Refused | None:
    """How the file is refused: at the door, or when it is looked at."""
    at_door = True
    try:
        check_first_bytes(path.read_bytes()[:HEAD_BYTES])
        at_door = False
        ChildProbe(find_ffmpeg("")).probe_file(path, lambda: None)
    except NoLecture as refusal:
        return Refused(refusal.code, at_door)
    return None


def assert_right(probed: Probed, right: Ready) -> None:
    """All that the kind's row says of the file is found."""
    picture, sound = probed.picture, probed.sound
    assert probed.seconds == pytest.approx(right.seconds, abs=right.within)
    assert (picture.width, picture.height) == right.size
    assert picture.rate == pytest.approx(right.rate, rel=RATE_WITHIN)
    assert picture.track == right.track
    assert picture.is_interlaced == right.interlaced
    assert picture.transfer == right.transfer
    assert picture.starts == pytest.approx(right.picture_starts, abs=right.within)
    assert max(picture.ends, sound.ends if sound else 0.0) == probed.seconds
    assert (sound.track if sound else None) == right.sound
    if sound is not None:
        assert sound.channels == right.channels
        assert sound.language == right.language
        assert sound.starts == pytest.approx(right.sound_starts, abs=right.within)
