"""One post: its conversation, its former versions, who liked or boosted it; editing and removing it."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

import msgspec
from starlette.responses import RedirectResponse, Response

from social import contexts, reading
from social.announcements import answers as confirming
from social.articles import reading as articles
from social.articles.reading import ArticleView
from social.errors import Invalid
from social.feeds import threads
from social.feeds.threads import Thread
from social.gatherings import agenda, answers
from social.gatherings.answers import People
from social.policy import Viewer
from social.posts import arrivals, edit, former, policies, reactions
from social.posts import quotes as quoting
from social.posts.arrivals import Arrival
from social.posts.edit import Description
from social.posts.publish import Draft
from social.reading import PostView
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.gatherings import DateRow
from storage.ids import MediaId, Millis, PostId
from storage.reactions import ReactionRow
from web import asking, differences, versions, writing
from web.bodies import excerpt
from web.forms import Form
from web.pages.home import older
from web.render import post_page
from web.visit import Visit
from web.writing import Writing

LEVELS = 2
"""Levels of answers that are shown at once."""


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes to a gathering, and its other dates."""

    people: People
    series: Sequence[DateRow]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A post below another: how deep, what stands above it when it is of another day, and what is folded below it."""

    view: PostView
    depth: int
    divider: str
    folded: Sequence[PostView] = ()

    @property
    def faces(self) -> list[AccountRow]:
        """Who writes in the folded branch, each once."""
        return list({view.author.id: view.author for view in self.folded}.values())


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a post shows: what stands beside it only of a gathering, or of an article."""

    thread: Thread
    arrivals: list[Arrival]
    meeting: Meeting | None
    article: ArticleView | None


async def thread(visit: Visit) -> Response:
    """GET /@{acct}/{id}: a post among what it answers and what answers it."""
    found = await visit.read(_thread, _id(visit), visit.now)
    shown, article, view = found.thread, found.article, found.thread.post
    if article is not None and article.is_new:
        await visit.write(articles.opened, view.post.id, now=visit.now)
    if _is_seen_first(view):
        await visit.write(confirming.see, [view.post.id], now=visit.now)
    if visit.viewer.is_person and contexts.is_elsewhere(view.post):
        # What others said is read beside: the page shows it when it is here, the next time at the latest.
        await visit.write(contexts.opened, view.post.id, now=visit.now)
    if view.boost_of is not None:
        return RedirectResponse(post_page(view.boost_of), HTTPStatus.SEE_OTHER)
    return visit.page(
        "posts/thread.html",
        title=f"{view.author.name}: {excerpt(view)}",
        thread=shown,
        article=article,
        arrivals=found.arrivals,
        meeting=found.meeting,
        replies=_folded(_replies(visit, shown)),
        parents={one.author.id: one.author for one in (*shown.ancestors, view, *shown.descendants)},
        writing=await writing.begun(visit, await writing.reply(visit, view))
        if writing.may_reply(visit, view)
        else None,
        alternate=view.post.uri if view.post.is_local else "",
    )


async def again(visit: Visit, form: Form) -> Response:
    """POST /posts/{id}/again/{host}: send it to a site that is late or refused it, now."""
    id = PostId(visit.request.path_params["id"])
    await visit.write(arrivals.again, id, visit.request.path_params["host"], now=visit.now)
    return visit.back(form.written("back"), done="again")


def _is_seen_first(view: PostView) -> bool:
    """Whether what is asked of the viewer stands before their eyes for the first time."""
    one = view.announcement
    return one is not None and one.asked_at is not None and one.seen_at is None


def _thread(tx: Tx, viewer: Viewer, id: PostId, now: Millis) -> Page:
    shown = threads.thread(tx, viewer, id)
    meeting = None
    if shown.post.gathering is not None:
        people = answers.people(tx, viewer, shown.post.post.id)
        meeting = Meeting(people=people, series=agenda.series(tx, viewer, shown.post))
    return Page(
        thread=shown,
        arrivals=arrivals.arrivals(tx, viewer, shown.post, now=now),
        meeting=meeting,
        article=articles.article(tx, viewer, shown.post),
    )


async def history(visit: Visit) -> Response:
    """GET /@{acct}/{id}/history: what the post said before; a boost leads on to that of what it boosts."""
    found = await visit.read(former.history, _id(visit))
    if found.post.boost_of is not None:
        return RedirectResponse(f"{post_page(found.post.boost_of)}/history", HTTPStatus.SEE_OTHER)
    if found.post.article is not None:
        return RedirectResponse(f"/articles/of/{found.post.post.id}/versions", HTTPStatus.SEE_OTHER)
    return visit.page("posts/history.html", post=found.post, steps=differences.steps(visit.say, found.versions))


async def likes(visit: Visit) -> Response:
    """GET /@{acct}/{id}/likes."""
    return await _people(visit, reactions.likers, visit.say("Who likes it"))


async def boosts(visit: Visit) -> Response:
    """GET /@{acct}/{id}/boosts."""
    return await _people(visit, reactions.boosters, visit.say("Who boosted it"))


