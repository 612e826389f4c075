"""Transcode one edition that waits, and note how far it is."""

from collections.abc import Callable

from media.domain.errors import NoLecture
from media.domain.lecture import DELETED, Edition
from media.domain.made import Made
from media.usecases.ports import (
    Editions,
    Interrupted,
    JobLease,
    LeaseLost,
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
        lease = self.editions.claim(self.longest)
        if lease is None:
            return False
        edition = self.editions.change(
            lease.id, lambda claimed: claimed.begin_try(self.now())
        )
        if edition.job.is_held:
            self._try_making(lease, edition)
        return True

    def _try_making(self, lease: JobLease, edition: Edition) -> None:
        id_, fence = edition.id, edition.job.fence
        try:
            self._transcode_edition(lease, edition)
        except NoLecture as refusal:
            code = refusal.code
            self.editions.change(id_, lambda claimed: claimed.fail_try(fence, code))
        except Interrupted as broken:
            cause = broken.cause
            self.editions.change(
                id_, lambda claimed: claimed.interrupt_try(fence, cause, self.now())
            )
        except Stopping:
            self.editions.change(
                id_, lambda claimed: claimed.give_back(fence, self.now())
            )
        except LeaseLost:
            pass  # another has it, or nobody wants it any more
        self._delete_leftovers(id_)

    def _transcode_edition(self, lease: JobLease, edition: Edition) -> None:
        teller = _ProgressTeller(self.editions, edition)
        room = edition.bytes + int(edition.seconds * ROOM_A_SECOND)

        def note_percent(percent: int) -> None:
            teller.percent = percent
            lease.ensure_ours()

        with lease.renew_often(teller), self.scratch.open_folder(room) as scratch:
            source, folder = scratch / "source", scratch / "out"
            folder.mkdir()
            self.editions.fetch_source(edition.source, source, lease.ensure_ours)
            probed = edition.probed or self.probe.probe_file(source, lease.ensure_ours)
            made = self.transcoder.make_renditions(source, folder, probed, note_percent)
            lease.ensure_ours_in_store()
            self.editions.store_output(edition, folder, lease.ensure_ours)
            self._finish_try(edition, made)

    def _finish_try(self, edition: Edition, made: Made) -> None:
        fence = edition.job.fence
        self.editions.change(
            edition.id,
            lambda claimed: claimed.finish_try(fence, made.renditions, made.seconds),
        )

    def _delete_leftovers(self, id_: str) -> None:
        """However the try ended: of what was deleted meanwhile nothing may stay."""
        edition = self.editions.get(id_)
        if edition is not None and edition.state == DELETED:
            self.editions.delete_files(edition)


class _ProgressTeller:
    """Says how far it is when it is called, which is seldom, not with each line."""

    def __init__(self, editions: Editions, edition: Edition) -> None:
        self.editions, self.edition = editions, edition
        self.percent = self.noted = 0

    def __call__(self) -> None:
        percent, fence = self.percent, self.edition.job.fence
        if percent > self.noted:
            self.editions.change(
                self.edition.id, lambda stored: stored.note_progress(fence, percent)
            )
            self.noted = percent
