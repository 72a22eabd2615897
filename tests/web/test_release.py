"""The Release page: what would go, what stays and why; for the node's own people alone, and it changes nothing."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from consilience.intake.holdings import Intake
from consilience.model.identity import PartnerId
from consilience.model.marking import Tlp
from consilience.model.roster import Group, Member
from consilience.node import amend
from consilience.node.node import open_node
from consilience.node.record import Recorder
from consilience.release.policy import Rule
from consilience.trust.roster import with_group, with_member
from consilience.web.app import create_app
from consilience.web.site import Site
from consilience.web.words import RULES
from tests.simulator import EXERCISE, alliance, row

BASE = "http://127.0.0.1:8321"
NAMES = {"AUR": "Aurelia", "BOR": "Borea", "CAL": "Caldera", "LAMPEX": "Lamp observers"}


def text(html):
    """What a reader sees of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def shelf(html, key):
    """One table of the page, as text."""
    found = re.search(rf'<section class="box shelf" id="{key}".*?</section>', html, re.DOTALL)
    return text(found[0]) if found else ""


def rows(html, key):
    """How many rows one table of the page has."""
    found = re.search(rf'<section class="box shelf" id="{key}".*?</section>', html, re.DOTALL)
    return found[0].count('<tr role="row"') - 1 if found and "<table" in found[0] else 0


def name_all(node):
    for code, name in NAMES.items():
        if code == node.partner:
            continue
        member = Member(
            PartnerId(code), name, clearance=(("NATIONAL", 3),) if code == "BOR" else (),
            accredited=frozenset({"HUMINT"} if code == "LAMPEX" else ()), reach=Tlp.AMBER_STRICT,
        )  # fmt: skip
        node.adopt(lambda roster, now, member=member: with_member(roster, member, now))


def asking(node):
    """A function that asks the pages of a node for one, as HTML."""
    client = TestClient(create_app(Site(node.desk(), node)), base_url=BASE)

    def ask(path, status=200):
        answer = client.get(path)
        assert answer.status_code == status, text(answer.text)
        return answer.text

    ask.client = client
    return ask


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR")
        name_all(found["AUR"])
        yield found


@pytest.fixture
def node(allies):
    return allies["AUR"]


@pytest.fixture
def get(node):
    """Asks the node for a page."""
    return asking(node)


@pytest.fixture
def exercise(node):
    """The node with the exercise in its ledger, for a test that goes on from there."""
    Recorder(node).record([EXERCISE], Intake())
    return node


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    """A node with the exercise in its ledger, for tests that only look."""
    with alliance(tmp_path_factory.mktemp("drill")) as found:
        found.join("AUR")
        name_all(found["AUR"])
        Recorder(found["AUR"]).record([EXERCISE], Intake())
        yield found["AUR"]


@pytest.fixture(scope="module")
def see(drill):
    """Asks that node for a page."""
    return asking(drill)


def decided(node, *codes):
    return node.decision(node.audience(codes))


# --- What it says -------------------------------------------------------------------------------------------------------


def test_the_bottom_line_counts_what_the_decision_counts(drill, see):
    found = decided(drill, "BOR")
    whole = sum(given.is_whole for given in found.given)
    part = len(found.given) - whole
    assert whole
    assert part
    said = text(see("/release?to=BOR"))
    assert (
        f"To Borea (BOR): {whole} claims whole, {part} in part, {len(found.withheld)} stay. "
        "Nothing has been released to it yet." in said
    )
    assert said.index("Bottom line.") < said.index("Goes whole")


def test_each_withheld_claim_is_listed_with_every_rule_against_it(drill, see):
    html = see("/release?to=BOR")
    words = {item.rule: item.word for item in RULES}
    assert rows(html, "stays") == len(decided(drill, "BOR").withheld)
    for kept in decided(drill, "BOR").withheld:
        line = re.search(rf'<tr role="row"><th[^>]*><a[^>]*>{kept.held.name}</a>.*?</tr>', html, re.DOTALL)[0]
        for refusal in kept.refusals:
            assert f"<b>{words[refusal.rule]}</b>" in line
            assert f'href="#g-{refusal.rule.value}"' in line


