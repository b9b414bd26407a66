"""The story of the demo holds together whenever it is told, and what does not hold together is refused."""

import io
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from PIL import Image

from server.cli.armor import draw, faces
from server.cli.armor.acts import Accept, Block, Boost, Delete, Edit, Follow, Like, Mute, Story
from server.cli.armor.faces import Face
from server.cli.armor.story import load, with_hosts
from server.cli.armor.when import MINUTE, ZONE, moment
from server.cli.armor.written import StoryError

ARMOR = Path(__file__).parents[2] / "deploy" / "armor"
HOUR = 60 * MINUTE


def at(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=ZONE).timestamp() * 1000)


NOW = at("2026-11-24T10:12")


@pytest.fixture(scope="module")
def story() -> Story:
    return load(ARMOR, NOW)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The story's files, to be broken."""
    return shutil.copytree(ARMOR, tmp_path / "armor")


def replace(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize(
    "now",
    [
        pytest.param("2026-11-24T10:12", id="tuesday_morning"),
        pytest.param("2026-11-23T00:05", id="monday_after_midnight"),
        pytest.param("2026-11-27T18:59", id="friday_evening"),
        pytest.param("2026-11-28T12:00", id="saturday"),
        pytest.param("2026-11-29T23:59", id="sunday_night"),
        pytest.param("2027-03-29T08:00", id="the_day_after_the_clocks_change"),
        pytest.param("2028-02-29T03:30", id="leap_day"),
    ],
)
def test_the_story_holds_together_on_any_day_and_ends_within_the_past_hour(now: str) -> None:
    told = load(ARMOR, at(now))
    assert [act.at for act in told.acts] == sorted(act.at for act in told.acts)
    assert at(now) - 10 * MINUTE < told.acts[-1].at < at(now)
    last = [post for post in told.posts().values() if at(now) - post.at < 5 * HOUR]
    assert len(last) > 15
    assert 80 < (told.acts[-1].at - told.acts[0].at) / (24 * HOUR) < 100


def test_the_same_moment_gives_the_same_story(story: Story) -> None:
    assert load(ARMOR, NOW) == story


def test_forty_people_and_three_teams_live_at_three_sites(story: Story) -> None:
    assert [site.name for site in story.sites] == ["siege", "usine", "filiale"]
    people = Counter(person.site for person in story.people if person.kind == "person")
    assert people == {"siege": 14, "usine": 15, "filiale": 11}
    assert [person.username for person in story.people if person.kind == "service"] == ["com", "cse", "football"]
    without = sum(person.email is None for person in story.people_of("usine"))
    assert without > len(story.people_of("usine")) / 2


def test_the_first_account_of_each_site_is_the_one_of_the_guides_and_writes_most_there(story: Story) -> None:
    posts = Counter(post.actor for post in story.posts().values())
    for site, first in (("siege", "bruno"), ("usine", "amina"), ("filiale", "carla")):
        people = story.people_of(site)
        assert people[0].username == first
        assert posts[first] == max(posts[person.username] for person in people)


def test_everybody_has_written_something(story: Story) -> None:
    writers = {post.actor for post in story.posts().values()}
    assert {person.username for person in story.people} <= writers


def test_there_is_something_of_everything(story: Story) -> None:
    kinds = Counter(type(act) for act in story.acts)
    assert (kinds[Delete], kinds[Block], kinds[Mute]) == (1, 1, 1)
    assert kinds[Edit] >= 2
    posts = story.posts().values()
    assert len(posts) > 220
    assert {post.visibility for post in posts} == {"public", "unlisted", "private", "direct"}
    assert {post.language for post in posts} == {"fr", "en", "es"}
    assert any(post.spoiler for post in posts)
    parents = {post.key: post for post in posts}
    across = [post for post in posts if post.in_reply_to and parents[post.in_reply_to].site != post.site]
    assert len(across) > 40


def test_one_request_to_follow_waits(story: Story) -> None:
    locked = {person.username for person in story.people if person.locked}
    asked = {(act.actor, act.target) for act in story.acts if isinstance(act, Follow) and act.target in locked}
    answered = {(act.target, act.actor) for act in story.acts if isinstance(act, Accept)}
    assert asked - answered == {("mateus", "claire")}


def test_the_weeks_are_written_on_working_days(story: Story) -> None:
    days = [
        datetime.fromtimestamp(post.at / 1000, ZONE) for post in story.posts().values() if NOW - post.at > 24 * HOUR
    ]
    assert sum(day.weekday() < 5 for day in days) > 0.95 * len(days)
    assert all(day.weekday() == 5 for day in days if day.strftime("%H:%M") == "18:56")


def test_nobody_shouts(story: Story) -> None:
    assert not [post.key for post in story.posts().values() if "!" in post.text]


def test_likes_and_boosts_stay_with_the_open_posts_and_the_followers(story: Story) -> None:
    posts = story.posts()
    follows = {(act.actor, act.target): act.at for act in story.acts if isinstance(act, Follow)}
    for act in story.acts:
        if isinstance(act, Like | Boost) and posts[act.post].visibility == "private":
            assert follows[act.actor, posts[act.post].actor] < posts[act.post].at
        if isinstance(act, Like | Boost):
            assert posts[act.post].visibility != "direct"


def test_what_an_act_needs_comes_before_it(story: Story) -> None:
    seen: set[str] = set()
    for act in story.acts:
        assert set(act.needs) <= seen, act.key
        seen.add(act.key)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        pytest.param("@bruno@siege, vu ?", "@bruno, vu ?", id="here"),
        pytest.param("thanks @amina@usine.", "thanks @amina@usine.localhost:8402.", id="elsewhere"),
        pytest.param("bruno@siege.example", "bruno@siege.example", id="an_address_stays"),
    ],
)
def test_a_mention_is_typed_as_one_types_it_at_home(text: str, typed: str) -> None:
    hosts = {"siege": "siege.localhost:8401", "usine": "usine.localhost:8402", "filiale": "filiale.localhost:8403"}
    assert with_hosts(text, hosts, "siege") == typed


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        pytest.param(
            "threads/02-press.toml", 'who = "luc"', 'who = "lucas"', "nobody is called lucas", id="unknown_author"
        ),
        pytest.param(
            "threads/02-press.toml", "@amina@usine", "@amina@siege", "nobody is @amina@siege", id="wrong_site"
        ),
        pytest.param("threads/02-press.toml", 're = "press-warm"', 're = "press-cold"', "press-cold", id="no_parent"),
        pytest.param(
            "threads/02-press.toml", '"-9w thu 06:40"', '"-9w thu 05:40"', "not after press-warm", id="too_early"
        ),
        pytest.param("threads/02-press.toml", '"-9w thu 06:40"', '"-9w thursday"', "is no time", id="no_time"),
        pytest.param("threads/02-press.toml", 'scene = "gauge"', 'scene = "gage"', "no scene gage", id="no_scene"),
        pytest.param("threads/02-press.toml", "likes = 2", "likes = 2\nlike = 3", "like", id="unknown_key"),
        pytest.param(
            "threads/02-press.toml", 'key = "press-8"', 'key = "press-10"', "press-10: there are two", id="twice"
        ),
        pytest.param(
            "threads/14-small.toml", "@marc@siege oui", "Marc, oui", "without a mention", id="direct_to_nobody"
        ),
        pytest.param(
            "threads/14-small.toml",
            '"-4w thu 20:10"',
            '"-13w thu 20:10"',
            "before its author joined",
            id="before_joining",
        ),
        pytest.param("people.toml", 'role = "admin"', 'role = "user"', "siege: 0 admins", id="no_admin"),
        pytest.param("people.toml", 'emblem = "ball"', 'emblem = "bell"', "football: emblem", id="no_emblem"),
        pytest.param("people.toml", 'hair = "brown"', 'hair = "green"', "green", id="no_such_hair"),
        pytest.param(
            "relations.toml", 'whom = "claire"', 'whom = "clara"', "nobody is called clara", id="unknown_target"
        ),
    ],
)
def test_a_story_that_does_not_hold_together_is_refused_with_the_place(
    copy: Path, file: str, before: str, after: str, fault: str
) -> None:
    replace(copy / file, before, after)
    with pytest.raises(StoryError) as refusal:
        load(copy, NOW)
    assert fault in str(refusal.value)


