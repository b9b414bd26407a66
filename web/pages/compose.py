"""Writing a post: the composer on its own page, its pictures, and publishing."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from starlette.responses import Response

from social import reading
from social.errors import Invalid, NotFound
from social.policy import Viewer
from social.posts import drafts, media, publish, repeats
from social.posts.publish import Context, Draft
from social.reading import PostView
from storage.engine.database import Tx
from storage.ids import AccountId, MediaId, Millis, PostId
from storage.media import MediaRow
from storage.visibility import Visibility
from web import asking, versions, writing
from web.communities import address
from web.forms import Form
from web.pages import scheduled
from web.pictures import stored
from web.render import post_page
from web.visit import Visit
from web.writing import Writing


async def composer(visit: Visit) -> Response:
    """GET /compose: empty, addressed to somebody (`to`), an answer (`reply`), a quote (`quote`), or with `text`."""
    parent = await visit.read(_parent, visit.number("reply"))
    asked = await writing.reply(visit, parent) if parent else await writing.fresh(visit)
    asked = await writing.begun(visit, asked)
    quoted = await visit.read(_parent, visit.number("quote") or 0)
    if quoted is not None:
        asked = writing.quote(visit, asked, quoted)
    community = visit.frame.community(visit.number("community"))
    if community is not None and asked.community is None and asked.parent is None:
        asked = await writing.inside(visit, asked, community)
    to, words = visit.request.query_params.get("to", ""), visit.request.query_params.get("text", "")
    if to or words:
        asked = msgspec.structs.replace(asked, text=f"@{to} {words}" if to else words)
    return _page(visit, asked)


async def send(visit: Visit, form: Form) -> Response:
    """POST /compose: publish; or show the form again, with what is wrong, or to have pictures described."""
    parent = await visit.read(_parent, form.number("parent") or 0)
    try:
        added = await _added(visit, form)
        draft = _draft(form, [row.id for row in added])
    except Invalid as wrong:
        return await _again(visit, form, parent, (), wrong)
    if (added and not form.has("words")) or form.has("do") or form.has("earlier") or _lacks_words(form, draft):
        return await _again(visit, form, parent, added, None)
    try:
        await _describe(visit, form, draft)
        await _meet(visit, draft.text)
        at = scheduled.asked(visit, form)
        if at is not None:
            await visit.write(scheduled.keep, draft, at, visit.context, visit.now)
            return visit.back("/scheduled", done="scheduled")
        post = await visit.write(published, draft, visit.context, visit.now)
    except Invalid as wrong:
        return await _again(visit, form, parent, (), wrong)
    # The toast offers to take it back, for the time that a toast is there.
    back = post_page(parent) if parent else address(draft.community) if draft.community else "/"
    return visit.back(f"{back}?undo={post}", done="published", anchor=f"p{post}")


async def into(visit: Visit, form: Form) -> Response:
    """POST /compose/into: what is written so far, for a community, or for none."""
    try:
        added = await _added(visit, form)
    except Invalid as wrong:
        return await _again(visit, form, None, (), wrong)
    return await _again(visit, form, None, added, None)


async def pictures(visit: Visit, form: Form) -> Response:
    """POST /compose/pictures: for a script: each picture as a row of the composer, or what is wrong with it."""
    try:
        added, error = await _added(visit, form), ""
    except Invalid as wrong:
        added, error = [], visit.sentence(wrong)
    return visit.fragment("live/shot.html", pictures=added, error=error)


async def picture(visit: Visit) -> Response:
    """GET /compose/pictures?id=: for a script: one of the person's own, to see whether it is ready."""
    found = await visit.read(writing.own_media, [visit.number("id")])
    return visit.fragment("live/shot.html", pictures=found, error="")


async def whole(visit: Visit, form: Form) -> Draft:
    """A post that comes in one piece: pictures with their `words` beside them, in the same order. Raises Invalid."""
    added = await _added(visit, form)
    draft = _draft(form, [row.id for row in added])
    await _describe(visit, form, draft)
    await _meet(visit, draft.text)
    return draft


async def shared(visit: Visit, form: Form) -> Response:
    """A composer with what another app handed over: words, an address, pictures. What cannot be taken is said."""
    await visit.read_frame()
    asked = await writing.fresh(visit)
    said = [form.written(name).strip() for name in ("title", "text", "url")]
    words = "\n".join(dict.fromkeys(part for part in said if part))
    try:
        added, wrong = await _added(visit, form), None
    except Invalid as refused:
        added, wrong = [], refused
    return _page(visit, msgspec.structs.replace(asked, text=words, media=added, errors=visit.errors(wrong)))


def published(tx: Tx, viewer: Viewer, draft: Draft, context: Context, now: Millis) -> PostId:
    """Publish, and forget the draft of that place, in one transaction. Raises as `publish` does."""
    post = publish.publish(tx, viewer, draft, context=context, now=now)
    drafts.forget(tx, viewer, draft.parent)
    return post


def _parent(tx: Tx, viewer: Viewer, id: int) -> PostView | None:
    return reading.post(tx, viewer, PostId(id)).shown if id else None


