"""The map: marks and their colours, where names stand, the page and the list that stands for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise, product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.models import MapPoint, SearchQuery, SearchResult
from tests.support.html_reading import misspoken, soup, text
from tests.support.library import DRAFTS, HOSTILE, TOURISM, Shelf, many
from web import create_app
from web.presenters import map_chart, map_labels

DOCUMENTS = Shelf().documents()
TITLES = (
    "Mentoring note: dried surplus fruit looking for a shelf",
    "โรงคั่วกาแฟของหมู่บ้านบนดอย เก็บมูลค่าไว้กับชุมชน",
    "Taiga berries",
    "เสวนา Open data ที่กรุงเทพฯ",
)
PLACES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=40, unique=True)


def placed(places: Sequence[tuple[float, float]]) -> list[MapPoint]:
    documents = many(len(places)).documents()
    return [
        MapPoint(replace(one, title=TITLES[at % len(TITLES)]), x, y)
        for at, (one, (x, y)) in enumerate(zip(documents, places, strict=True))
    ]


def drawn(points: Sequence[MapPoint], found: int = 0, verdict: str = "strong") -> map_chart.Chart:
    """A chart of points of which the first are results."""
    results = [SearchResult(one.document, 1, 1, verdict, ()) for one in points[:found]]  # type: ignore[arg-type]
    everything = [one.document for one in points]
    of = map_chart.scheme("kind", everything, SearchQuery(""))
    return map_chart.chart(points, {one.id for one in everything}, results, of)


def spots(page: BeautifulSoup) -> list[Tag]:
    return page.select(".spots > a")


def addresses(links: Sequence[Tag]) -> set[str]:
    return {str(link["href"]) for link in links}


def test_marks_stay_the_same_whatever_is_filtered_for() -> None:
    of = map_chart.scheme("economy", DOCUMENTS, SearchQuery(""))
    assert of.values[0] == "Thailand"
    assert set(of.values) == {"Thailand", "Russia", "The Philippines", "Chinese Taipei"}
    narrowed = map_chart.scheme("economy", DOCUMENTS, SearchQuery("", economies=("Chinese Taipei",)))
    assert narrowed.values == of.values
    panel = next(one for one in DOCUMENTS if one.id == "d-panel")
    assert of.value(panel) == "The Philippines"
    chosen = map_chart.scheme("economy", DOCUMENTS, SearchQuery("", economies=("Thailand",)))
    assert chosen.mark(chosen.value(panel)) == chosen.mark("Thailand") == "m1"
    assert of.mark(None) == map_chart.NONE


def test_rare_values_share_a_mark_unless_they_are_asked_for() -> None:
    documents = [replace(DOCUMENTS[0], id=f"d-{at}", themes=(f"Theme {at:02}",)) for at in range(12)]
    of = map_chart.scheme("theme", documents, SearchQuery(""))
    assert len(of.values) == len(map_chart.MARKS)
    assert of.mark("Theme 11") == map_chart.OTHER
    asked = map_chart.scheme("theme", documents, SearchQuery("", themes=("Theme 11",)))
    assert asked.values[:-1] == of.values[:-1]
    assert asked.mark("Theme 11") == map_chart.MARKS[-1]


@given(PLACES, st.integers(0, 9), st.sampled_from(["strong", "possible", "weak"]))
@settings(max_examples=30, deadline=None)
def test_every_document_is_a_point_inside_the_picture(
    places: list[tuple[float, float]], found: int, verdict: str
) -> None:
    points = placed(places)
    picture = drawn(points, found, verdict)
    assert sorted(spot.document.id for spot in picture.spots) == sorted(one.document.id for one in points)
    assert all(0 < spot.left < 100 and 0 < spot.top < 100 for spot in picture.spots)
    ranks = [spot.rank for spot in reversed(picture.spots) if spot.rank]
    most = map_chart.CLOSEST if verdict == "weak" else len(points)
    assert ranks == list(range(1, min(found, most, len(points)) + 1))  # the first is drawn last, on top


def test_of_very_many_documents_those_asked_for_stay_links() -> None:
    number = map_chart.LINKED + 500
    points = placed([(at / number, 0.5) for at in range(number)])
    everything = [one.document for one in points]
    of = map_chart.scheme("kind", everything, SearchQuery(""))
    results = [SearchResult(points[-1].document, 1, 1, "strong", ())]  # the oldest

    whole = map_chart.chart(points, {one.id for one in everything}, results, of)
    assert len(whole.spots) == map_chart.LINKED
    assert whole.unlinked == 500
    assert whole.spots[-1].document == points[-1].document
    assert [dots.mark for dots in whole.dots] == ["m1"]
    assert whole.dots[0].path.count("M") == 500

    narrowed = map_chart.chart(points, {one.id for one in everything[:10]}, (), of)
    assert {spot.document.id for spot in narrowed.spots} == {one.id for one in everything[:10]}
    assert [(dots.mark, dots.path.count("M")) for dots in narrowed.dots] == [("outside", number - 10)]
    assert narrowed.unlinked == 0


def boxes(names: Sequence[map_labels.MapLabel], size: map_labels.Size) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of each name, in em."""
    found = []
    for name in names:
        wide = max(map(map_labels.width, name.lines))
        x = name.spot.left / 100 * size.width + name.across
        x -= {"start": 0, "middle": wide / 2, "end": wide}[name.anchor]
        y = name.spot.top / 100 * size.height + name.down
        found.append((x, y - 0.8, x + wide, y + map_labels.LINE_HEIGHT * (len(name.lines) - 1) + 0.2))
    return found


