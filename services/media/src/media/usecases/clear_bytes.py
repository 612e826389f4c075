"""Bytes of what was refused or deleted, taken away."""

from media.domain.lecture import Edition
from media.domain.upload import Upload
from media.usecases.ports import Editions, Uploads


class ClearBytes:
    """A worker: whoever refuses or deletes does not wait for thousands of files."""

    def __init__(self, uploads: Uploads, editions: Editions) -> None:
        self.uploads, self.editions = uploads, editions

    def __call__(self) -> bool:
        """Clear one away; whether there was one."""
        return self._clear_upload() or self._clear_edition()

    def _clear_upload(self) -> bool:
        hold = self.uploads.claim_refused()
        if hold is None:
            return False
        upload = self.uploads.get(hold.id)
        if upload is not None:
            with hold.renew_often():
                self.uploads.delete_files(upload)
            self.uploads.change(hold.id, Upload.clear_bytes)
        return True

    def _clear_edition(self) -> bool:
        hold = self.editions.claim_deleted()
        if hold is None:
            return False
        edition = self.editions.get(hold.id)
        if edition is not None:
            with hold.renew_often():
                self.editions.delete_files(edition)
            self.editions.change(hold.id, Edition.clear_bytes)
        return True