async def _added(visit: Visit, form: Form) -> list[MediaRow]:
    """The pictures that came with this request, kept as the person's own."""
    files = [*form.files("pictures"), *form.files("camera")]
    held = len(form.numbers("media")) - len(form.numbers("without"))
    if len(files) + held > visit.node.settings.media.per_post:
        raise Invalid("media", "too_many", limit=visit.node.settings.media.per_post)
    uploads = [await stored(visit.node, file) for file in files]
    settings, ids = visit.node.settings.media, visit.node.ids
    said = form.all("words", limit=10_000)
    words = [*said, *([""] * (len(uploads) - len(said)))]
    return [
        await visit.write(media.add, upload, description=about, settings=settings, ids=ids, now=visit.now)
        for upload, about in zip(uploads, words, strict=False)
    ]


def _draft(form: Form, added: Sequence[MediaId]) -> Draft:
    without = set(form.numbers("without"))
    kept = [MediaId(id) for id in form.numbers("media") if id not in without]
    parent = form.number("parent")
    return Draft(
        text=form.text("text"),
        spoiler=form.line("spoiler"),
        visibility=Visibility(form.chosen("visibility", tuple(Visibility), Visibility.PUBLIC)),
        sensitive=form.flag("sensitive"),
        language=writing.language_of(form),
        parent=PostId(parent) if parent else None,
        media=(*kept, *added),
        quoted=PostId(form.number("quoted") or 0) or None,
        quote_policy=writing.policy_of(form),
        idempotency=repeats.of_page(form.line("key", limit=100)),
        poll=asking.asked(form),
        written_at=Millis(form.number("written") or 0) or None,
        versions=versions.asked(form),
        community=AccountId(form.number("community") or 0) or None,
        topic=form.line("topic", limit=100),
    )


async def _describe(visit: Visit, form: Form, draft: Draft) -> None:
    """Keep the words for each picture. Raises Invalid naming the picture's field."""
    for id in draft.media:
        field = f"words-{id}"
        if not form.has(field):
            continue
        try:
            words = form.line(field, limit=10_000)
            await visit.write(media.describe, id, description=words, settings=visit.node.settings.media)
        except Invalid as wrong:
            raise Invalid(field, wrong.code, **wrong.values) from wrong
        except NotFound as gone:
            raise Invalid("media", "not_found") from gone


async def _meet(visit: Visit, text: str) -> None:
    """Have those whom the text names known here before it is published: their nodes are asked."""
    for handle in publish.mentioned(text):
        if "@" in handle:
            await visit.node.remote.account_by_handle(handle)


async def _again(
    visit: Visit, form: Form, parent: PostView | None, added: Sequence[MediaRow], wrong: Invalid | None
) -> Response:
    """The form as it was filled, with its pictures; and with what is wrong, or what is still asked for."""
    without = set(form.numbers("without"))
    held = _in_order([id for id in form.numbers("media") if id not in without], form.number("earlier"))
    rows = [*await visit.read(writing.own_media, held), *added]
    lacks = not wrong and any(form.has(f"words-{id}") and not form.written(f"words-{id}").strip() for id in held)
    asked = await writing.reply(visit, parent) if parent else await writing.fresh(visit)
    community = visit.frame.community(form.number("into" if form.has("into") else "community"))
    asked = await writing.inside(visit, asked, community) if community is not None and not parent else asked
    quoted = await visit.read(_parent, form.number("quoted") or 0)
    filled = msgspec.structs.replace(
        asked,
        quoted=quoted,
        quote_policy=form.written("quote_policy") or asked.quote_policy,
        key=form.written("key")[:100] or asked.key,
        scheduled_at=form.written("scheduled_at"),
        text=form.written("text"),
        spoiler=form.written("spoiler"),
        sensitive=form.has("sensitive"),
        visibility=asked.visibility if asked.community else form.written("visibility") or asked.visibility,
        topic=form.written("topic"),
        language=form.written("language") or asked.language,
        versions=versions.filled(form),
        asking=asking.filled(form, visit.node.settings.polls.max_options),
        media=rows,
        words={row.id: form.written(f"words-{row.id}") for row in rows},
        notice=_notice(visit, bool(added), lacks=lacks and not form.has("do") and not form.has("earlier")),
        is_asked=form.has("undescribed") or lacks or bool(added),
        errors=visit.errors(wrong),
    )
    return _page(visit, filled, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _lacks_words(form: Form, draft: Draft) -> bool:
    """Whether a picture has no words and they were not asked for yet."""
    if form.has("undescribed"):
        return False
    return any(form.has(f"words-{id}") and not form.line(f"words-{id}", limit=10_000) for id in draft.media)


def _in_order(ids: Sequence[int], earlier: int | None) -> list[int]:
    """The pictures with one of them a place earlier."""
    ordered = list(ids)
    if earlier in ordered and (place := ordered.index(earlier)):
        ordered.insert(place - 1, ordered.pop(place))
    return ordered


def _notice(visit: Visit, added: bool, *, lacks: bool) -> str:
    if added:
        return visit.say("Your pictures are here. Describe them, then publish.")
    if lacks:
        return visit.say("A picture has no words for those who do not see it. Describe it, or publish it as it is.")
    return ""


def _page(visit: Visit, asked: Writing, status: int = HTTPStatus.OK) -> Response:
    title = visit.say("Your answer") if asked.parent else visit.say("New post")
    before = asked.parent or asked.quoted
    back = post_page(before) if before else "/"
    return visit.page("posts/compose.html", status, title=title, writing=asked, back=back)
