"""How much the processes of a platform grow while something passes through them."""

from pathlib import Path

from tests.platform.running import Platform


class Memory:
    """The resident memory of every process of a platform, from now to its peak.

    `grown` has what each grew by, in MiB, the most of all that bore its name.
    """

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.pids = {one["name"]: one["pid"] for one in platform.said["processes"]}
        self.pids["supervisor"] = platform.process.pid
        self.grown = dict.fromkeys(self.pids, 0.0)
        self.before: dict[str, float] = {}
        for name in self.pids:
            self._begin(name)

    def _begin(self, name: str) -> None:
        pid = self.pids[name]
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak is now
        self.before[name] = _kept_mib(pid, "VmRSS")

    def read(self) -> None:
        """Note how far every process has grown until now."""
        for name, pid in self.pids.items():
            assert Path(f"/proc/{pid}").exists(), f"{name} ended, and nobody killed it"
            grown = _kept_mib(pid, "VmHWM") - self.before[name]
            self.grown[name] = max(self.grown[name], grown)

    def kill(self, name: str) -> None:
        """kill -9 one process; the one that takes its place is followed from where it
        is healthy."""
        self.read()
        self.platform.kill(name)
        self.pids[name] = self.platform.pid(name)
        self._begin(name)


def _kept_mib(pid: int, name: str) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    line = next(one for one in text.splitlines() if one.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024
