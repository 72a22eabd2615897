"""The pages over HTTP: what they say, and that no address or cell can break them."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from consilience.model.fact import Stance
from consilience.web.plot import plot
from consilience.web.view import View, read_as_of
from consilience.web.words import ASIDE, MARKS

DAY = "/?as_of=2021-12-06"


def text(html):
    """What a reader sees of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def fact_ids(html):
    return list(dict.fromkeys(re.findall(r'data-fact="([^"]+)"', html)))


def contested(client):
    """The fact on which the figures of 3 to 5 December conflict."""
    html = client.get("/compare?as_of=2021-12-06&verdict=conflicting&q=McConville").text
    return fact_ids(html)[0]


def test_situation_says_its_bottom_line_first_and_in_words(client):
    said = text(client.get(DAY).text)
    assert "By 6 December 2021, 16 partners had reported on" in said
    assert "Ukraine says 94,000, the United States of America 70,000" in said
    assert "(UKR/Reznikov) says that the data coincide; the figures do not bear it out" in said
    assert said.index("Bottom line.") < said.index("What each partner knows")


def test_situation_holds_the_table_without_any_script(client):
    html = client.get(DAY).text
    table = html[html.index("<table") : html.index("</table>")]
    assert "94,000" in table
    assert "(was 94,300)" in table
    assert "no report" in table
    assert 'data-label="UKR"' in table


def test_time_form_works_as_a_plain_form(client):
    html = client.get(DAY).text
    form = html[html.index('<form id="time"') : html.index("</form>", html.index('<form id="time"'))]
    assert 'method="get"' in form
    assert re.search(r'<input type="date" name="as_of"[^>]*value="2021-12-06"', form)
    assert '<button type="submit"' in form


def test_nothing_from_the_future_is_shown(client):
    said = text(client.get("/?as_of=2021-12-03").text)
    assert "says that the data coincide" not in said
    assert "94,300" in said


def test_repeated_tallies_become_one_row(client):
    html = client.get(DAY).text
    said = text(html)
    assert re.search(r"Ceasefire violations[^,]*, Donetsk region \d+ facts, latest [\d,]+ on \d+ Dec 2021", said)
    assert html.count('<tr role="row"') < 45


def test_summary_row_leads_to_the_facts_it_stands_for(client):
    html = client.get(DAY).text
    number, address = None, None
    for found in re.finditer(r'href="(/compare\?[^"]+)">show the (\d+) facts', html):
        address, number = unescape(found[1]), int(found[2])
        assert int(re.search(r"(\d+) facts? of \d+, as of", text(client.get(address).text))[1]) >= number
    assert number


