"""The pictures of the story, by name. Every call gives the same bytes; nothing is read and nothing is fetched."""

from server.cli.armor import boards, emblems, faces, outdoors, plant, rooms, stock
from server.cli.armor.canvas import png, sheet
from server.cli.armor.faces import Face

SCENES = plant.SCENES | stock.SCENES | outdoors.SCENES | rooms.SCENES | boards.SCENES
EMBLEMS = emblems.EMBLEMS

SCENE_WIDTH, SCENE_HEIGHT = 1200, 800
HEADER_WIDTH, HEADER_HEIGHT = 1500, 500
# The band of a scene that a header shows starts at this share of its height.
HEADER_TOP = 0.3


def avatar(face: Face | str) -> bytes:
    """A PNG of 400 × 400: a face, or the emblem of that name. Raises KeyError for an unknown emblem."""
    return emblems.emblem(face) if isinstance(face, str) else faces.portrait(face)


def scene(name: str) -> bytes:
    """A PNG of 1200 × 800. Raises KeyError when no scene has that name."""
    drawn = sheet(SCENE_WIDTH, SCENE_HEIGHT, SCENE_WIDTH, "#ffffff")
    SCENES[name](drawn.pen)
    return png(drawn)


def header(name: str) -> bytes:
    """A PNG of 1500 × 500, a band of the scene of that name. Raises KeyError when there is none."""
    height = HEADER_WIDTH * SCENE_HEIGHT // SCENE_WIDTH
    drawn = sheet(HEADER_WIDTH, height, SCENE_WIDTH, "#ffffff")
    SCENES[name](drawn.pen)
    top = round(height * HEADER_TOP)
    return png(drawn, (0, top, HEADER_WIDTH, top + HEADER_HEIGHT))