def test_a_rule_filters_what_stays_and_its_count_is_told(drill, see):
    page = see("/release?to=BOR")
    words = {item.rule: item.word for item in RULES}
    for rule, count in decided(drill, "BOR").by_rule.items():
        assert f"{count} {words[rule]}" in text(page)
        html = see(f"/release?to=BOR&rule={rule.value}")
        assert rows(html, "stays") == count
        assert rows(html, "whole") == rows(page, "whole")


def test_every_rule_has_its_words_and_its_glyph(see):
    assert [item.rule for item in RULES] == list(Rule)
    symbols = set(re.findall(r'<symbol id="g-([^"]+)"', see("/release")))
    assert {rule.value for rule in Rule} | {"leaves", "stays", "part", "parted", "unseen", "withdrawn"} <= symbols


def test_a_claim_in_part_names_the_columns_that_are_cut_and_the_rule(drill, see):
    said = shelf(see("/release?to=BOR"), "part")
    assert re.search(r"A2 AUR .* source not a recipient only for AUR, not BOR", said)
    assert re.search(r"A6 AUR .* origins names replaced .* pseudonym", said)


def test_every_claim_of_the_page_links_to_its_own(drill, see):
    html = see("/release?to=BOR")
    links = set(re.findall(r'href="(/claims/[^"]+)"', html))
    assert len(links) == 16
    for link in links:
        see(unescape(link))


def test_names_stand_with_their_codes(drill, see):
    said = text(see("/release"))
    for code, name in NAMES.items():
        if code != "AUR":
            assert f"{code} {name}" in said
            assert f"{name} ({code})" in said
    assert "Node: AUR" in said
    assert "NATIONAL SECRET" in said


def test_several_partners_get_what_each_of_them_may_have(drill, see):
    found = decided(drill, "BOR", "CAL")
    said = text(see("/release?to=BOR&to=CAL"))
    assert f"To Borea (BOR) and Caldera (CAL) together: {sum(one.is_whole for one in found.given)} claim" in said
    assert "consilience release --to BOR --to CAL" in said
    assert "--out" not in said
    assert text(see("/release?to=BOR,CAL")).count("together") == said.count("together")


def test_a_group_is_its_members(exercise, get):
    exercise.adopt(lambda roster, now: with_group(roster, Group("PAIR", frozenset({"BOR", "CAL"})), now))
    said = text(get("/release?to=PAIR"))
    assert "To Borea (BOR) and Caldera (CAL) together" in said
    assert "PAIR BOR, CAL a group" in said
    assert "consilience release --to PAIR" in said


def test_the_public_gets_what_anybody_may_have(drill, see):
    found = decided(drill, "PUBLIC")
    assert f"To the public (PUBLIC): {len(found.given)} claims whole" in text(see("/release?to=PUBLIC"))


def test_a_purpose_is_asked_for_and_kept_in_every_link(drill, see):
    html = see("/release?to=CAL&use=exercise%20play")
    assert 'value="exercise play"' in html
    assert "--use 'exercise play'" in text(html)
    assert all("use=exercise" in link for link in re.findall(r'href="(/release\?[^"]*to=[^"]*)"', html))


# --- What they have had -------------------------------------------------------------------------------------------------


def test_what_is_new_is_told_against_what_they_have_had(allies, exercise, get):
    exercise.release(decided(exercise, "BOR"))
    assert "No claim is new: all of it went by 19 June 2031." in text(get("/release?to=BOR"))
    allies.record("AUR", row("N1", "REL TO BOR"))
    html = get("/release?to=BOR")
    assert "1 is new to it since the last release, of 19 June 2031." in text(html)
    assert re.search(r"N1 AUR .* new", shelf(html, "whole"))


