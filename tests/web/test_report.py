"""The single file: complete, self-contained, and safe to open."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from consilience.errors import UsageError
from consilience.web.report import single_file


@pytest.fixture(scope="module")
def report(desk):
    return single_file(desk, "2022-02-24")


def test_report_is_self_contained(report):
    assert "<script" not in report
    assert "<link" not in report
    assert not re.findall(r'(?:src|srcset|poster|data)="(?!data:)', report)
    assert not re.findall(r'href="(?!#|https?://)', report)
    assert not re.findall(r"@import|url\((?!#)(?!\.\./vendor)", report)


def test_report_asks_for_no_font_file(report):
    assert "url(" not in report


def test_report_is_small(report):
    assert len(report.encode()) < 1_000_000


def test_report_tells_every_fact_and_claim(report, desk):
    picture = desk.picture("2022-02-24")
    for fact in picture.facts:
        assert f'id="{fact.id}"' in report
    for claim in picture.claims:
        assert claim.id in report
    assert picture.digest in report
    assert "A statement of 5 December 2021" in report


def test_links_within_the_report_lead_somewhere(report):
    ids = set(re.findall(r'\bid="([^"]+)"', report))
    assert set(re.findall(r'href="#([^"]+)"', report)) <= ids


def test_report_is_balanced_markup(report):
    class Balance(HTMLParser):
        void = ("meta", "link", "input", "br", "img", "path", "use", "rect")

        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            if tag not in self.void:
                self.open.append(tag)

        def handle_endtag(self, tag):
            if tag not in self.void:
                assert self.open.pop() == tag, (tag, self.getpos())

        def handle_startendtag(self, tag, attrs):
            pass

    parser = Balance()
    parser.feed(report)
    assert not parser.open


def test_report_escapes_every_cell(hostile_desk):
    html = single_file(hostile_desk)
    assert "<script" not in html
    assert "<img" not in html
    assert "\x1b" not in html
    assert 'href="javascript' not in html
    assert "=HYPERLINK(" in unescape(html)


def test_same_picture_gives_the_same_report(desk, report):
    assert single_file(desk, "2022-02-24") == report


def test_report_of_a_bad_day_is_refused(desk):
    with pytest.raises(UsageError, match="a date such as"):
        single_file(desk, "hello")
