"""The pulse: the question of the week, and what was answered, once five have."""

from collections.abc import Sequence

from starlette.responses import Response

from social.policy import Viewer
from social.recognition import pulse
from social.recognition.pulse import Week
from storage.engine.database import Tx
from storage.pulse_rounds import RoundRow
from web import recognition
from web.forms import Form
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /pulse: the question, or that it was answered; and the weeks before."""

    def found(tx: Tx, viewer: Viewer) -> tuple[RoundRow | None, bool, Sequence[Week]]:
        present, answered = pulse.present(tx, viewer, settings=visit.node.settings, now=visit.now)
        return present, answered, pulse.results(tx, viewer)

    present, answered, weeks = await visit.read(found)
    return visit.page(
        "recognition/pulse.html",
        present=present,
        answered=answered,
        weeks=weeks,
        faces=recognition.FACES,
        least=pulse.LEAST,
    )


async def answer(visit: Visit, form: Form) -> Response:
    """POST /pulse/{week}: one of five faces."""
    await visit.write(pulse.answer, visit.request.path_params["week"], form.number("face") or 0, now=visit.now)
    return visit.back("/pulse", done="pulse")