async def quotes(visit: Visit) -> Response:
    """GET /@{acct}/{id}/quotes: posts that quote it with its author's consent."""
    page = visit.paging()

    def found(tx: Tx, viewer: Viewer) -> list[PostView]:
        return reading.posts(tx, viewer, quoting.quotes_of(tx, viewer, _id(visit), page))

    views = await visit.read(found)
    back = f"/@{visit.request.path_params['acct']}/{_id(visit)}"
    ids = [view.post.id for view in views]
    return visit.page("posts/quotes.html", views=views, back=back, older=older(visit, ids))


async def editor(visit: Visit) -> Response:
    """GET /posts/{id}/edit; an article is changed on its own page."""
    view = await visit.read(edit.source, _id(visit))
    if view.article is not None:
        return RedirectResponse(f"/articles/of/{view.post.id}", HTTPStatus.SEE_OTHER)
    return _edit_page(visit, await _edited(visit, view), view)


async def save(visit: Visit, form: Form) -> Response:
    """POST /posts/{id}/edit: the changed post, or the form again with what is wrong."""
    view = await visit.read(edit.source, _id(visit))
    try:
        draft, descriptions = _changes(form, view)
        await visit.write(
            edit.edit, view.post.id, draft, descriptions=descriptions, context=visit.context, now=visit.now
        )
    except Invalid as wrong:
        again = msgspec.structs.replace(
            await _edited(visit, view),
            text=form.written("text"),
            spoiler=form.written("spoiler"),
            versions=versions.filled(form),
            errors=visit.errors(wrong),
        )
        return _edit_page(visit, again, view, HTTPStatus.UNPROCESSABLE_ENTITY)
    return visit.back(post_page(view), done="edited")


async def farewell(visit: Visit) -> Response:
    """GET /posts/{id}/delete: what is about to go."""
    return visit.page("posts/delete.html", view=await visit.read(reading.post, _id(visit)))


async def delete(visit: Visit, form: Form) -> Response:
    """POST /posts/{id}/delete."""
    view = await visit.write(edit.delete, _id(visit), keep_media=False, now=visit.now)
    return visit.back(f"/@{visit.viewer.username}" if view.author.id == visit.viewer.account else "/", done="removed")


def _id(visit: Visit) -> PostId:
    return PostId(visit.request.path_params["id"])


def _replies(visit: Visit, shown: Thread) -> list[Reply]:
    """The answers with their depth; a line stands where a branch begins on another day than the one above."""
    dates = visit.face.dates[visit.locale]
    replies: list[Reply] = []
    above = shown.post.post.published_at
    for view, depth in zip(shown.descendants, shown.depths, strict=True):
        at = view.post.published_at
        divider = dates.divider(at, above) if depth == 1 and at > above else ""
        replies.append(Reply(view=view, depth=depth, divider=divider))
        above = max(above, at)
    return replies


def _folded(replies: Sequence[Reply]) -> list[Reply]:
    """The two first levels, each post of the second with what is deeper in its branch; one alone is not folded."""
    shown: list[Reply] = []
    deeper: list[Reply] = []
    for reply in [*replies, None]:
        if reply is not None and reply.depth > LEVELS:
            deeper.append(reply)
            continue
        if len(deeper) > 1:
            shown[-1] = msgspec.structs.replace(shown[-1], folded=[one.view for one in deeper])
        else:
            shown += deeper
        deeper = []
        if reply is not None:
            shown.append(reply)
    return shown


async def _people(visit: Visit, who: Callable[..., list[ReactionRow]], title: str) -> Response:
    page = visit.paging(40)
    found = await visit.read(who, _id(visit), page)
    back = f"/@{visit.request.path_params['acct']}/{_id(visit)}"
    ids = [row.id for row in found]
    people = [row.account for row in found]
    return visit.page("posts/people.html", title=title, people=people, back=back, older=older(visit, ids, page.limit))


async def _edited(visit: Visit, view: PostView) -> Writing:
    post = view.post
    return await writing.fresh(
        visit,
        action=f"/posts/{post.id}/edit",
        text=post.source,
        spoiler=post.spoiler,
        sensitive=post.sensitive and not post.spoiler,
        language=post.language or visit.locale,
        versions=versions.written(post),
        media=view.media,
        quote_policy=policies.choice(post.interactions).value,
        audiences=(),
    )


def _changes(form: Form, view: PostView) -> tuple[Draft, tuple[Description, ...]]:
    without = set(form.numbers("without"))
    media = tuple(MediaId(id) for id in form.numbers("media") if id not in without)
    draft = Draft(
        text=form.text("text"),
        spoiler=form.line("spoiler"),
        sensitive=form.flag("sensitive"),
        language=writing.language_of(form),
        media=media,
        quote_policy=writing.policy_of(form),
        versions=versions.asked(form),
        poll=asking.kept(view),
    )
    return draft, tuple(Description(media=id, description=form.line(f"words-{id}", limit=10_000)) for id in media)


def _edit_page(visit: Visit, changed: Writing, view: PostView, status: int = HTTPStatus.OK) -> Response:
    title = visit.say("Edit the post")
    return visit.page("posts/compose.html", status, title=title, writing=changed, back=post_page(view))
