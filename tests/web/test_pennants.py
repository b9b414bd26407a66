"""Pennants of the entities of a group."""

import re
from pathlib import Path

from social.colours import contrast
from social.settings import Entity
from web.pennants import COLOURS, OUTLINES, PATTERNS, pennants, picture, sheet, sprite

TOKENS = (Path(__file__).parents[2] / "web/static/css/tokens.css").read_text()


def entities(count: int) -> list[Entity]:
    return [Entity(id=f"site-{number}", name="Site", domain=f"site-{number}.example") for number in range(count)]


def test_the_first_eleven_entities_each_have_a_pattern_of_their_own() -> None:
    flags = pennants(entities(11))
    assert len({flag.pattern for flag in flags.values()}) == len(PATTERNS) == 11


def test_the_first_thirty_three_entities_each_have_a_drawing_of_their_own() -> None:
    flags = pennants(entities(33))
    assert len({(flag.outline, flag.pattern) for flag in flags.values()}) == 33 == len(OUTLINES) * len(PATTERNS)


def test_an_entity_that_joins_later_changes_no_flag_of_the_others() -> None:
    assert list(pennants(entities(20)).items())[:19] == list(pennants(entities(19)).items())


def test_a_group_larger_than_all_drawings_still_has_flags() -> None:
    assert len(pennants(entities(50))) == 50


def test_the_flag_is_drawn_from_the_id_and_not_from_the_name() -> None:
    renamed = Entity(id="site-0", name="Autre", domain="site-0.example")
    assert pennants([renamed]) == pennants(entities(1))


def test_a_colour_that_is_given_wins_and_gets_a_partner_and_a_night_twin() -> None:
    given = Entity(id="labo", name="Labo", domain="labo.example", colour="#224466")
    colour = pennants([given])["labo"].colour
    assert colour.day == "#224466"
    assert contrast(colour.day, colour.partner) >= 3.4
    assert contrast(colour.night, "#0f2023") > contrast(colour.day, "#0f2023")


def test_each_ground_stands_out_from_its_partner_and_from_the_paper() -> None:
    paper = re.search(r"--paper: (#\w{6})", TOKENS)
    assert paper
    for colour in COLOURS.values():
        assert contrast(colour.day, colour.partner) >= 3.4
        assert contrast(colour.day, paper[1]) >= 3.9


def test_drawings_hold_no_inline_style_and_every_entity() -> None:
    flags = pennants(entities(3))
    drawn = sprite(flags)
    assert all(f'id="flag-{entity}"' in drawn for entity in flags)
    assert "style=" not in drawn + picture(flags["site-0"])


def test_the_sheet_gives_each_entity_its_colour_by_day_and_by_night() -> None:
    flags = pennants(entities(2))
    written = sheet(flags)
    for entity, flag in flags.items():
        assert f'[data-entity="{entity}"] {{ --entity: {flag.colour.day} }}' in written
        assert written.count(flag.colour.night) == 2
