"""The Rounds pages: what they show, who may act on them, and that what is sealed is in none of them."""

import re
from dataclasses import replace
from html import unescape

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from consilience.model.period import parse_moment
from consilience.node.rooted import Footing, grounds
from consilience.node.sessions import standings
from consilience.web.app import create_app
from consilience.web.seat import Seat
from consilience.web.session import page
from consilience.web.site import Site
from consilience.web.view import View
from tests.node.rounds import answer, exchange, put, reveal, round_of, sign, stands
from tests.simulator import alliance, row

BASE = "http://127.0.0.1:8321"
ALL = ("AUR", "BOR", "CAL")
FORM = {
    "act": "seal", "percent-yes": "30", "percent-no": "70", "word-yes": "unlikely", "word-no": "likely",
    "confidence": "moderate",
}  # fmt: skip


@pytest.fixture
def three(tmp_path):
    """Three nodes; AUR told A1 to all and A2 to BOR alone."""
    with alliance(tmp_path) as found:
        found.join(*ALL)
        found.record("AUR", row("A1", "REL TO BOR, CAL"), row("A2", "REL TO BOR"))
        for other in ("BOR", "CAL"):
            found.release("AUR", other)
        yield found


def pages(allies, code, *, seated=True, acts=True):
    """A browser at a node's pages."""
    node = allies[code]
    seat = Seat() if acts else None
    client = TestClient(create_app(Site(node.desk(), node, seat=seat)), base_url=BASE, follow_redirects=False)
    if seated and seat:
        assert client.get(seat.link).status_code == 303
    return client


