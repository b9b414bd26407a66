"""Said before: whom each of the four audiences is, in words, with the number of people and sites."""

from collections.abc import Iterable, Mapping

import msgspec
from babel.numbers import format_decimal

from social.posts.reach import Reach, reach
from social.settings import Settings
from storage.engine.database import Tx
from storage.visibility import Visibility
from web.frame import Mooring
from web.i18n import N_, NN_
from web.visit import Visit


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """One of the four audiences: its name, who that is, and what the button says."""

    key: str
    name: str
    sentence: str
    help: str
    act: str
    beyond: str = ""
    """Who is outside the group, or left out; empty for nobody."""


_OPEN = N_("The internet may read it too.")
_NOBODY = {True: N_(": nobody follows you yet, only whom you name."), False: N_(": nobody but you yet.")}
_NAMES: Mapping[Visibility, tuple[str, str]] = {
    Visibility.PUBLIC: (N_("The whole group"), N_("Publish to the group")),
    Visibility.UNLISTED: (N_("The whole group, quietly"), N_("Publish quietly")),
    Visibility.FOLLOWERS: (N_("Your followers"), N_("Publish to my followers")),
    Visibility.DIRECT: (N_("The people named"), N_("Send to the people named")),
}


_COUNTED: Mapping[tuple[bool, bool], tuple[str, str]] = {
    (True, True): NN_(
        ": %(num)s person on %(sites)s sites, and whom you name.",
        ": %(num)s people on %(sites)s sites, and whom you name.",
    ),
    (True, False): NN_(": %(num)s person, and whom you name.", ": %(num)s people, and whom you name."),
    (False, True): NN_(": %(num)s person on %(sites)s sites.", ": %(num)s people on %(sites)s sites."),
    (False, False): NN_(": %(num)s person of this site.", ": %(num)s people of this site."),
}
"""What is said of a number of followers (or of people), on several sites (or on one)."""


def names(visit: Visit) -> list[tuple[str, str, str]]:
    """The four audiences: key, name, and who that is."""
    return [(one.value, visit.say(name), _help(visit, one)) for one, (name, _) in _NAMES.items()]


async def audiences(visit: Visit) -> list[Audience]:
    """The four audiences of a post, each in words. One statement."""

    def measured(tx: Tx) -> Reach:
        return reach(tx, visit.viewer, visit.node.settings)

    return worded(visit, await visit.node.db.read(measured))


def worded(visit: Visit, found: Reach) -> list[Audience]:
    """The four audiences of a post that would reach so many."""
    return [
        Audience(
            key=one,
            name=visit.say(name),
            sentence=_sentence(visit, one, found),
            help=_help(visit, one),
            act=visit.say(act),
            beyond=_beyond(visit, one, found),
        )
        for one, (name, act) in _NAMES.items()
    ]


def of_community(visit: Visit, community: Mooring, reached: str = "") -> Audience:
    """Whom a post of a community is for. `reached`: how many people on how many sites, if it was counted."""
    reached = reached or visit.say("its members")
    if community.is_open:
        sentence = visit.say(": %(reached)s, and whoever of the group reads it.", reached=reached)
    else:
        sentence = visit.say(": %(reached)s, and nobody else.", reached=reached)
    act = visit.say("Publish in %(name)s", name=community.name)
    return Audience(key="community", name=community.name, sentence=sentence, help="", act=act)


def _sentence(visit: Visit, one: Visibility, found: Reach) -> str:
    if one is Visibility.DIRECT:
        return visit.say(": nobody else.")
    people = found.followers if one is Visibility.FOLLOWERS else found.group
    number = sum(people.values())
    if not number:
        return visit.say(_NOBODY[one is Visibility.FOLLOWERS])
    forms = _COUNTED[one is Visibility.FOLLOWERS, len(people) > 1]
    return visit.count(*forms, number, num=format_decimal(number, locale=visit.locale), sites=len(people))


def _beyond(visit: Visit, one: Visibility, found: Reach) -> str:
    """Who outside the group sees it, and which site does not get it."""
    said = []
    if found.outside and one is not Visibility.DIRECT:
        names = ", ".join(sorted(found.outside))
        said.append(
            visit.count(
                "%(num)s person outside the group: %(names)s.",
                "%(num)s people outside the group: %(names)s.",
                sum(found.outside.values()),
                names=names,
            )
        )
    if found.left_out:
        names = _sites(visit.node.settings, found.left_out)
        words = N_("Without %(names)s: nothing goes there, since it is not let in here.")
        if one is Visibility.DIRECT:
            words = N_("Whom you name at %(names)s does not get it: nothing goes there, since it is not let in here.")
        said.append(visit.say(words, names=names))
    return " ".join(said)


def _sites(settings: Settings, hosts: Iterable[str]) -> str:
    """Sites by the name that people know them by."""
    entities = {host: settings.entity_of(host) for host in sorted(hosts)}
    return ", ".join(entity.name if entity else host for host, entity in entities.items())


def _help(visit: Visit, one: Visibility) -> str:
    words = {
        Visibility.PUBLIC: N_("Also in the feed of the group and under its subjects."),
        Visibility.UNLISTED: N_("Whoever comes by may read it; it is in no feed of the group."),
        Visibility.FOLLOWERS: N_("Those who follow you, and those whom the text names."),
        Visibility.DIRECT: N_("Only those whom the text names with @."),
    }[one]
    if visit.node.settings.node.open and one in (Visibility.PUBLIC, Visibility.UNLISTED):
        return f"{visit.say(words)} {visit.say(_OPEN)}"
    return visit.say(words)
