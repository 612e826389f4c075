"""An audit log in memory, where what has a key is written once."""

from dataclasses import dataclass, field

Line = tuple[str, str, str, dict[str, str]]


@dataclass
class MemoryAudit:
    """What was written down: who, what, whom, and the details."""

    lines: list[Line] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def add(
        self,
        who: str,
        action: str,
        subject: str,
        *,
        reason: str = "",
        key: str = "",
        **details: str,
    ) -> None:
        if key and key in self.keys:
            return
        self.keys.add(key)
        self.lines.append((who, action, subject, details))
        self.reasons.append(reason)
