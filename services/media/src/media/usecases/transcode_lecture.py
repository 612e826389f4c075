"""Transcode one edition that waits, telling how far it is."""

from pathlib import Path
from tempfile import TemporaryDirectory

from media.domain.errors import NoLecture
from media.domain.lecture import Edition
from media.usecases.ports import Editions, Interrupted, Probe, Transcoder

MOST_TRIES = 3


class LeaseLost(Exception):
    """Another worker has taken the edition over."""


class TranscodeLecture:
    """A worker that dies lets its lease run out; the next begins anew."""

    def __init__(
        self, editions: Editions, probe: Probe, transcoder: Transcoder, work: Path
    ) -> None:
        self.editions, self.probe = editions, probe
        self.transcoder, self.work = transcoder, work

    def __call__(self) -> bool:
        """Transcode one; whether there was one."""
        claimed = self.editions.claim()
        if claimed is None:
            return False
        id_, tries = claimed
        edition = self.editions.get(id_)
        if edition is None:
            return True
        if tries > MOST_TRIES:
            reason = f"转码 {MOST_TRIES} 次都中断了：请检查文件后重新上传"
            self.editions.change(id_, lambda held: held.fail(reason))
            return True
        try:
            self._transcode(edition, tries)
        except NoLecture as refusal:
            why = refusal.code
            self.editions.change(id_, lambda held: held.fail(why))
        except (LeaseLost, Interrupted):
            return True
        return True

    def _transcode(self, edition: Edition, tries: int) -> None:
        def progress(percent: int) -> None:
            if not self.editions.renew(edition.id, tries):
                raise LeaseLost(edition.id)
            self.editions.change(edition.id, lambda held: held.progress(percent))

        with TemporaryDirectory(dir=self.work) as scratch:
            source, folder = Path(scratch) / "source", Path(scratch) / "out"
            folder.mkdir()
            self.editions.fetch_source(edition.source, source)
            probed = edition.probed or self.probe.look(source)
            made = self.transcoder.make(source, folder, probed, progress)
            self.editions.keep_output(edition, folder)
        self.editions.change(
            edition.id, lambda held: held.finish(made.renditions, made.seconds)
        )
