"""Why a file cannot become a lecture: a stable code, and what to do about it."""

FAULTS = {
    "not-video": "这不是视频文件，或已损坏：请重新导出后再传",
    "unknown-coding": "画面的编码方式无法识别：请用 H.264 编码重新导出后再传",
    "broken-picture": "画面一帧也解不出来：请重新导出后再传",
    "encrypted": "画面已加密，无法播放：请上传没有加密的文件",
    "no-picture": "文件里没有画面：请上传带画面的视频",
    "cut-short": "文件不完整，后面的部分缺失：请重新上传整个文件",
    "too-short": "视频不足 1 秒：请上传更长的视频",
    "too-long": "视频超过 12 小时：请分成几讲上传",
    "too-many-tracks": "画面和声音的轨道超过 16 条：请去掉不用的轨道再传",
    "picture-size": "画面的一边不到 16 像素：请换一种尺寸导出",
    "too-many-pixels": "画面太大、帧率太高，处理不了：请用 4K 60 帧以内的设置导出",
    "too-many-frames": "每秒超过 250 帧：请用较低的帧率导出",
    "too-still": "有 10 分钟以上既没有新画面也没有声音：请剪去后再传",
    "size-changes": "画面的尺寸变个不停：请用同一尺寸重新导出",
    "unreadable": "文件在规定的时间和内存里读不完：请重新导出后再传",
    "parts-gone": "文件的各部分已不在：请重新上传",
    "lapsed": "七天没有传完，已作废：请重新上传",
    "given-up": "上传者放弃了这次上传：要用这个文件请重新上传",
    "not-made": "这一讲没有做成，问题在本系统，不在文件：请再试，还不行就告诉运维",
    "cancelled": "教务取消了制作：可以再试一次，或换一个文件上传",
    "check-cancelled": "教务取消了这次上传：要用这个文件请重新上传",
    "deleted": "教务删除了这一讲：请换一个文件重新上传",
}


def show_fault(reason: str) -> str:
    """The words of a code; releases before there were codes kept words themselves."""
    return FAULTS.get(reason, reason)