def text(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def token(html):
    return re.search(r'name="token" value="([^"]*)"', html)[1]


def send(client, path, form, **headers):
    """Post a form as the page would, with the token that the page holds."""
    held = token(client.get(path).text)
    return client.post(path, data={"token": held, **form}, headers=headers)


# --- Acting -------------------------------------------------------------------------------------------------------------


def test_a_question_is_put_answered_opened_discussed_and_signed_on_the_pages(three):
    clients = {code: pages(three, code) for code in ALL}
    asked = {
        "text": "Will the ridge be crossed?", "name": "crossing", "hypotheses": "yes = it is crossed", "rest": "no = it is not",
        "horizon": "2032-08-01", "threshold": "yes = 20", "commit": "2h", "with": ["BOR", "CAL"],
    }  # fmt: skip
    done = send(clients["AUR"], "/rounds", asked)
    assert done.status_code == 303, text(done.text)
    path = done.headers["location"].partition("?")[0]
    exchange(three)
    for number in (1, 2):
        for code, percent in zip(ALL, (30, 33, 71 if number == 1 else 40), strict=True):
            words = {
                "word-yes": "likely" if percent == 71 else "unlikely",
                "word-no": "unlikely" if percent == 71 else "likely",
            }
            form = {**FORM, "percent-yes": str(percent), "percent-no": str(100 - percent), **words}
            form |= {"claim": "A1"} if code == "AUR" else {}
            done = send(clients[code], path, form)
            assert done.status_code == 303, text(done.text)
            assert "Sealed" in text(clients[code].get(done.headers["location"]).text)
        exchange(three)
        for code in ALL:
            assert send(clients[code], path, {"act": "reveal"}).status_code == 303
        if number == 1:
            assert send(clients["BOR"], path, {"act": "note", "text": "the ford is under water"}).status_code == 303
        exchange(three)
    shown = text(clients["CAL"].get(path).text)
    assert "Different conclusions. divergent" in shown
    assert "Stands apart: CAL" in shown
    assert "the ford is under water" in shown
    assert "A1 from AUR/A1: verified here" in shown
    for code in ALL:
        assert send(clients[code], path, {"act": "conclude"}).status_code == 303
    exchange(three)
    digests = {re.search(r'<p class="digest">(\w+)</p>', clients[code].get(path).text)[1] for code in ALL}
    assert digests == {sign(three, "AUR", path.rpartition("/")[2]).digest}
    assert "each of these partners signed this result" in text(clients["BOR"].get(path).text)


def test_what_is_sealed_is_in_no_page_but_that_it_is(three):
    session = put(three)
    exchange(three)
    client = pages(three, "AUR")
    form = {**FORM, "linchpins": "the ford stays open"}
    assert send(client, f"/rounds/{session}", form).status_code == 303
    exchange(three)
    for code in ALL:
        html = pages(three, code).get(f"/rounds/{session}").text
        assert "AUR sealed" in text(html), code
        assert "the ford stays open" not in html
        assert not re.search(r"\b30 %", text(html))


def test_numbers_that_do_not_fit_come_back_with_those_that_would_and_nothing_typed_is_lost(three):
    session = put(three)
    client = pages(three, "AUR")
    wrong = {**FORM, "percent-no": "60", "linchpins": "the ford\nthe bridge", "claim": "A1"}
    done = send(client, f"/rounds/{session}", wrong)
    assert done.status_code == 422
    assert "a sum of 90 %" in text(done.text)
    assert "The nearest that fit: yes 35 %, no 65 %" in text(done.text)
    assert "the ford\nthe bridge</textarea>" in done.text
    assert re.search(r'name="claim" value="A1" checked', done.text)
    fitted = send(client, f"/rounds/{session}", {**wrong, "act": "fit"})
    assert "it fits: no 65 %, likely, yes 35 %, unlikely" in text(fitted.text)
    assert 'name="percent-yes" value="35"' in fitted.text
    assert all(each.commitment == "" for each in standings(three["AUR"])[0].answers)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"confidence": ""}, "low, moderate or high"),
        ({"percent-yes": "many"}, "percent, such as 35 or 12.5"),
        ({"percent-yes": ""}, "percent, such as 35 or 12.5"),
        ({"percent-yes": "20", "percent-no": "80", "word-yes": "", "word-no": ""}, "likely or very likely"),
        ({"others": "A2"}, "not told to CAL"),
        ({"others": "A9"}, "no such id of ours"),
        ({"act": "dance"}, "one of the buttons of this page"),
        ({"act": "reveal"}, "nothing that we sealed"),
        ({"act": "note", "text": "x" * 5000}, "5,000 characters"),
        ({"act": "note", "text": "see", "claims": "A2"}, "not told to CAL"),
        ({"act": "abort"}, "text that is not blank"),
        ({"act": "conclude"}, ""),
    ],
)
def test_a_wrong_turn_is_answered_calmly_and_says_nothing_to_anybody(three, change, words):
    session = put(three)
    client = pages(three, "AUR")
    before = three["AUR"].ledger.size()
    done = send(client, f"/rounds/{session}", {**FORM, **change})
    assert done.status_code in (303, 409, 422)
    assert words in text(done.text)
    assert three["AUR"].ledger.size() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"with": []}, "at least one partner beside us"),
        ({"horizon": "soon"}, "a time such as"),
        ({"hypotheses": "yes"}, "ID = TEXT on each line"),
        ({"commit": "2020-01-01"}, "a time after now"),
        ({"name": "The Ridge"}, "lower-case letters"),
        ({"with": ["EVE"]}, "EVE"),
    ],
)
def test_a_question_that_cannot_be_asked_is_kept_and_the_field_is_named(three, change, words):
    asked = {"text": "Will it?", "hypotheses": "yes = it does", "rest": "no = it does not", "horizon": "2032-01-01",
             "commit": "2h", "with": ["BOR"], **change}  # fmt: skip
    done = send(pages(three, "AUR"), "/rounds", asked)
    assert done.status_code == 422
    assert words in text(done.text)
    assert "Will it?</textarea>" in done.text
    assert standings(three["AUR"]) == ()


# --- Who may act ----------------------------------------------------------------------------------------------------------


def test_nobody_acts_without_the_link_of_the_terminal(three):
    session = put(three)
    stranger = pages(three, "AUR", seated=False)
    html = stranger.get(f"/rounds/{session}").text
    assert token(html) == ""
    assert "open the link that consilience serve printed" in text(html)
    for held in ("", "x" * 43):
        done = stranger.post(f"/rounds/{session}", data={**FORM, "token": held})
        assert done.status_code == 403
        assert 'name="percent-yes" value="30"' in done.text
    assert all(each.commitment == "" for each in standings(three["AUR"])[0].answers)


def test_a_link_works_once_and_the_next_one_is_told(three):
    seat, told = Seat(), []
    seat.tell = told.append
    node = three["AUR"]
    client = TestClient(create_app(Site(node.desk(), node, seat=seat)), base_url=BASE, follow_redirects=False)
    link = seat.link
    assert client.head(link).status_code == 400
    assert client.get(f"{link}x").status_code == 400
    first = client.get(link)
    assert (first.status_code, first.headers["location"]) == (303, "/rounds")
    assert "HttpOnly; SameSite=Strict" in first.headers["set-cookie"]
    assert client.get(link).status_code == 400
    assert told == [seat.link]
    assert client.get(told[0]).status_code == 303


