"""What changed from one version of a post to the next: words, pictures and choices, for people to read."""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

import msgspec
from markupsafe import Markup

from social.posts.former import Beside, Version
from social.sanitise import plain
from storage.ids import Millis
from web.bodies import sanitised
from web.i18n import N_

SAME, GONE, NEW = "same", "gone", "new"
_WORD = re.compile(r"\w+[^\w\S\n]*|[^\w\s]+[^\w\S\n]*|\n+|\s")
_MOST = 4_000_000
"""Pairs of words that are compared; beyond, what lies between the same beginning and the same end counts as new."""

_HUNG: dict[str, tuple[str, str, str]] = {
    "image": (N_("Picture added:"), N_("Picture taken away:"), N_("Description of a picture:")),
    "video": (N_("Video added:"), N_("Video taken away:"), N_("Description of a video:")),
    "audio": (N_("Sound added:"), N_("Sound taken away:"), N_("Description of a sound:")),
}
_HUNG["gifv"] = _HUNG["video"]
_SILENT = N_("without a description")
_COVERED, _OPEN = N_("Pictures are covered."), N_("Pictures are covered no longer.")


class Piece(msgspec.Struct, frozen=True):
    """Words that stayed, went or came."""

    kind: str
    text: str


class Change(msgspec.Struct, frozen=True):
    """One thing that changed: what it is, and how."""

    title: str
    pieces: Sequence[Piece]
    is_list: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A version, and what it changed of the one before; the first one changed nothing."""

    at: Millis
    is_first: bool
    pieces: Sequence[Piece]
    """The words; empty when they stayed as they were."""
    changes: Sequence[Change]
    spoiler: str
    html: Markup


def steps(say: Callable[[str], str], versions: Sequence[Version]) -> list[Step]:
    """The versions, newest first, each with its changes."""
    pairs = zip([None, *versions], versions, strict=False)
    return [_step(say, before, after) for before, after in pairs][::-1]


def pieces(before: str, after: str) -> list[Piece]:
    """The words of two texts as one, in the order in which one reads them."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    found: list[Piece] = []
    for kind, words in _aligned(old, new):
        if found and found[-1].kind == kind:
            found[-1] = Piece(kind, found[-1].text + "".join(words))
        else:
            found.append(Piece(kind, "".join(words)))
    return found


def _step(say: Callable[[str], str], before: Version | None, after: Version) -> Step:
    changes: list[Change] = []
    words: list[Piece] = []
    if before is not None:
        old, new = plain(before.html), plain(after.html)
        words = pieces(old, new) if old != new else []
        changes = [
            *_named(say("Title:"), before.title, after.title),
            *_named(say("Warning:"), before.spoiler, after.spoiler),
            *_covered(say, before, after),
            *_beside(say, before.beside, after.beside),
        ]
    return Step(
        at=after.at,
        is_first=before is None,
        pieces=words,
        changes=changes,
        spoiler=after.spoiler,
        html=sanitised(after.html),
    )


def _named(title: str, old: str, new: str) -> list[Change]:
    return [Change(title, pieces(old, new))] if old != new else []


def _covered(say: Callable[[str], str], before: Version, after: Version) -> list[Change]:
    """Whether the pictures are covered; a warning covers them anyway."""
    if before.sensitive == after.sensitive or before.spoiler != after.spoiler:
        return []
    return [Change(say(_COVERED if after.sensitive else _OPEN), ())]


def _beside(say: Callable[[str], str], before: Beside | None, after: Beside | None) -> list[Change]:
    if before is None or after is None:
        return []
    old, new = {one.id: one for one in before.media}, {one.id: one for one in after.media}
    changes = []
    for one in (*before.media, *after.media):
        added, gone, described = _HUNG.get(one.kind, _HUNG["image"])
        was, now = old.get(one.id), new.get(one.id)
        if now is None:
            changes.append(Change(say(gone), [Piece(GONE, one.description or say(_SILENT))]))
        elif was is None:
            changes.append(Change(say(added), [Piece(NEW, one.description or say(_SILENT))]))
        elif one is now and was.description != now.description:
            changes.append(Change(say(described), pieces(was.description, now.description)))
    if [id for id in old if id in new] != [id for id in new if id in old]:
        changes.append(Change(say("The pictures stand in another order."), ()))
    if before.options != after.options:
        choices = [Piece(kind, title) for kind, titles in _aligned(before.options, after.options) for title in titles]
        changes.append(Change(say("Choices of the poll:"), choices, is_list=True))
    return changes


def _aligned(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    """Runs that stayed, went and came, in the order of reading."""
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    runs: list[tuple[str, Sequence[str]]] = [(SAME, _fuller(old[:start], new[:start]))]
    if len(middle_old) * len(middle_new) > _MOST:
        runs += [(GONE, middle_old), (NEW, middle_new)]
    else:
        was, now = ([word.rstrip(" ") for word in words] for words in (middle_old, middle_new))
        matcher = SequenceMatcher(None, was, now, autojunk=False)
        for act, i, j, k, m in matcher.get_opcodes():
            if act == "equal":
                runs.append((SAME, _fuller(middle_old[i:j], middle_new[k:m])))
            else:
                runs += [(GONE, middle_old[i:j]), (NEW, middle_new[k:m])]
    runs.append((SAME, _fuller(old[len(old) - end :], new[len(new) - end :])))
    return [(kind, run) for kind, run in runs if run]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many members the beginnings share."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine.rstrip(" ") != theirs.rstrip(" "):
            break
        count += 1
    return count


def _fuller(old: Sequence[str], new: Sequence[str]) -> Sequence[str]:
    """Words that are the same, each with the blank that one of the two texts has behind it."""
    return [max(pair, key=len) for pair in zip(old, new, strict=True)]