def test_a_withdrawn_claim_is_marked_before_and_after_they_are_told(allies, exercise, get):
    allies.record("AUR", row("N1", "REL TO BOR"))
    exercise.release(decided(exercise, "BOR"))
    amend.retract(exercise, "N1", "wrong ridge")
    assert "1 withdrawal is yet to be told." in text(get("/release?to=BOR"))
    said = shelf(get("/release?to=BOR"), "had")
    assert re.search(r"N1 19 Jun 2031 [\d:]+ UTC withdrawn here, and they were not told yet", said)
    exercise.release(decided(exercise, "BOR"))
    said = shelf(get("/release?to=BOR"), "had")
    assert re.search(r"N1 19 Jun 2031 [\d:]+ UTC withdrawn since, and they were told", said)
    assert "retraction: wrong ridge" in said


def test_what_would_stay_now_is_told_beside_what_went(allies, exercise, get):
    allies.record("AUR", row("N1", "REL TO BOR"))
    exercise.release(decided(exercise, "BOR"))
    amend.mark(exercise, "N1", "REL TO CAL", "the source asked for it")
    assert re.search(r"N1 .* stands; it would stay here now", shelf(get("/release?to=BOR"), "had"))


def test_pages_follow_a_ledger_that_another_process_writes(exercise, get):
    assert "N9" not in get("/release?to=BOR")
    with open_node(exercise.home, exercise.clock) as other:
        Recorder(other).record([_one_row(exercise, "N9")], Intake())
    assert "N9" in get("/release?to=BOR")
    assert "Claim N9" in text(get("/claims/N9"))
    assert "17 claims by" in text(get("/"))


def _one_row(node, name):
    file = node.home.folder.parent / "other.csv"
    cells = row(name, "REL TO BOR")
    file.write_text(",".join(cells) + "\n" + ",".join(f'"{cell}"' for cell in cells.values()) + "\n", encoding="utf-8")
    return file


# --- Their picture ------------------------------------------------------------------------------------------------------


def test_their_picture_is_what_a_page_that_shows_only_theirs_publishes(drill, see):
    theirs = see.client.get("/release/picture.json?to=BOR")
    seen = TestClient(create_app(Site(drill.desk(drill.audience(["BOR"])))), base_url=BASE)
    assert theirs.content == seen.get("/picture.json").content
    assert theirs.headers["etag"] == seen.get("/picture.json").headers["etag"]
    assert theirs.content != see.client.get("/picture.json").content


def test_how_their_picture_differs_is_said_in_words(drill, see):
    said = text(see("/release?to=BOR"))
    assert "1 fact is corroborated for us, circular for them: DRA equipment: tank, North Depot" in said
    assert "facts of ours they would not see" in said
    assert "Their picture as JSON" in said


# --- It changes nothing, and is not there without a node ------------------------------------------------------------------


def test_the_page_records_nothing(drill, see):
    size = drill.ledger.size()
    for path in ("/release", "/release?to=BOR", "/release/picture.json?to=BOR"):
        see(path)
        assert see.client.post(path).status_code == 405
    assert drill.ledger.size() == size
    assert drill.ledger.logs() == ("main",)
    assert "consilience release --to BOR --out bor.json" in text(see("/release?to=BOR"))


