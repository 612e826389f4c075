"""The pages of operators: which commands each tells to type."""

from tests.cluster.overlays import ROOT

FOLDER = ROOT / "docs" / "operations"
DAY_SEVEN = (
    *("upgrade", "rollback", "scale", "secrets"),
    *("broker-lost", "database-lost", "objects-lost", "volume-full"),
)
"""What happens after the installation, a page each."""
OVERLAY = "deploy/k8s/overlays/local"


def read_page(name: str) -> str:
    """A page of operators."""
    return (FOLDER / f"{name}.md").read_text("utf-8")


def find_scripts(page: str) -> list[str]:
    """What a page tells to type, each command with all its lines, in order."""
    scripts: list[str] = []
    is_loop = False
    for line in page.splitlines():
        if not line.startswith("    "):
            continue
        text = line.strip()
        if is_loop:
            scripts[-1] += f"\n{text}"
        else:
            scripts.append(text)
        is_loop = (is_loop or text.startswith("for ")) and text != "done"
    return scripts


def is_for_cluster(script: str) -> bool:
    """Whether it is typed at a cluster, not at the platform's door."""
    return "kubectl" in script
