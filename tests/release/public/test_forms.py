"""The three forms: the same words, the same bytes each time, nothing in a name becomes markup, and a PDF that can be read aloud."""

import io
import re
from datetime import date
from html import unescape

import pikepdf
import pytest
from markdown_it import MarkdownIt

from consilience.errors import ConsilienceError
from consilience.node.publish import known
from consilience.release.public.forms import FORMS, written
from consilience.release.public.sentence import Part, PublicStatement, Sentence
from consilience.release.public.statement import statement

HOSTILE = [
    "<script>alert(1)</script> & <b>", "[a](javascript:x) *b* _c_ `d` # e | f ~~g~~", "#eval(\"1\") $x$ @ref <label> \\",
    "1. one", "- two", "{{ 7*7 }} {% raw %}", "двічі “三” 🙂", "&lt;not&gt; &#35;",
]  # fmt: skip


def made(*texts, subject="A *subject* <of> #it"):
    sentences = tuple(Sentence(text) for text in texts)
    return PublicStatement(
        "Public statement", subject, "23 November 2021", date(2021, 11, 23), (Part("Part", sentences),)
    )


def opened(data):
    return pikepdf.open(io.BytesIO(data))


def nodes(element):
    """Every element of a structure tree, in order of reading."""
    if isinstance(element, pikepdf.Array):
        for each in element:
            yield from nodes(each)
    elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
        yield element
        yield from nodes(element.get("/K"))


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_same_words_give_the_same_bytes(form, winter):
    said = statement(known(winter, "2021-11-23"))
    assert written(said, form) == written(said, form)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_grounds_change_no_byte(form, winter):
    said = statement(known(winter, "2021-11-23"))
    bare = made(*(each.text for each in said.sentences))
    grounded = PublicStatement(bare.title, bare.subject, bare.day, bare.known_by, (Part("Part", said.sentences),))
    assert any(each.grounds.claims for each in grounded.sentences)
    assert written(bare, form) == written(grounded, form)


def test_markdown_and_html_say_hostile_words_to_the_letter():
    said = made(*HOSTILE)
    for html in (
        MarkdownIt("commonmark").enable("strikethrough").render(written(said, ".md").decode()),
        written(said, ".html").decode(),
    ):
        told = [unescape(found) for found in re.findall(r"<(?:li|p)[^>]*>(.*?)</(?:li|p)>", html)]
        assert [text for text in HOSTILE if text not in told] == []
        assert "<script" not in html
        assert "href" not in html


def test_the_pdf_says_hostile_words_to_the_letter_as_data():
    said = made(*(text.replace("三", "").replace("🙂", "") for text in HOSTILE))
    data = written(said, ".pdf")
    assert len(list(nodes(opened(data).Root.StructTreeRoot.K))) == 3 + 1 + len(
        HOSTILE
    )  # document, title, known by; heading
    assert data == written(said, ".pdf")


def test_a_letter_that_no_font_has_is_named():
    with pytest.raises(ConsilienceError, match="三"):
        written(made("on 三"), ".pdf")


def test_the_pdf_is_tagged_titled_in_english_and_claims_the_standards_it_was_held_to(winter):
    said = statement(known(winter, "2021-11-23"))
    pdf = opened(written(said, ".pdf"))
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang == "en"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.docinfo.Title == "Public statement: Winter 2021-22: forces around Ukraine, 23 November 2021"
    with pdf.open_metadata() as meta:
        assert meta["pdfuaid:part"] == "1"
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")
    tags = [str(each.S) for each in nodes(pdf.Root.StructTreeRoot.K)]
    assert tags[:3] == ["/Document", "/Title", "/P"]
    assert tags.count("/H1") == len(said.parts)
    assert tags.count("/P") == 1 + len(said.sentences)


def test_the_pdf_holds_no_name_clock_or_machine():
    pdf = opened(written(made("a"), ".pdf"))
    assert set(pdf.docinfo) == {"/Title", "/Creator", "/CreationDate", "/ModDate"}
    assert {str(pdf.docinfo[name]) for name in ("/CreationDate", "/ModDate")} == {"D:20211123000000Z"}
    assert str(pdf.docinfo["/Creator"]).startswith("Typst ")
    with pdf.open_metadata() as meta:
        assert not {name for name in meta if "creator" in name.lower() and not name.endswith("CreatorTool")}


def test_the_page_asks_nothing_of_anybody_and_runs_nothing():
    html = written(made("a"), ".html").decode()
    assert not re.search(r"<(script|link|img|iframe|form)|src=|url\(|@import", html)
    assert '<html lang="en">' in html