def test_an_answer_to_a_deleted_post_is_refused(copy: Path) -> None:
    answer = '\n[[post]]\nkey = "late"\nat = "-60m"\nwho = "luc"\nre = "leak-wrong"\ntext = "Non."\n'
    thread = copy / "threads" / "15-now.toml"
    thread.write_text(thread.read_text(encoding="utf-8") + answer, encoding="utf-8")
    with pytest.raises(StoryError, match="leak-wrong is deleted by then"):
        load(copy, NOW)


def test_a_boost_of_a_closed_post_is_refused(copy: Path) -> None:
    replace(copy / "threads/14-small.toml", 'visibility = "private"\n', 'visibility = "private"\nboosts = ["amina"]\n')
    with pytest.raises(StoryError, match="a boost of a closed post"):
        load(copy, NOW)


def test_an_answer_to_a_post_that_one_may_not_see_is_refused(copy: Path) -> None:
    answer = '\n[[post]]\nkey = "spy"\nat = "-60m"\nwho = "tom"\nre = "dm-marc"\ntext = "I heard that."\n'
    thread = copy / "threads" / "14-small.toml"
    thread.write_text(thread.read_text(encoding="utf-8") + answer, encoding="utf-8")
    with pytest.raises(StoryError, match="tom may not see dm-marc"):
        load(copy, NOW)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "relations.toml").unlink()
    with pytest.raises(StoryError, match=r"relations\.toml"):
        load(copy, NOW)


