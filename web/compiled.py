"""The code of templates, kept by the process: every face of a node in one language runs the same.

A node has a new face whenever its look changes or is tried on, and the tests have one for each site. Compiling what a
page includes takes half a second; the code is the same for whoever has the same language and the same source, as no
template applies what depends on settings to a constant, which alone is computed while compiling (a test reads them).
"""

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

_CODES: dict[tuple[str, str, str], CodeType] = {}


class Compiled(BytecodeCache):
    """The codes of one language."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of that source, if it was compiled before."""
        bucket.code = _CODES.get((self._locale, bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            _CODES[self._locale, bucket.key, bucket.checksum] = bucket.code