def test_one_browser_sits_at_several_nodes_of_one_machine(three):
    seats = {code: Seat() for code in ALL}
    cookies = [seat.take(seat.link.partition("=")[2]).partition(";")[0] for seat in seats.values()]
    sent = Headers({"cookie": "; ".join(cookies)})  # to each of them: a cookie goes to every port
    tokens = {code: seat.token(sent) for code, seat in seats.items()}
    assert all(tokens.values())
    assert len(set(tokens.values())) == len(ALL)
    assert not seats["AUR"].is_held(sent, tokens["BOR"])


@pytest.mark.parametrize("other", ["a[b]=1", '{"j": 1}', 'theme="dark', "=", "\u043a=1"])
def test_a_cookie_of_another_program_on_this_machine_takes_nobody_s_seat(other):
    seat = Seat()
    mine = seat.take(seat.link.partition("=")[2]).partition(";")[0]
    assert seat.token(Headers(raw=[(b"cookie", f"{other}; {mine}".encode())]))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
    ids=["another site", "another port", "origin", "hidden origin"],
)
def test_a_form_of_another_site_does_nothing_even_with_seat_and_token(three, headers):
    session = put(three)
    client = pages(three, "AUR")
    done = send(client, f"/rounds/{session}", FORM, **headers)
    assert done.status_code == 403
    assert all(each.commitment == "" for each in standings(three["AUR"])[0].answers)


def test_the_token_of_another_seat_does_not_count_and_the_form_is_kept(three):
    session = put(three)
    client = pages(three, "AUR")
    done = client.post(f"/rounds/{session}", data={**FORM, "token": "y" * 43})
    assert done.status_code == 403
    assert "Press again" in text(done.text)
    assert client.post(f"/rounds/{session}", data={**FORM, "token": token(done.text)}).status_code == 303


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a=" + b"x" * (1 << 18), "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a%d=1" % n for n in range(2_001)), "application/x-www-form-urlencoded", 400),
        (b"act=\xff", "application/x-www-form-urlencoded", 400),
        (b"act=%ff", "application/x-www-form-urlencoded", 400),
    ],
    ids=["json", "large", "many", "bytes", "no utf-8"],
)
def test_what_is_no_form_is_refused(three, content, media, status):
    session = put(three)
    done = pages(three, "AUR").post(f"/rounds/{session}", content=content, headers={"Content-Type": media})
    assert done.status_code == status


def test_a_demonstration_shows_the_forms_and_lets_nobody_act(three):
    session = put(three)
    client = pages(three, "AUR", acts=False)
    html = client.get(f"/rounds/{session}").text
    assert "These pages show, and do nothing" in text(html)
    assert html.count("<fieldset disabled>") == html.count("<form method")
    assert client.post(f"/rounds/{session}", data=FORM).status_code == 403
    assert client.get("/sit?key=x").status_code == 400


def test_pages_without_a_node_have_no_rounds(three):
    node = three["AUR"]
    seen = TestClient(create_app(Site(node.desk(node.audience(["BOR"])))), base_url=BASE)
    assert seen.get("/rounds").status_code == 404
    assert seen.post("/rounds", data=FORM).status_code == 404
    assert "/rounds" not in seen.get("/").text


def test_a_page_left_open_since_the_first_round_seals_nothing_in_the_second(three):
    session = put(three)
    exchange(three)
    client = pages(three, "AUR")
    left = client.get(f"/rounds/{session}").text
    stale = {**FORM, "token": token(left), "round": re.search(r'name="round" value="(\d)"', left)[1]}
    round_of(three, session, {"AUR": 30, "BOR": 33, "CAL": 45})
    done = client.post(f"/rounds/{session}", data=stale)
    assert done.status_code == 409
    assert "an answer for round 1, from a page that was opened then" in text(done.text)
    assert 'name="percent-yes" value="30"' in done.text
    assert not standings(three["AUR"])[0].rounds[1].of("AUR").commitment
    again = {**stale, "round": re.search(r'name="round" value="(\d)"', done.text)[1]}
    assert client.post(f"/rounds/{session}", data=again).status_code == 303


# --- Reading --------------------------------------------------------------------------------------------------------------


