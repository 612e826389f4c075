"""Read a notice: by being opened it is read."""

from collections.abc import Collection
from dataclasses import replace

from notify.domain.errors import UnknownNotice
from notify.domain.notice import Notice
from notify.usecases.ports import Notices


class ReadNotice:
    """One notice; repeating it changes nothing."""

    def __init__(self, notices: Notices) -> None:
        self.notices = notices

    def __call__(self, own: Collection[str], notice_id: str) -> Notice:
        """The notice, now read, of a human with these records. Raises UnknownNotice,
        also for the notice of somebody else."""
        notice = self.notices.get(notice_id)
        if notice is None or notice.person_id not in own:
            raise UnknownNotice("没有这条消息：请回到消息列表")
        self.notices.mark_one_read(notice_id)
        return replace(notice, read=True)
