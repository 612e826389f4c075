"""Templates of the pages, compiled once for all tests of a stream: each test has an app
of its own, and to compile a page costs ten times what it costs to render it."""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Compiled templates in memory; a bucket sees itself whether one is still good."""

    def __init__(self) -> None:
        self.codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with what was compiled before, if anything was."""
        if code := self.codes.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember what was compiled."""
        self.codes[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = CompiledTemplates()