@given(PLACES, st.integers(0, 12))
@settings(max_examples=30, deadline=None)
def test_names_never_lie_over_each_other_nor_outside(places: list[tuple[float, float]], found: int) -> None:
    picture = drawn(placed(places), found)
    written = map_labels.written(picture.spots)
    for size in map_labels.SIZES:
        names = written[size.name]
        assert len({name.spot.document.id for name in names}) == len(names)
        places_taken = boxes(names, size)
        for left, top, right, bottom in places_taken:
            assert left >= -0.01
            assert top >= -0.01
            assert right <= size.width + 0.01
            assert bottom <= size.height + 0.01
        for one, other in combinations(places_taken, 2):
            beside = one[2] <= other[0] or other[2] <= one[0]
            above = one[3] <= other[1] or other[3] <= one[1]
            assert beside or above
        if found and places:
            assert all(name.spot.rank for name in names)
            assert names[0].lines[0].startswith("1")


@given(st.text(st.sampled_from("กขำ่้ีเใ ฯๆabcdefgh -:,"), max_size=120), st.floats(4, 20))
@settings(max_examples=60, deadline=None)
def test_broken_titles_fit_and_keep_whole_characters(title: str, line: float) -> None:
    lines = map_labels.broken(title, line)
    assert len(lines) <= map_labels.LINES
    assert all(map_labels.width(one) <= line + 2 for one in lines)
    for one in lines:
        assert one == one.strip()
        assert unicodedata.category(one[0]) != "Mn" or title.lstrip()[0] == one[0]
    words = "".join(lines).removesuffix("…")
    assert "".join(title.split()).startswith("".join(words.split()))


def test_titles_are_shortened_to_what_tells() -> None:
    titles = [
        "Mentoring note: sensors for beehives",
        "Mentoring note: dried fruit",
        "Solar ice and shared boxes: a cold chain for island fishers",
        "ธนาคารปูม้า: ประมงพื้นบ้านคืนแม่ปูสู่ทะเล",
        "Open discussion / ช่วงอภิปราย",
    ]
    heads = map_labels.heads_of(titles)
    assert [map_labels.short_title(one, heads) for one in titles] == [
        "Sensors for beehives",
        "Dried fruit",
        "Solar ice and shared boxes",
        "ประมงพื้นบ้านคืนแม่ปูสู่ทะเล",
        "Open discussion",
    ]


def test_landmarks_are_spread() -> None:
    crowd = [(0.5 + at / 1000, 0.5) for at in range(20)]
    corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
    taken = map_labels.landmarks(drawn(placed(crowd + corners)).spots, 5)
    assert len({(round(spot.left, -1), round(spot.top, -1)) for spot in taken}) == 5


@pytest.mark.parametrize("address", ["/map", "/map?q=women market&colour=theme", "/map?kind=case&colour=language"])
@pytest.mark.parametrize("language", ["en", "th"])
def test_the_page_is_well_built(site: FlaskClient, address: str, language: str) -> None:
    page = soup(site, f"{address}{'&' if '?' in address else '?'}ui={language}")
    assert len(page.find_all("h1")) == 1
    assert misspoken(page) == []
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {str(use["href"])[1:] for use in page.find_all("use")} <= set(ids)
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3"])]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.find_all(style=True) == []
    assert [tag for tag in page.find_all("script") if not tag.get("src")] == []


