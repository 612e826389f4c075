"""The sound of a lecture, made by itself before the pictures.

Three runs of the program: decode the sound and make it even, measure how loud it is,
encode it. In between it lies in a file, since no run may read what it writes itself:
such a loop comes to a standstill now and then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis.telemetry.logs import logger

from media.clients.advance import Advance
from media.clients.child import ChildEnd, run_child
from media.clients.failure import blames_file, require_end
from media.clients.graphs import LEAD_SECONDS, even_filter, levelled_graph
from media.clients.ladder_command import Plan
from media.clients.limits import limits_for
from media.clients.loudness import measure_gain
from media.clients.packaging import packaging_options
from media.clients.program import PROGRESS, begin_command
from media.clients.source import read_beside, read_source
from media.domain.ladder import AUDIO, AUDIO_KBITS
from media.domain.probed import Sound

EVEN = "even-sound.nut"  # a container that keeps times to the sample
LEAST_BYTES = 40_000  # a header and a tenth of a second: a track of less has no sound


@dataclass(frozen=True)
class SoundMaker:
    """Makes the rendition of sound with an ffmpeg program; `tick` is called about every
    second, and what it raises ends the work."""

    program: str
    source: Path
    folder: Path
    plan: Plan
    tick: Callable[[], None]

    def make_rendition(self, sound: Sound) -> bool:
        """Make the rendition in the folder; False if no sound can be decoded.

        Raises Interrupted.
        """
        try:
            ended = self._make_even(sound)
            if not blames_file(ended):
                require_end(ended)
            if (
                not self._even_file.exists()
                or self._even_file.stat().st_size < LEAST_BYTES
            ):
                logger().warning("sound_empty", track=sound.track, tail=ended.tail)
                return False
            seconds = self.plan.length.seconds
            self._encode_sound(
                measure_gain(self._read_even("info"), seconds, self.tick)
            )
        finally:
            self._even_file.unlink(missing_ok=True)
        return True

    @property
    def _even_file(self) -> Path:
        return self.folder / EVEN

    def _make_even(self, sound: Sound) -> ChildEnd:
        """Whatever can be decoded, when it is heard, on a clock that leads by a bit."""
        ahead = LEAD_SECONDS - self.plan.probed.begins
        track = f"-map 0:{sound.track} -map_metadata -1 -map_chapters -1"
        coding = f"-c:a pcm_f32le -output_ts_offset {ahead:.6f} -f nut"
        command = [*self._begin_command("error"), *read_source(self.source)]
        command += read_beside(self.plan.probed.picture.track)
        command += [*track.split(), "-af", even_filter(sound), *coding.split()]
        return self._run_program([*command, str(self._even_file)])

    def _encode_sound(self, gain: float) -> None:
        graph = levelled_graph(gain, self.plan.length)
        coding = f"-map [a] -c:a aac -b:a {AUDIO_KBITS}k"
        command = [*self._read_even("error"), "-filter_complex", graph, *coding.split()]
        command += packaging_options(self.folder, [f"a:0,name:{AUDIO}"])
        require_end(self._run_program(command))

    def _begin_command(self, level: str) -> list[str]:
        return [*begin_command(self.program, level), *PROGRESS]

    def _read_even(self, level: str) -> list[str]:
        """Read even sound, with the times that were written."""
        even = ["-copyts", "-f", "nut", "-i", f"file:{self._even_file}"]
        return [*self._begin_command(level), *even]

    def _run_program(self, command: list[str]) -> ChildEnd:
        limits = limits_for(self.plan.length.seconds)
        return run_child(command, limits, take_line=Advance().take_line, tick=self.tick)