def test_the_list_names_every_session_and_what_is_next(three):
    put(three)
    exchange(three)
    shown = text(pages(three, "BOR").get("/rounds").text)
    assert "Will the ridge be crossed before August?" in shown
    assert "Seal your answer" in shown
    assert "1 h 59 min left" in shown
    assert pages(three, "BOR").get("/rounds/nothing-of-the-kind").status_code == 404


def test_a_late_answer_is_shown_as_late_and_can_still_be_opened(three):
    session = put(three)
    exchange(three)
    for code, percent in (("AUR", 30), ("BOR", 40), ("CAL", 60)):
        answer(three, code, session, percent)
    exchange(three)
    for code in ("AUR", "BOR"):
        reveal(three, code, session)
    exchange(three)
    three.clock.pass_(hours=3)
    client = pages(three, "CAL")
    html = client.get(f"/rounds/{session}").text
    assert "CAL missing" in text(html)
    assert send(client, f"/rounds/{session}", {"act": "late"}).status_code == 303
    exchange(three)
    shown = text(pages(three, "AUR").get(f"/rounds/{session}").text)
    assert "CAL late" in shown
    assert "CAL not counted" in shown
    assert "60 %" in shown


def test_hostile_words_stay_text_and_faults_are_named(three):
    session = put(three, text="<img src=x onerror=alert(1)> will it?")
    exchange(three)
    client = pages(three, "BOR")
    assert send(client, f"/rounds/{session}", {"act": "note", "text": "<script>alert(2)</script>"}).status_code == 303
    exchange(three)
    html = pages(three, "AUR").get(f"/rounds/{session}").text
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(2)" in html


def test_the_numbers_of_the_page_are_those_that_are_signed(three):
    session = put(three)
    exchange(three)
    round_of(three, session, {"AUR": 30, "BOR": 33, "CAL": 45})
    document = sign(three, "AUR", session).result["rounds"][0]["together"]
    shown = text(pages(three, "CAL").get(f"/rounds/{session}").text)
    assert f"Jensen-Shannon divergence {document['concurrence']['divergence']}" in shown
    assert f"{document['pool']['trimmed']['yes']} % answers from 30 to 45 %" in shown
    for name in ("mean", "median", "log"):
        assert re.search(rf"{name} {document['pool'][name]['yes']} % {document['pool'][name]['no']} % CAL by", shown)
    assert "trimmed shown first" in shown
    assert "Furthest from it" in shown


def test_evidence_stands_on_the_page_as_partners_weighed_it_and_whose_basis_is_unknown_is_said(three):
    session = put(three)
    exchange(three)
    worth = {"root": "AUR/A1", "percent": {"yes": 20, "no": 80}}
    answer(three, "AUR", session, 30, {"claims": ["A1"]}, bearings=[worth])
    answer(three, "BOR", session, 33)
    answer(three, "CAL", session, 33)
    exchange(three)
    for code in ALL:
        reveal(three, code, session)
    exchange(three)
    shown = text(pages(three, "CAL").get(f"/rounds/{session}").text)
    assert "evidence shown first" in shown
    assert "AUR/A1 (AUR): 4 times as probable under no as under yes." in shown
    assert "Answers on separate evidence 1 of those whose basis is known" in shown


def test_where_roots_decide_the_page_says_which_are_not_verified_here(three):
    three.record("BOR", row("B1", "REL TO AUR, CAL"))
    for other in ("AUR", "CAL"):
        three.release("BOR", other)
    session = put(three)
    exchange(three)
    answer(three, "AUR", session, 30, {"claims": ["A1"]})
    answer(three, "BOR", session, 33, {"claims": ["B1"]})
    exchange(three)
    three.clock.pass_(hours=2.5)
    exchange(three)
    for code in ("AUR", "BOR"):
        reveal(three, code, session)
    three.clock.pass_(hours=1)
    exchange(three)
    node, found = three["CAL"], stands(three, "CAL", session)
    view = View(node.desk(), parse_moment("2031-06-19"))
    told = grounds(node, found)
    assert page(found, node.partner, view, told).shown[0].doubts == ()
    other = {
        key: tuple(replace(each, here=("AUR/A1",), footing=Footing.DIFFERS) for each in listed)
        for key, listed in told.items()
        if key[1] == "BOR"
    }
    (doubt,) = page(found, node.partner, view, {**told, **other}).shown[0].doubts
    assert doubt == "Basis of BOR: B1, from BOR/B1: reckoned otherwise here, from AUR/A1."
