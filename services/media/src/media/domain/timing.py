"""When the packets of a track come."""

from array import array
from dataclasses import dataclass, field
from fractions import Fraction

from media.domain.lecture import LONGEST_SECONDS
from media.domain.ordering import in_order

# Of all tracks that are read together: 120 a second, for as long as a lecture may be.
# They are kept in memory, 8 bytes each, and three times that while they are judged.
MOST_PACKETS = int(120 * LONGEST_SECONDS)
UNSET = 1 << 62  # later than any packet


@dataclass
class Times:
    """The packets of one track that are shown, in `tick` seconds each.

    `starts` are kept of pictures alone; `first` and `last` are the earliest and the
    latest start, `last_length` what the latest says of itself (what others say is when
    the next is decoded, not shown); `first_key` is where decoding can begin; `minutes`
    are those in which a packet starts. `is_in_order` once `starts` are what is shown.
    """

    tick: Fraction = Fraction(1)
    is_kept: bool = True
    starts: "array[int]" = field(default_factory=lambda: array("q"))
    count: int = 0
    first: int = UNSET
    first_key: int = UNSET
    minutes: set[int] = field(default_factory=set)
    last: int = -UNSET
    last_length: int = 0
    is_in_order: bool = False

    def add_packet(
        self, start: int, length: int, *, is_key: bool, is_shown: bool
    ) -> None:
        """Add a packet, in the order of decoding."""
        if is_key and self.first_key == UNSET:
            self.first_key = start
        if not is_shown:
            return
        self.count += 1
        self.first = min(self.first, start)
        if start > self.last:
            self.last, self.last_length = start, length
        self.minutes.add(start * self.tick.numerator // (60 * self.tick.denominator))
        if self.is_kept:
            self.starts.append(start)
            self.is_in_order = False

    def shown_starts(self) -> "array[int]":
        """The starts of kept packets that can be decoded, in order, each once.

        What can be is known once all have come; then they are put in order once.
        """
        if not self.is_in_order:
            self.starts = self._in_order()
            self.is_in_order = True
        return self.starts

    def _in_order(self) -> "array[int]":
        begins = self.first if self.first_key == UNSET else self.first_key
        shown, last = array("q"), begins - 1
        for start in in_order(self.starts):
            if start > last:
                shown.append(start)
                last = start
        return shown

    def span_at_rate(self, rate: float = 0.0) -> tuple[float, float]:
        """Start and end in seconds; a last one that says no length is as the rate."""
        start = self.first
        if self.is_kept and self.shown_starts():
            start = self.starts[0]
        end = float((self.last + self.last_length) * self.tick)
        if not self.last_length and rate:
            end += 1 / rate
        return float(start * self.tick), end
