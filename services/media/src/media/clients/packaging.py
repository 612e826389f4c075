"""Packaging of renditions in a folder: a playlist, an init and segments of each."""

from collections.abc import Sequence
from pathlib import Path

from media.domain.ladder import SEGMENT_SECONDS

WITHOUT_METADATA = "-map_metadata -1 -map_chapters -1 -avoid_negative_ts disabled"
"""Of the source: no names, no chapters, and its times as they are."""
SEGMENTS = "-hls_segment_type fmp4 -hls_flags independent_segments"


def packaging_options(folder: Path, streams: Sequence[str]) -> list[str]:
    """The last arguments of a command, with its streams as `v:0,name:360p`.

    The clock of segments begins at 0 by itself, since players of fragments do not read
    edit lists: B-pictures are told by negative offsets.
    """
    # of a lone rendition the program does not put the name into its init's
    name = "%v" if len(streams) > 1 else streams[0].partition("name:")[2]
    playlist = f"-f hls -hls_time {SEGMENT_SECONDS} -hls_playlist_type vod"
    options = {
        "-hls_segment_options": "movflags=+negative_cts_offsets:use_editlist=0",
        "-hls_fmp4_init_filename": f"{name}_init.mp4",
        "-hls_segment_filename": str(folder / "%v_%05d.m4s"),
        "-var_stream_map": " ".join(streams),
    }
    return [
        *WITHOUT_METADATA.split(),
        *playlist.split(),
        *SEGMENTS.split(),
        *(word for option in options.items() for word in option),
        str(folder / "%v.m3u8"),
    ]
