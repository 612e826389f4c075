"""Check one upload that waits: it becomes an edition, or is refused with the reason."""

from collections.abc import Callable

from media.domain.errors import NoLecture
from media.domain.lecture import Edition
from media.domain.upload import REFUSED, Upload
from media.usecases.add_edition import add_edition
from media.usecases.ports import (
    Editions,
    Interrupted,
    JobLease,
    LeaseLost,
    Probe,
    Scratch,
    Stopping,
    Uploads,
)
from media.usecases.refuse_upload import refuse_upload


class CheckUpload:
    """A worker that dies lets its lease run out; the next begins anew."""

    def __init__(
        self,
        uploads: Uploads,
        editions: Editions,
        probe: Probe,
        scratch: Scratch,
        now: Callable[[], float],
    ) -> None:
        self.uploads, self.editions = uploads, editions
        self.probe, self.scratch, self.now = probe, scratch, now

    def __call__(self) -> bool:
        """Check one; whether there was one."""
        lease = self.uploads.claim()
        if lease is None:
            return False
        upload = self.uploads.change(
            lease.id, lambda claimed: claimed.begin_try(self.now())
        )
        if upload.job.is_held:
            self._try_check(lease, upload)
        return True

    def _try_check(self, lease: JobLease, upload: Upload) -> None:
        id_, fence = upload.id, upload.job.fence
        try:
            self._check_file(lease, upload)
        except NoLecture as refusal:
            refuse_upload(self.uploads, self.editions, upload, refusal.code, self.now())
        except Interrupted as broken:
            cause = broken.cause
            self.uploads.change(
                id_, lambda claimed: claimed.interrupt_check(fence, cause, self.now())
            )
        except Stopping:
            self.uploads.change(
                id_, lambda claimed: claimed.give_back(fence, self.now())
            )
        except LeaseLost:
            return

    def _check_file(self, lease: JobLease, upload: Upload) -> None:
        with lease.renew_often(), self.scratch.open_folder(upload.bytes) as folder:
            path = folder / "upload"
            self.uploads.assemble_parts(upload, path, lease.ensure_ours)
            probed = self.probe.probe_file(path, lease.ensure_ours)
            lease.ensure_ours_in_store()
        new = Edition(
            upload.lecture_id,
            0,
            upload.title,
            upload.source,
            probed.seconds,
            upload.bytes,
            probed,
        )
        edition = add_edition(self.editions, new)
        if self.uploads.change(upload.id, Upload.accept).state == REFUSED:
            self.editions.change(edition.id, lambda stored: stored.delete(self.now()))
