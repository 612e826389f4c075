"""Transcode one edition that waits, telling how far it is."""

from collections.abc import Callable

from media.domain.errors import NoLecture
from media.domain.lecture import DELETED, Edition
from media.usecases.ports import (
    Editions,
    Hold,
    Interrupted,
    LeaseLost,
    Made,
    Probe,
    Scratch,
    Stopping,
    Transcoder,
)

ROOM_A_SECOND = 400_000
"""Bytes beside the source. While the sound is made it lies there decoded, two channels
of 48,000 samples in 4 bytes each, and what is made of it takes 12,000 more. It is gone
when the pictures are made: all renditions of a lecture in full motion take 200,000."""


class TranscodeLecture:
    """A worker that dies lets its lease run out; the next begins anew.

    With `longest_seconds` only editions whose making takes no longer are taken: a
    second worker of that kind is why a short lecture never waits for a long one.
    """

    def __init__(
        self,
        editions: Editions,
        probe: Probe,
        transcoder: Transcoder,
        scratch: Scratch,
        now: Callable[[], float],
        longest_seconds: float | None = None,
    ) -> None:
        self.editions, self.probe, self.transcoder = editions, probe, transcoder
        self.scratch, self.now, self.longest = scratch, now, longest_seconds

    def __call__(self) -> bool:
        """Transcode one; whether there was one."""
        hold = self.editions.claim(self.longest)
        if hold is None:
            return False
        edition = self.editions.change(hold.id, lambda held: held.begin_try(self.now()))
        if edition.job.is_held:
            self._try(hold, edition)
        return True

    def _try(self, hold: Hold, edition: Edition) -> None:
        id_, fence = edition.id, edition.job.fence
        try:
            self._transcode(hold, edition)
        except NoLecture as refusal:
            code = refusal.code
            self.editions.change(id_, lambda held: held.fail(fence, code))
        except Interrupted as broken:
            cause = broken.cause
            self.editions.change(
                id_, lambda held: held.interrupt(fence, cause, self.now())
            )
        except Stopping:
            self.editions.change(id_, lambda held: held.give_back(fence, self.now()))
        except LeaseLost:
            pass  # another has it, or nobody wants it any more
        self._leave(id_)

    def _transcode(self, hold: Hold, edition: Edition) -> None:
        telling = _Telling(self.editions, edition)
        room = edition.bytes + int(edition.seconds * ROOM_A_SECOND)

        def progress(percent: int) -> None:
            telling.percent = percent
            hold.check()

        with hold.kept(telling), self.scratch.folder(room) as scratch:
            source, folder = scratch / "source", scratch / "out"
            folder.mkdir()
            self.editions.fetch_source(edition.source, source, hold.check)
            probed = edition.probed or self.probe.look(source, hold.check)
            made = self.transcoder.make(source, folder, probed, progress)
            hold.confirm()
            self.editions.keep_output(edition, folder, hold.check)
            self._finish(edition, made)

    def _finish(self, edition: Edition, made: Made) -> None:
        fence = edition.job.fence
        self.editions.change(
            edition.id, lambda held: held.finish(fence, made.renditions, made.seconds)
        )

    def _leave(self, id_: str) -> None:
        """However the try ended: of what was deleted meanwhile nothing may stay."""
        edition = self.editions.get(id_)
        if edition is not None and edition.state == DELETED:
            self.editions.forget(edition)


class _Telling:
    """Says how far it is when it is called, which is seldom, not with each line."""

    def __init__(self, editions: Editions, edition: Edition) -> None:
        self.editions, self.edition = editions, edition
        self.percent = self.told = 0

    def __call__(self) -> None:
        percent, fence = self.percent, self.edition.job.fence
        if percent > self.told:
            self.editions.change(
                self.edition.id, lambda held: held.progress(fence, percent)
            )
            self.told = percent
