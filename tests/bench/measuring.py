"""What the platform benches share: memory of processes, spans of time."""

from pathlib import Path

from tests.platform.running import Platform


def memory_mib(pid: int) -> float:
    """Proportional set size of one process (Linux)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(one for one in text.splitlines() if one.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def memory_by_name(platform: Platform) -> dict[str, float]:
    """Every process of the platform and its supervisor, in MiB."""
    found = {p["name"]: memory_mib(p["pid"]) for p in platform.said["processes"]}
    return found | {"supervisor": memory_mib(platform.process.pid)}


def print_row(name: str, figure: str, bar: str) -> None:
    """One line of a table."""
    print(f"{name:<52}{figure:>18}   {bar}")
