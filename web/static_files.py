"""The assets over HTTP: kept for ever under their hash, compressed for who takes gzip."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.assets import Asset, Assets
from web.render import face

_FOR_EVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=60"


async def static(request: Request) -> Response:
    """GET /static/{version}/{path}. A version no longer ours gets the present file, for a minute."""
    known = _assets(request)
    asset = known.static.get(request.path_params["path"])
    is_present = request.path_params["version"] == known.version
    return _answer(request, asset, _FOR_EVER if is_present else _SHORT)


async def theme(request: Request) -> Response:
    """GET /theme/{name}: pennants and their colours."""
    return _answer(request, _assets(request).theme.get(request.path_params["name"]), _FOR_EVER)


def _assets(request: Request) -> Assets:
    return face(request.app.state.node.settings, request.app.state.node.look).assets


def _answer(request: Request, asset: Asset | None, caching: str) -> Response:
    if asset is None:
        raise HTTPException(404)
    headers = {"Cache-Control": caching, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=asset.type)
    return Response(asset.body, headers=headers, media_type=asset.type)
