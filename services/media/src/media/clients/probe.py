"""Looking at an untrusted file: its data, by the ffmpeg that will make the lecture."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from chassis.telemetry.logs import logger

from media.clients.child import ChildEnd, ChildLimits, OutOfProcessor, run_child
from media.clients.container import missing_share, read_promise
from media.clients.frames import TELL_PICTURES, TELL_SOUND, Decoded, Seen
from media.clients.header import Header
from media.clients.packets import Packets
from media.clients.source import read_source
from media.domain.errors import NoLecture
from media.domain.frames import is_interlaced, is_restless, size_of
from media.domain.judging import (
    require_change,
    require_frames,
    require_pixels,
    require_seconds,
    require_size,
    require_tracks,
    require_whole,
)
from media.domain.probed import Picture, Probed, Sound
from media.domain.rates import rate_of
from media.domain.timing import Times
from media.domain.tracks import Track, find_pictures, find_sounds

GIB = 1 << 30
# A header and some frames are read in a second or two; a slow disk takes longer, a
# tangled file for ever. 3 GiB hold the frames that decoding 8K keeps.
SHORT = ChildLimits(seconds=120, stall_seconds=120, cpu_seconds=60, memory=3 * GIB)
# All packets of 8 GiB pass: 10 s of processor, and as long as the disk needs.
LONG = ChildLimits(seconds=1800, stall_seconds=120, cpu_seconds=600, memory=2 * GIB)
MOST_PLACES = 5  # of the picture are looked at, evenly spread, and in short ones fewer:
SECONDS_A_PLACE = 1.5  # one for as much
FRAMES_A_PLACE = 24  # enough for the filter that finds combs, about a second
SOUND_SECONDS = 5  # of sound are decoded before a track counts as none
LATE = 1.0  # where a track begins later, the program is asked to go there first


class ChildProbe:
    """Runs the program on a file several times, each time for one question."""

    def __init__(self, program: str) -> None:
        self.program = program

    def probe_file(self, path: Path, tick: Callable[[], None] = lambda: None) -> Probed:
        """The probed file; `tick` is called about every second.

        Raises NoLecture with the reason, Interrupted, and what `tick` raises.
        """
        try:
            return _FileProbe(self.program, path, tick).judge_file()
        except OutOfProcessor as error:
            raise NoLecture("unreadable") from error


class _FileProbe:
    """A file being looked at."""

    def __init__(self, program: str, path: Path, tick: Callable[[], None]) -> None:
        self.program, self.path, self.tick = program, path, tick
        self.promise = read_promise(path)

    def judge_file(self) -> Probed:
        tracks = self._read_header()
        pictures, sounds = find_pictures(tracks), find_sounds(tracks)
        if not pictures:
            raise NoLecture("no-picture")
        require_tracks(len(pictures) + len(sounds))
        if self.promise.is_encrypted:
            raise NoLecture("encrypted")
        pictures = [track for track in pictures if track.coding]
        sounds = [track for track in sounds if track.coding]
        if not pictures:
            raise NoLecture("unknown-coding")
        times = self._read_packets([*pictures, *sounds])
        picture, seen = self._choose_picture(pictures, times)
        sound, channels = self._choose_sound(sounds, times)
        chosen = [picture, sound] if sound else [picture]
        if len(times) > len(chosen):
            # the clock begins with the earliest of the tracks that are read
            times = self._read_packets(chosen)
        return self._to_probed(picture, seen, sound, channels, times)

    def _read_header(self) -> list[Track]:
        header = Header()
        ended = self._run_program([], SHORT, complaint=header.take_line)
        if header.tracks:
            return header.tracks
        logger().info("file_refused", said=ended.tail)
        raise NoLecture("cut-short" if self.promise.lacks_index else "not-video")

    def _read_packets(self, tracks: Sequence[Track]) -> dict[int, Times]:
        packets = Packets(tracks)
        maps = [word for track in tracks for word in ("-map", f"0:{track.number}")]
        copy = [*maps, "-c", "copy", "-copyinkf", "-f", "framecrc", "-"]
        self._run_program(copy, LONG, line=packets.take_line)
        return packets.times_by_track()

    def _choose_picture(
        self, pictures: Sequence[Track], times: Mapping[int, Times]
    ) -> tuple[Track, Seen]:
        """The best that decodes, and what was seen of it."""
        for picture in pictures:
            if picture.number in times:
                require_pixels(picture.pixels)
                seen = self._look_at(picture, times[picture.number])
                if seen.frames:
                    return picture, seen
        if missing_share(self.promise, self.path):
            raise NoLecture("cut-short")
        raise NoLecture("broken-picture")

    def _look_at(self, picture: Track, times: Times) -> Seen:
        """Frames at several places of the picture."""
        begins, ends = times.span_at_rate()
        frames = f"-frames:v {FRAMES_A_PLACE} -f null -"
        look = ["-map", f"0:{picture.number}", "-vf", TELL_PICTURES, *frames.split()]
        seen = Seen()
        places = min(MOST_PLACES, 1 + int((ends - begins) / SECONDS_A_PLACE))
        for place in range(places):
            decoded = Decoded()
            at = begins + (ends - begins) * place / places
            self._run_program(look, SHORT, at, complaint=decoded.take_line)
            seen.add_place(decoded)
        return seen

    def _choose_sound(
        self, sounds: Sequence[Track], times: Mapping[int, Times]
    ) -> tuple[Track | None, int]:
        """The best that decodes, and its channels; None where none does."""
        for sound in sounds:
            if sound.number not in times:
                continue
            begins, _ = times[sound.number].span_at_rate()
            decoded = Decoded()
            packets = f"-t {SOUND_SECONDS} -f null -"
            hear = ["-map", f"0:{sound.number}", "-af", TELL_SOUND, *packets.split()]
            self._run_program(hear, SHORT, begins, complaint=decoded.take_line)
            if decoded.channels:
                return sound, max(decoded.channels)
        return None, 0

    def _to_probed(
        self,
        picture: Track,
        seen: Seen,
        sound: Track | None,
        channels: int,
        times: Mapping[int, Times],
    ) -> Probed:
        shown = times[picture.number]
        rate = float(rate_of(shown.shown_starts(), shown.tick))
        spans = [shown.span_at_rate(rate)]
        if sound:
            spans.append(times[sound.number].span_at_rate())
        begins = min(start for start, _ in spans)
        seconds = max(end for _, end in spans) - begins
        own_seconds = spans[0][1] - spans[0][0]
        width, height = size_of(seen.frames)
        require_whole(missing_share(self.promise, self.path), seconds)
        require_frames(shown.count, own_seconds)
        require_size(width, height, shown.count / max(own_seconds, 1.0))
        minutes = set().union(*(track.minutes for track in times.values()))
        require_change(minutes | {int((begins + seconds) // 60)})
        require_seconds(seconds)
        if is_restless(seen.frames):
            raise NoLecture("size-changes")
        starts = [round(start - begins, 3) for start, _ in spans]
        ends = [round(end - begins, 3) for _, end in spans]
        shown_picture = Picture(
            picture.number,
            width,
            height,
            rate,
            starts[0],
            ends[0],
            is_interlaced(seen.frames, seen.places),
            seen.usual_transfer(),
            seen.usual_matrix(),
            seen.has_alpha(),
        )
        heard_sound = None
        if sound:
            language = sound.language
            heard_sound = Sound(sound.number, channels, starts[1], ends[1], language)
        return Probed(round(seconds, 3), shown_picture, heard_sound, round(begins, 3))

    def _run_program(
        self,
        output: Sequence[str],
        limits: ChildLimits,
        at: float = 0.0,
        line: Callable[[str], None] = lambda _: None,
        complaint: Callable[[str], None] = lambda _: None,
    ) -> ChildEnd:
        """One run of the program on the file, from a second of its clock."""
        command = [
            self.program,
            "-nostdin",
            "-hide_banner",
            "-nostats",
            "-threads",
            "1",
        ]
        command += [*read_source(self.path, at if at > LATE else 0.0), *output]
        return run_child(command, limits, line, complaint, self.tick)
