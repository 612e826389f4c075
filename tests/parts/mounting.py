"""The right to mount, which tests of a full disk need."""

from tests.parts import having


def install() -> None:
    """Raises PartMissing where a disk of our own cannot be mounted."""
    having.require_root("a small disk")
    having.run("mount a disk (root's right)", "unshare", "-m", "true")
