"""Pages out of templates: one Jinja environment for each language, and what every template may use."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from social.announcements.questions import answered
from social.announcements.reading import ask
from social.look import PLAIN, Look
from social.people.suggestions import Suggestion
from social.posts.media import addressed
from social.posts.quotes import is_offered
from social.reading import PostView
from social.recordings.tools import tools_of
from social.sanitise import plain
from social.settings import Entity, Settings
from social.text import shortened
from social.urls import Urls
from storage.accounts import AccountRow
from storage.ids import Millis
from storage.media import MediaRow
from storage.posts import MentionRow
from web.articles import whole
from web.assets import SHEET, Assets, assets
from web.bodies import excerpt, said, sanitised, words
from web.compiled import Compiled
from web.dates import Dates
from web.emojis import named, pictured, spoken
from web.faces import ground_of, initials, tint
from web.gatherings import ANSWER_WORDS, Speaker, seats
from web.i18n import LOCALES, NAMES, translations
from web.owed import reason
from web.qr import square
from web.screens import Screen, context_of, screen

_PURPOSE = 160
"""Characters of what a community is for, in a list."""


def host_of(url: str) -> str:
    """The host of an address, for people."""
    return url.split("/", 3)[2].removeprefix("www.")


@dataclass(frozen=True)
class Face:
    """What all pages of a node share: its settings, its assets, and an environment for each language."""

    settings: Settings
    look: Look
    assets: Assets
    environments: dict[str, Environment]
    dates: dict[str, Dates]

    def render(self, template: str, locale: str, **values: object) -> str:
        """The page or fragment `template` in a language. Raises UndefinedError when a value is missing."""
        return self.environments[locale].get_template(template).render(**values)


@lru_cache(maxsize=16)
def face(settings: Settings, look: Look = PLAIN) -> Face:
    """The face of a node, made once for its settings and its look, which is in the settings where they say the same."""
    own = settings.entity_of("")
    ready = assets(settings.group, own.id if own else "", look.colour)
    dates = {locale: Dates(locale, ZoneInfo(settings.node.timezone), translations(locale)) for locale in LOCALES}
    environments = {locale: _environment(locale, settings, look, ready, dates[locale]) for locale in LOCALES}
    return Face(settings, look, ready, environments, dates)


def _environment(locale: str, settings: Settings, look: Look, ready: Assets, dates: Dates) -> Environment:
    environment = Environment(
        loader=PackageLoader("web"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=Compiled(locale),
    )
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]  # by i18n
    environment.filters |= _filters(locale, settings, dates)
    environment.globals |= {
        "locale": locale,
        "settings": settings,
        "look": look,
        "takes_recordings": tools_of(settings.media) is not None,
        "own_entity": settings.entity_of(""),
        "asset": ready.url,
        "theme": ready.theme_url,
        "stylesheet": SHEET,
        "urls": Urls(settings.base_url),
        "languages": list(NAMES.items()),
    }
    return environment


def _filters(locale: str, settings: Settings, dates: Dates) -> dict[str, Callable[..., object]]:
    urls = Urls(settings.base_url)

    def entity(account: AccountRow) -> Entity | None:
        return settings.entity_of(account.domain)

    def place(account: AccountRow) -> str:
        return place_of(settings, account.domain)

    def number(value: int) -> str:
        return str(format_decimal(value, locale=locale))

    return {
        "entity": entity,
        "place": place,
        "entity_at": settings.entity_of,
        "place_at": lambda host: place_of(settings, host),
        "number": number,
        "relative": _relative(dates),
        "reason": _reason,
        "screened": _screened,
        "exact": dates.exact,
        "clock": dates.time,
        "day": dates.day,
        "due": dates.due,
        "machine": dates.machine,
        "divider": dates.divider,
        "page": page_of,
        "post_page": post_page,
        "tongue": lambda code: NAMES.get(code, code),
        "square": square,
        "quotable": is_offered,
        "host": host_of,
        "initials": initials,
        "tint": tint,
        "ground": ground_of,
        "words": lambda view: words(view, urls),
        "whole": lambda view: whole(view, urls),
        "named": lambda account: named(account, urls),
        "spoken": lambda text, written: spoken(text, written, urls),
        "said": lambda view: said(view, locale),
        "note": lambda account: sanitised(pictured(account.note_html, account.emojis, urls)),
        "purpose": lambda account: shortened(" ".join(plain(account.note_html).split()), _PURPOSE),
        "sanitised": sanitised,
        "excerpt": excerpt,
        "parent": parent_of,
        "asked": lambda view: ask(view, [locale]),
        "answers": lambda view: answered(view.announcement.announcement),
        "time": dates.time,
        "local": lambda address: address.removeprefix(settings.base_url),
        "site": site_of,
        "attached": _attached,
        **_of_gatherings(settings, locale),
    }


def _of_gatherings(settings: Settings, locale: str) -> dict[str, Callable[..., object]]:
    """Filters that put gatherings into words."""
    said = translations(locale)

    def say(sentence: str, /, **values: object) -> str:
        words = str(said.gettext(sentence))
        return words % values if values else words

    def count(one: str, many: str, number: int, /) -> str:
        return str(said.ngettext(one, many, number)) % {"num": number}

    speaker = Speaker(locale, settings.node.timezone, say)
    return {
        "when": speaker.when,
        "next": lambda row: speaker.leaf(row.starts_at, row.timezone),
        "seats": lambda view: seats(view, count, say),
        "answered": lambda state: say(ANSWER_WORDS[state]) if state in ANSWER_WORDS else "",
    }


@pass_context
def _screened(context: Context, view: PostView) -> Screen:
    visit = context["visit"]
    return screen(view.filtered, context_of(visit.request.url.path), visit.now)


@pass_context
def _attached(context: Context, view: PostView) -> list[MediaRow]:
    """What hangs on a post, under the addresses of today."""
    return addressed(view, context["visit"].node.urls)


@pass_context
def _reason(context: Context, one: Suggestion) -> str:
    return reason(one, context["visit"].say, context["visit"].count)


def _relative(dates: Dates) -> Callable[..., str]:
    @pass_context
    def relative(context: Context, at: Millis) -> str:
        return dates.relative(at, context["visit"].now)

    return relative


def place_of(settings: Settings, domain: str) -> str:
    """`Usine, Lyon` for an entity of the group, else the domain of the stranger."""
    entity = settings.entity_of(domain)
    if entity is None:
        return domain or settings.node.title
    return site_of(entity)


def site_of(entity: Entity) -> str:
    """`Usine, Lyon`."""
    return f"{entity.name}, {entity.place}" if entity.place else entity.name


def parent_of(view: PostView) -> MentionRow | None:
    """Whom a post answers, if its words address them."""
    return next((one for one in view.mentions if one.account_id == view.post.parent_author_id), None)


def page_of(account: AccountRow) -> str:
    """Path of somebody's page here."""
    return f"/@{account.acct}"


def post_page(view: PostView) -> str:
    """Path of a post's page here."""
    return f"/@{view.author.acct}/{view.post.id}"
