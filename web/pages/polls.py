"""Voting on a page."""

from starlette.responses import Response

from social.posts import polls
from storage.ids import PollId
from web.forms import Form
from web.visit import Visit


async def vote(visit: Visit, form: Form) -> Response:
    """POST /polls/{id}/vote."""
    poll = PollId(visit.request.path_params["id"])
    view = await visit.write(polls.vote, poll, form.numbers("choice"), now=visit.now)
    return visit.back(form.text("back"), done="voted", anchor=f"p{view.poll.post_id}")