@pytest.mark.parametrize("written", ["-0w mon 08:00", "-7d 08:00", "-1d 19:00", "-301m", "-0d 08:00", "yesterday"])
def test_a_time_out_of_its_range_is_refused(written: str) -> None:
    with pytest.raises(StoryError, match="post"):
        moment(written, NOW, "post")


@pytest.mark.parametrize("day", range(7))
def test_weeks_then_days_then_minutes_follow_one_another_on_every_weekday(day: int) -> None:
    now = NOW + day * 24 * HOUR + HOUR
    order = ["-2w sun 23:59", "-1w mon 08:00", "-1w fri 22:00", "-6d 06:00", "-2d 22:59", "-1d 18:59", "-300m", "-1m"]
    times = [moment(written, now, "post") for written in order]
    assert all(before < after for before, after in pairwise(times))


def test_every_scene_is_shown_and_described(story: Story) -> None:
    shown = [picture for post in story.posts().values() for picture in post.pictures]
    assert {picture.scene for picture in shown} == set(draw.SCENES)
    assert all(len(picture.alt) > 20 for picture in shown)


@pytest.mark.parametrize("name", sorted(draw.SCENES))
def test_a_scene_is_a_full_picture_and_always_the_same(name: str) -> None:
    drawn = draw.scene(name)
    picture = Image.open(io.BytesIO(drawn))
    assert (picture.format, picture.size) == ("PNG", (1200, 800))
    colours = picture.getcolors(maxcolors=1_000_000)
    assert colours is not None
    assert len(colours) > 20
    assert max(count for count, _ in colours) < 0.8 * 1200 * 800
    assert draw.scene(name) == drawn


def test_faces_and_emblems_are_distinct_squares(story: Story) -> None:
    avatars = [draw.avatar(person.avatar) for person in story.people]
    assert len(set(avatars)) == len(avatars)
    assert {Image.open(io.BytesIO(avatar)).size for avatar in avatars} == {(400, 400)}


def test_people_are_told_apart_by_more_than_a_colour(story: Story) -> None:
    def outline(face: Face) -> tuple[str, ...]:
        return (face.cut, face.hat, face.beard, face.glasses, face.clothes)

    outlines = Counter(outline(person.avatar) for person in story.people if isinstance(person.avatar, Face))
    assert [drawn for drawn, count in outlines.items() if count > 1] == []


@pytest.mark.parametrize(
    ("field", "table"),
    [
        pytest.param("skin", faces.SKINS, id="skin"),
        pytest.param("hair", faces.HAIRS, id="hair"),
        pytest.param("clothes", faces.CLOTHES, id="clothes"),
        pytest.param("shape", faces.HEADS, id="shape"),
        pytest.param("cut", faces.FRONT | {"veil": None}, id="cut"),
        pytest.param("beard", faces.BEARDS | {"none": None}, id="beard"),
        pytest.param("glasses", faces.GLASSES | {"none": None}, id="glasses"),
        pytest.param("hat", faces.HATS | {"none": None}, id="hat"),
    ],
)
def test_every_word_of_a_face_can_be_drawn(field: str, table: dict[str, object]) -> None:
    assert set(get_args(get_type_hints(Face)[field])) == set(table)


@pytest.mark.parametrize("drawn", [draw.header, draw.scene], ids=["header", "scene"])
def test_a_picture_that_nobody_can_draw_is_a_key_error(drawn: Callable[[str], bytes]) -> None:
    with pytest.raises(KeyError):
        drawn("nowhere")


def test_headers_are_bands_of_scenes(story: Story) -> None:
    headers = {person.header for person in story.people if person.header}
    assert len(headers) > 8
    for name in headers:
        assert Image.open(io.BytesIO(draw.header(name))).size == (1500, 500)
