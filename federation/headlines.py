"""The line under which forums list what somebody here began in a community without a title of its own.

PieFed, Lemmy, Mbin and NodeBB list threads by `name`. Without one PieFed makes one up that begins with the name of the
community, or with "[Microblog]". On nodes of ours such a line is not shown: it says again what stands below it.
"""

import re

from social.text import clean_line, shortened

LENGTH = 120
_NAMED = re.compile(r"(?:@[\w.-]+(?:@[\w.:-]+)?[\s,:]*)+")


def headline(source: str, spoiler: str) -> str:
    """The first line with words of a text as it was written, without who is named at its head; empty if none has any.

    Behind a warning it is the warning: a title would show what that covers.
    """
    for line in (spoiler,) if spoiler else source.splitlines():
        named = _NAMED.match(line.lstrip())
        words = clean_line(line.lstrip()[named.end() :] if named else line)
        if words:
            return shortened(words, LENGTH)
    return ""