@pytest.mark.parametrize(
    "path", ["/release", "/release?to=BOR", "/release/picture.json", "/release/picture.json?to=BOR"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_without_a_node_the_address_is_as_unknown_as_any(client, path, method):
    answer, other = client.request(method, path), client.request(method, path.replace("release", "nowhere"))
    assert answer.status_code == other.status_code == 404
    assert answer.text.replace("/release", "/nowhere") == other.text
    assert {name: answer.headers[name] for name in answer.headers if name != "content-length"} == {
        name: other.headers[name] for name in other.headers if name != "content-length"
    }


def test_without_a_node_no_page_speaks_of_releases(client):
    for path in ("/", "/compare", "/about", "/claims/C042", "/nowhere"):
        page = client.get(path).text
        assert "/release" not in page
        assert 'class="passage' not in page


# --- Attacks --------------------------------------------------------------------------------------------------------------


def crawl(client, *starts):
    """Every address that pages link to, with what it answers."""
    answers, waiting = {}, list(starts)
    while waiting:
        path = waiting.pop()
        if path in answers or len(answers) > 600:
            continue
        answer = client.get(path)
        answers[path] = answer.text
        for link in re.findall(r'(?:href|data-items|data-outlines)="(/[^"#]*)', answer.text):
            if not link.startswith("/static/"):
                waiting.append(unescape(link))
    return answers


def test_what_is_withheld_is_in_no_page_listing_error_or_document_of_those_it_is_withheld_from(allies, node):
    hidden = [
        row("ZQHIDDEN1", "OWNER ONLY", text="zqsecret"),
        row("ZQHIDDEN2", "REL TO CAL", partner="CAL", best="777", unit="persons", source="zqsource"),
        row("ZQHIDDEN3", "", place="Zqplace", lat="-75", lon="20", radius_km="1"),
    ]
    shown = [
        row("S1", "REL TO BOR, CAL", best="450", unit="persons", origins="ZQHIDDEN1"),
        row("S2", "REL TO BOR", partner="BOR", best="200", unit="persons"),
        row("S3", "TLP:CLEAR", about="ZQHIDDEN2"),
        row("S4", "REL TO BOR", text="zqtext", portions="text = OWNER ONLY"),
    ]
    allies.record("AUR", *hidden, *shown)
    site = Site(node.desk(node.audience(["BOR"])))
    with TestClient(create_app(site), base_url=BASE) as client:
        asked = [
            "/", "/compare", "/about", "/relate?a=S1&b=S2", "/relate?a=S&b=S2", "/claims/S", "/claims/s1", "/facts?id=x",
            "/picture.json", "/map.json", "/nowhere", "/?as_of=x", "/compare?q=zq", "/compare?place=q", "/facts/f-0",
            "/?as_of=2031-06-30", "/picture.json?as_of=2031-06-30", "/compare?page=0",
        ]  # fmt: skip
        answers = crawl(client, *asked)
        assert len(answers) > 30
        assert any("S4" in page for page in answers.values())
        told = re.compile("zq", re.IGNORECASE)
        assert all(told.search(asking(node)(path)) for path in ("/", "/compare", "/picture.json", "/release?to=BOR"))
        for path, page in answers.items():
            body = page.replace('value="zq"', "").replace("q=zq", "")  # what the asker itself typed
            assert not told.search(body), path
        for hidden_path, other_path in (
            ("/claims/ZQHIDDEN1", "/claims/ZQNOTHING"), ("/relate?a=ZQHIDDEN1&b=S1", "/relate?a=ZQNOTHING&b=S1"),
        ):  # fmt: skip
            one, other = client.get(hidden_path), client.get(other_path)
            assert one.status_code == other.status_code == 404
            assert one.text.replace("ZQHIDDEN1", "ZQNOTHING") == other.text


HOSTILE = '"><script>alert(1)</script>{{7*7}}'


def test_hostile_names_markings_and_ids_stay_text(allies, node, get):
    bad = Member(PartnerId("EVE"), f"Eve{HOSTILE}")
    node.adopt(lambda roster, now: with_member(roster, bad, now))
    escaped = HOSTILE.replace('"', '""')
    allies.record(
        "AUR",
        row(f"X1{escaped}", "REL TO EVE", partner="EVE"),
        row("X2", f"REL TO EVE//{escaped}", place=f"<b>{escaped}", text=escaped),
        row(f"X3{escaped}", "REL TO EVE", text=escaped, portions=f"text = {escaped}"),
    )
    node.release(decided(node, "EVE"))
    use = quote(HOSTILE)
    pages = [get(path) for path in ("/", "/release", "/release?to=EVE", f"/release?to=EVE&use={use}", "/compare")]
    for page in pages:
        assert "<script>alert" not in page
        assert "<b>&#34;" not in page
        assert "49" not in re.findall(r"\{\{.*?\}\}|alert\(1\)</script>(\d+)", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in pages[2]
    for path in (f"/release?to={use}", f"/release?to=EVE&rule={use}", f"/release?to=EVE&list={use}"):
        assert "<script>alert" not in get(path, 400)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("to=XXX", "not on the roster"),
        ("to=bor", "not on the roster"),
        ("to=%00", "not on the roster"),
        ("to=BOR&rule=hello", "Expected: one of level"),
        ("to=BOR&list=all", "Expected: one of whole"),
        ("to=BOR&page=0", "a page number from 1"),
        ("to=BOR&page=%C2%B2", "a page number from 1"),
        ("to=BOR&use=" + "a" * 101, "a purpose of at most 100"),
        ("to=BOR&as_of=hello", "a date such as"),
    ],
)
@pytest.mark.parametrize("path", ["/release", "/release/picture.json"])
def test_what_cannot_be_asked_is_answered_calmly(see, path, query, expected):
    page = see(f"{path}?{query}", 400)
    assert expected in text(page)
    assert "Traceback" not in page


def test_no_audience_has_no_picture(see):
    assert "at least one partner" in text(see("/release/picture.json", 400))


# --- Sizes ----------------------------------------------------------------------------------------------------------------


def test_a_long_list_is_a_hundred_rows_a_page(allies, node, get):
    allies.record("AUR", *(row(f"H{number:03}") for number in range(250)), row("G1", "REL TO BOR"))
    first = get("/release?to=BOR")
    assert "Stays here: 250 claims" in text(first)
    assert rows(first, "stays") == 100
    following = unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    second = get(following)
    assert rows(second, "stays") == 100
    assert "H100" in second
    assert "H099" not in second
    assert not shelf(second, "whole")
    last = get(unescape(re.search(r'rel="next" href="([^"]+)"', second)[1]))
    assert rows(last, "stays") == 50
    assert 'rel="next"' not in last
    assert "No row is on page 9" in text(get("/release?to=BOR&list=stays&page=9"))
    assert "Stays here: 250 claims by the rule" in text(get("/release?to=BOR&rule=recipients&list=stays&page=2"))


def test_without_partners_the_page_says_how_to_add_one(tmp_path):
    with alliance(tmp_path) as lone:
        lone.join("AUR")
        with TestClient(create_app(Site(lone["AUR"].desk(), lone["AUR"])), base_url=BASE) as client:
            said = text(client.get("/release").text)
            assert "No partner is on the roster yet" in said
            assert "consilience partner add" in said
            assert "The ledger holds no claim yet" in said
            assert client.get("/release?to=PUBLIC").status_code == 200


# --- The words of custody on the other pages ----------------------------------------------------------------------------


def test_a_claim_says_whether_it_stays_or_leaves_and_to_whom(drill, see):
    assert "Leaves this node, to BOR and CAL marked REL TO BOR, CAL" in text(see("/claims/A1"))
    assert "Stays here unmarked: owner only" in text(see("/claims/A4"))
    assert "a part of them may leave" in text(see("/claims/A2"))


def test_a_fact_carries_the_join_of_what_it_rests_on(drill, see):
    said = text(see("/compare"))
    assert "Stays here, as A8 does" in said
    assert "Leaves this node, to anybody" in said


def test_claims_that_join_to_nobody_are_no_joint_product_and_that_is_said(allies, node, get):
    allies.record(
        "AUR",
        row("J1", "REL TO BOR", best="450", unit="persons", period_from="2031-06-08", period_to="2031-06-08"),
        row("J2", "REL TO CAL", partner="CAL", best="200", unit="persons", period_from="2031-06-08",
            period_to="2031-06-08"),
    )  # fmt: skip
    said = "No joint product: both claims may leave this node, but nobody may have both"
    page = get("/compare")
    assert said in text(page)
    fact = re.search(r'data-fact="([^"]+)"', page)[1]
    assert said in text(get(f"/facts/{fact}"))
    assert said in text(get.client.get(f"/facts/{fact}", headers={"HX-Request": "true"}).text)
    situation = text(get("/"))
    assert situation.count(said) == 2  # in the panel and in the table
    assert "The picture as a whole is no joint product: both claims" in situation


def test_the_picture_as_a_whole_says_that_it_stays(drill, see):
    said = text(see("/"))
    assert re.search(r"The picture as a whole stays here: \d+ of its 16 claims do", said)
    assert said.index("The picture as a whole") < said.index("What each partner knows")
