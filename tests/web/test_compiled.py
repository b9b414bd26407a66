"""What is compiled once for all faces of a language."""

from jinja2 import nodes

from social.settings import NodeSettings, Settings
from web.render import Face, face


def _face(title: str, zone: str = "Europe/Paris") -> Face:
    return face(Settings(node=NodeSettings(domain="usine.example", title=title, timezone=zone)))


def test_no_template_asks_settings_about_a_constant() -> None:
    """Jinja computes a filter of constants while compiling, and the code is also other faces'."""
    environment = _face("Usine").environments["en"]
    own = set(environment.filters) - set(type(environment)().filters)
    asked = []
    for name in environment.list_templates(extensions=["html"]):
        source, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]  # it has one
        asked += [
            (name, one.lineno, one.name)
            for one in environment.parse(source).find_all(nodes.Filter)
            if one.name in own and isinstance(one.node, nodes.Const | nodes.TemplateData | nodes.List | nodes.Tuple)
        ]
    assert not asked


def test_faces_share_the_code_of_a_template_and_nothing_else() -> None:
    usine, siege = (_face(title).environments for title in ("Usine", "Siège"))
    one, other, french = (
        environment.get_template("errors/error.html") for environment in (usine["en"], siege["en"], siege["fr"])
    )
    codes = [template.root_render_func.__code__ for template in (one, other, french)]
    assert codes[0] is codes[1] and codes[0] is not codes[2]
    assert [one.globals["settings"].node.title, other.globals["settings"].node.title] == ["Usine", "Siège"]