@pytest.mark.parametrize("colour", map_chart.COLOURS)
@pytest.mark.parametrize("asked", ["", "&q=women market", "&kind=case", "&kind=case&q=tourism"])
def test_what_the_picture_shows_stands_in_the_list(site: FlaskClient, colour: str, asked: str) -> None:
    page = soup(site, f"/map?colour={colour}{asked}")
    assert len(spots(page)) == len(DOCUMENTS)
    assert addresses(spots(page)) == addresses(page.select(".places a"))
    assert len(page.select(".places > li")) == len(DOCUMENTS)
    for link in page.select(".picture a"):
        assert link["tabindex"] == "-1"
        assert site.get(str(link["href"])).status_code == 200
    picture = page.select_one(".picture")
    assert picture is not None
    assert picture["aria-hidden"] == "true"
    jump = page.select_one("figcaption a")
    assert jump is not None
    assert page.find(id=str(jump["href"])[1:]) is not None


def test_points_carry_the_mark_that_the_legend_explains(site: FlaskClient) -> None:
    page = soup(site, "/map?colour=language")
    legend = {text(item): item.use["href"][1:] for item in page.select(".legend li") if item.use}
    assert legend == {"English (3)": "m1", "Thai (3)": "m2"}
    thai = {str(link["href"]) for link in spots(page) if "m2" in link["class"]}
    assert thai == {f"/documents/{one.id}" for one in DOCUMENTS if one.language == "th"}
    assert [text(head) for head in page.select("#as-list h3")] == ["English", "Thai"]
    assert {use["href"] for link in spots(page) for use in link.find_all("use")} == {"#m1", "#m2"}


def test_documents_without_a_value_have_a_mark_of_their_own(site: FlaskClient) -> None:
    page = soup(site, "/map?colour=theme")
    entry = page.select(".legend li")[-1]
    assert text(entry) == "Not stated (2)"
    assert entry.a is None
    assert [link["href"] for link in spots(page) if "none" in link["class"]] == [
        "/documents/d-mixed",
        "/documents/d-hostile",
    ]


def test_the_legend_filters_and_takes_back(site: FlaskClient) -> None:
    page = soup(site, "/map?colour=theme")
    entry = next(link for link in page.select(".legend a") if TOURISM in text(link))
    narrowed = soup(site, str(entry["href"]))
    inside = [link for link in spots(narrowed) if "outside" not in link["class"]]
    assert addresses(inside) == {"/documents/d-panel", "/documents/d-chumchon"}
    assert "Documents outside the filters, faint on the map (4)" in text(
        narrowed.select_one("#as-list > details > summary")
    )
    back = next(link for link in narrowed.select(".legend a") if TOURISM in text(link))
    assert "active" in back["class"]
    assert back["href"] == "/map?colour=theme"
    other = [text(link) for link in narrowed.select(".legend a") if "active" not in (link.get("class") or [])]
    assert any("Women" in words for words in other)  # can be chosen as well


def test_every_page_leads_to_the_map(site: FlaskClient) -> None:
    assert soup(site, "/documents").select_one("header nav a[href='/map']") is not None
    here = soup(site, "/map").select_one("header nav [aria-current=page]")
    assert text(here) == "Map"


def test_a_search_lights_up_its_results(site: FlaskClient) -> None:
    page = soup(site, "/map?q=women market")
    lit = [link for link in spots(page) if "lit" in link["class"]]
    assert {str(link["href"]).split("?")[0] for link in lit} == {"/documents/d-market", "/documents/d-talad"}
    assert all("q=women" in str(link["href"]) for link in lit)
    assert all("#lit-" in str(link.use["href"]) for link in lit if link.use)
    ordered = [str(link["href"]) for link in page.select("ol.places a")]
    assert ordered[:2] == [str(link["href"]) for link in reversed(lit)]
    for size in map_labels.SIZES:
        names = [text(name) for name in page.select(f".names.{size.name} a")]
        assert [name.split()[0] for name in names] == ["1", "2"]
    weak = [link for link in spots(page) if "weak" in link["class"]]
    assert addresses(weak) == set(ordered[2:])
    assert text(page.select_one(".rest")).startswith("The following documents are weak matches")


def test_weak_results_are_numbered_when_there_are_no_better_ones(site: FlaskClient) -> None:
    page = soup(site, "/map?q=restful income")
    assert [link for link in spots(page) if "lit" in link["class"]] == []
    assert "No document answers this question well" in text(page.select_one(".notice"))
    assert [text(name).split()[0] for name in page.select(".names.wide a")] == ["1"]
    assert len(page.select("ol.places li")) == 1