def test_slider_gets_only_the_parts_that_change(client):
    answer = client.get(DAY, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    for part in ("bottom-line", "panel", "unplaced", "matrix", "pages"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob="true"', answer.text), part
    assert answer.headers["vary"].count("HX-Request") == 1


def test_every_recent_fact_is_on_the_map_or_in_the_list_beside_it(client, desk):
    view = View(desk, read_as_of("2022-02-18", desk))
    placed = plot(view.recent)
    shown = {spot.fact.id for spot in placed.spots} | {fact.id for fact in placed.unplaced}
    assert shown == {fact.id for fact in view.recent}
    html = client.get("/?as_of=2022-02-18").text
    listed = html[html.index('id="unplaced"') : html.index('id="panel"')]
    assert set(fact_ids(listed)) == {fact.id for fact in placed.unplaced}
    items = client.get("/map.json?as_of=2022-02-18").json()["items"]
    assert {item["id"] for item in items} == {spot.fact.id for spot in placed.spots}


def test_fact_page_tells_claims_roots_relations_and_reasons(client):
    said = text(client.get(f"/facts/{contested(client)}?as_of=2021-12-06").text)
    for part in (
        "superseded by C049", "70,000", "McConville", "What would settle it", "not calibrated", "Independent sources",
        "May leave this node: TLP:CLEAR", "do not overlap", "sha256:", "Its own root",
    ):  # fmt: skip
        assert part in said, part


def test_drawer_gets_the_fact_without_the_page(client):
    answer = client.get(f"/facts/{contested(client)}?as_of=2021-12-06", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert 'id="drawer-title"' in answer.text


def test_superseded_value_is_struck_through_and_said_in_a_word(client):
    html = client.get(f"/facts/{contested(client)}?as_of=2021-12-06").text
    assert "<s>94,300</s>" in html
    assert "superseded</span>" in html


def test_claim_page_tells_the_claim_to_the_letter(client):
    said = text(client.get("/claims/C042?as_of=2021-12-06").text)
    assert "94,300 personnel" in said
    assert "UKR border and Crimea" in said
    assert "The facts in which it stands" in said


def test_claim_not_yet_told_says_so(client):
    assert "Not in the picture of 1 November 2021" in text(client.get("/claims/C042?as_of=2021-11-01").text)


def test_relate_gives_the_rule(client):
    said = text(client.get("/relate?a=C044&b=C049").text)
    assert "conflicts with" in said
    assert "do not overlap" in said


def test_relate_with_an_unknown_id_names_it(client):
    answer = client.get("/relate?a=C044&b=C04")
    assert answer.status_code == 404
    assert "claim C04" in text(answer.text)
    assert "Did you mean" in text(answer.text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("verdict=conflicting", r"conflicting"),
        ("partner=OSCE", r"OSCE"),
        ("place=yelnya", r"Yelnya"),
        ("phenomenon=personnel", r"personnel"),
        ("q=mcconville", r"McConville|90,250"),
    ],
)
def test_filter_narrows_the_facts(client, query, expected):
    html = client.get(f"/compare?as_of=2021-12-06&{query}").text
    found, total = map(int, re.search(r"(\d+) facts? of (\d+), as of", text(html)).groups())
    assert 0 < found < total
    rows = re.findall(r'<tr role="row" id="row-.*?</tr>', html, re.DOTALL)
    assert len(rows) == min(found, 100)
    assert all(re.search(expected, text(row)) for row in rows)


def test_filters_keep_what_was_chosen(client):
    html = client.get("/compare?verdict=sole&partner=USA&q=troops&sort=oldest").text
    assert re.search(r'value="sole" checked', html)
    assert re.search(r'<option value="USA" selected', html)
    assert 'value="troops"' in html
    assert re.search(r'<option value="oldest" selected', html)


def test_comparison_is_a_hundred_facts_a_page(client):
    first = client.get("/compare?sort=oldest").text
    second = client.get("/compare?sort=oldest&page=2").text
    one, two = (set(re.findall(r'id="row-([^"]+)"', html)) for html in (first, second))
    assert len(one) == 100
    assert two
    assert not one & two
    assert re.search(r'rel="next" href="[^"]*page=2', first)


def test_page_beyond_the_last_is_calm(client):
    answer = client.get("/compare?page=999")
    assert answer.status_code == 200
    assert "No fact" in text(answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/facts/f-nothing",
        "/claims/nothing",
        "/nothing",
        "/facts/a%2Fb",
        "/claims/%00",
        "/claims/%ff",
        "/static/%00",
        "/static/../app.py",
    ],
)
def test_unknown_address_is_a_calm_404(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Found:" in text(answer.text)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "as_of",
    [
        "hello",
        "2021-13-01",
        "2021-12-06T10:00",
        "9999-12-31",
        "0001-01-01",
        "9999-12-31T23:59:59-23:59",
        "\x00",
        "é" * 500,
        "-1",
    ],
)
@pytest.mark.parametrize("path", ["/", "/compare", "/facts/x", "/map.json", "/picture.json"])
def test_bad_as_of_says_what_was_found_and_expected(client, path, as_of):
    answer = client.get(path, params={"as_of": as_of})
    assert answer.status_code == 400
    assert "a date such as 2021-12-06" in text(answer.text)


@pytest.mark.parametrize(
    "query",
    ["verdict=true", "sort=random", "page=0", "page=-1", "page=abc", "page=%C2%B2", "page=99999999999999999999"],
)
def test_bad_filter_says_what_was_found_and_expected(client, query):
    answer = client.get(f"/compare?{query}")
    assert answer.status_code == 400
    assert "Expected:" in text(answer.text)


@pytest.mark.parametrize(
    "value", ["\x00", "'", '"><script>', "%", "\ud800", "a" * 5000, "{{7*7}}", "../../etc", "😀", "(", "\\"]
)
def test_no_query_breaks_a_page(client, value):
    for name in ("q", "place", "partner", "phenomenon"):
        assert client.get(f"/compare?{name}={quote(value, errors='surrogatepass')}").status_code == 200
    for path in ("/relate?a={0}&b={0}", "/facts?id={0}"):
        assert client.get(path.format(quote(value, errors="surrogatepass"))).status_code in (200, 404)


def test_picture_is_published_with_its_digest_as_etag(client, desk):
    answer = client.get("/picture.json?as_of=2021-12-06")
    picture = desk.picture("2021-12-06")
    assert answer.text == picture.to_json()
    assert answer.headers["etag"] == f'"{picture.digest}"'
    again = client.get("/picture.json?as_of=2021-12-06", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


def test_every_cell_is_shown_as_text(hostile_client):
    html = hostile_client.get("/compare").text
    fact = fact_ids(html)[0]
    pages = [html, *(hostile_client.get(path).text for path in ("/", f"/facts/{fact}", "/claims/X2"))]
    pages.append(hostile_client.get("/claims/" + quote('X1"><script>alert(1)</script>', safe="")).text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>UKR border</b>" not in page
        assert "\x1b" not in page
        assert "javascript:alert" not in re.sub(r">[^<]*<", "><", page)
    assert "&lt;script&gt;" in "".join(pages)
    assert "{{ 7*7 }}" in "".join(pages)


def test_only_web_addresses_become_links(hostile_client):
    html = hostile_client.get("/claims/X2").text
    assert re.search(r'<a href="http://ada\.example/\?a=1&amp;b=&#34;2" rel="noreferrer noopener">', html)
    hostile = hostile_client.get("/claims/" + quote('X1"><script>alert(1)</script>', safe="")).text
    assert "not a web link" in text(hostile)


def test_unmarked_claim_stays_here(hostile_client):
    assert "Stays here: unmarked: owner only" in text(hostile_client.get("/claims/X2").text)


def test_about_names_the_licence_of_the_outlines(client):
    said = text(client.get("/about").text)
    assert "Natural Earth" in said
    assert "visionscarto" in said
    assert "A/RES/68/262" in said


def test_navigation_shows_only_what_exists(client):
    for path in ("/", "/compare", "/about", "/relate", "/claims/C042"):
        html = client.get(path).text
        for address in set(re.findall(r'href="(/[^"#]*)"', html)):
            assert client.get(unescape(address)).status_code == 200, address


def test_glyph_of_every_mark_exists(client):
    html = client.get("/").text
    assert {f"g-{key}" for key in MARKS} <= set(re.findall(r'<symbol id="([^"]+)"', html))
    assert set(Stance) - set(ASIDE) == {Stance.SUPPORTS, Stance.OPPOSES}


def test_a_contested_fact_says_what_it_comes_to_without_each_source(client):
    said = text(client.get(f"/facts/{contested(client)}?as_of=2021-12-06").text)
    assert "Weighed: how many (personnel)" in said
    assert "not calibrated" in said
    assert "Source left out" in said
    assert "Without it" in said
