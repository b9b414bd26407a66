"""Pictures of a sheet of components: drawn, so that no file and no store is needed."""

FACE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><path fill="{ground}" d="M0 0H96V96H0Z"/>'
    '<path fill="{coat}" d="M14 96a34 30 0 0 1 68 0Z"/><circle fill="#c98f6b" cx="48" cy="42" r="19"/>'
    '<path fill="{hair}" d="M27 42a21 21 0 0 1 42 0c-8-2-12-9-14-13-4 6-16 11-28 13Z"/></svg>'
)
QUAY = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 640 {tall}" '
    'preserveAspectRatio="xMidYMid slice"><path fill="#f1dfb6" d="M0 0H640V400H0Z"/>'
    '<path fill="#5f98a0" d="M0 210H640V700H0Z"/><path fill="#c0471b" d="M120 190H470L430 250H160Z"/>'
    '<path fill="#f4eedd" d="M190 140h90v50h-90Z"/><path fill="{coat}" d="M290 120h60v70h-60ZM360 150h60v40h-60Z"/>'
    '<path fill="none" stroke="#22393f" stroke-width="9" d="M540 250V40L420 70M540 40l70 60"/></svg>'
)
COATS = ("#1d5a9c", "#1b7350", "#9a6a00", "#7c4a2d")
FACES = {"bruno": ("#bcdcdd", "#1d5a9c", "#33454c"), "amina": ("#e6c98d", "#297d9c", "#7a1f3d")}
SIZES = {"tall": (480, 640)}


def drawing(name: str) -> str:
    """The picture of that name as SVG; of any other name a quay, each with another coat."""
    if name in FACES:
        ground, coat, hair = FACES[name]
        return FACE.format(ground=ground, coat=coat, hair=hair)
    width, height = size(name)
    return QUAY.format(coat=COATS[sum(name.encode()) % 4], width=width, height=height, tall=640 * height // width)


def size(name: str) -> tuple[int, int]:
    """Width and height in pixels."""
    return SIZES.get(name, (640, 400))