def test_nothing_found_is_said_and_the_map_stays(site: FlaskClient) -> None:
    page = soup(site, "/map?q=zzzz")
    assert "No documents found" in text(page.select_one(".notice"))
    assert len(spots(page)) == len(DOCUMENTS)
    assert page.select(".searching") == []


def test_a_new_search_keeps_filters_and_colours(site: FlaskClient) -> None:
    page = soup(site, "/map?q=market&kind=case&economy=Thailand&colour=language&limit=3")
    form = page.select_one("form.finding")
    assert form is not None
    fields = {(str(one["name"]), str(one["value"])) for one in form.find_all("input", type="hidden")}
    assert fields == {("kind", "case"), ("economy", "Thailand"), ("colour", "language")}
    assert text(page.select_one(".filters")).count("×") == 2


def test_an_unknown_colour_is_refused(site: FlaskClient) -> None:
    answer = site.get("/map?colour=length")
    assert answer.status_code == 400
    assert "kind, language, economy, theme" in answer.text
    assert site.get("/map?kind=poem").status_code == 400


def test_filters_that_nothing_passes_are_said(site: FlaskClient) -> None:
    page = soup(site, "/map?kind=mentoring")
    assert all("outside" in link["class"] for link in spots(page))
    assert "No documents match" in text(page.select_one("#as-list .notice"))
    assert page.select(".names a") == []


def test_an_empty_collection_says_how_to_fill_it() -> None:
    page = create_app(Shelf([])).test_client().get("/map").text
    assert "kb ingest" in page
    assert "<svg" not in page


def test_hostile_titles_are_only_text(site: FlaskClient) -> None:
    page = soup(site, "/map?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert all(tag.get("src") for tag in page.find_all("script"))
    assert not [tag for tag in page.find_all() if any(name.startswith("on") for name in tag.attrs)]
    assert HOSTILE in [one.text for one in page.select(".spots title")]


def test_a_map_of_thousands_is_a_page_of_fair_size() -> None:
    shelf = Shelf(replace(DRAFTS[at % 5], id=f"d-{at:06}") for at in range(3000))
    answer = create_app(shelf).test_client().get("/map")
    assert len(answer.data) < 800_000
    page = BeautifulSoup(answer.text, "lxml")
    assert len(spots(page)) == map_chart.LINKED
    assert sum(str(path["d"]).count("M") for path in page.select("path.dots")) == 2000
    assert "Only 1000 of them" in text(page.find("figcaption"))  # type: ignore[arg-type]
    assert page.select_one("figcaption a[href='/documents']") is not None


# Machado, Oliveira & Fernandes 2009: linear RGB as those see it who lack the red, green or blue cones.
LACKING = {
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
# Ottosson 2020: linear RGB to OKLab, where distances are as seen; .02 can just be told apart.
TO_CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_LAB = [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
]


def light(colour: str) -> npt.NDArray[np.float64]:
    signs = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(signs <= 0.04045, signs / 12.92, ((signs + 0.055) / 1.055) ** 2.4)


def palettes() -> dict[str, dict[str, str]]:
    """Custom properties of the style sheets by day and by night."""
    static = Path(__file__).parents[3] / "web" / "static"
    sheet = "".join((static / name).read_text(encoding="utf-8") for name in ("saphan.css", "pages.css"))
    night = "".join(re.findall(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", sheet, re.S))
    day = re.sub(r"@media[^{]*\{\s*:root \{.*?\}\s*\}", "", sheet, flags=re.S)
    pattern = r"--([\w-]+): (#[0-9a-f]{6})"
    return {name: dict(re.findall(pattern, words)) for name, words in (("day", day), ("night", night))}


@pytest.mark.parametrize("time", ["day", "night"])
def test_marks_stand_out_and_apart_for_every_eye(time: str) -> None:
    colours = palettes()[time]
    assert colours["sheet"] == {"day": "#ffffff", "night": "#1c2124"}[time]
    ground = light(colours["sheet"]) @ [0.2126, 0.7152, 0.0722]
    for name in (*map_chart.MARKS, "other"):
        shade = light(colours[name]) @ [0.2126, 0.7152, 0.0722]
        assert (max(shade, ground) + 0.05) / (min(shade, ground) + 0.05) >= 3, name
    for eye, (one, other) in product(LACKING, combinations(map_chart.MARKS, 2)):
        seen = [
            np.array(TO_LAB) @ np.cbrt(np.array(TO_CONES) @ np.clip(np.array(LACKING[eye]) @ light(colours[of]), 0, 1))
            for of in (one, other)
        ]
        assert np.linalg.norm(seen[0] - seen[1]) >= 0.08, (eye, one, other)
