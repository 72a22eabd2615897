"""PDF: a public statement as a tagged document (PDF/UA-1, ISO 14289-1, and PDF/A-2a), the same bytes for the same words.

Typst sets it. Words go in as data and never as markup; no font, package or file of the machine is read, and no clock.
"""

from __future__ import annotations

import json

import typst

from consilience.errors import ConsilienceError
from consilience.intake.setaside import printable
from consilience.release.public.sentence import PublicStatement

_SOURCE = r"""
#let said = json(bytes(sys.inputs.said))
#set document(title: said.name, author: (), keywords: (), date: datetime(year: said.date.at(0), month: said.date.at(1), day: said.date.at(2)))
#set page(paper: "a4", margin: (x: 26mm, y: 24mm), numbering: "1 / 1", number-align: center)
#set text(font: "Libertinus Serif", size: 11pt, lang: "en", hyphenate: false)
#set par(leading: 0.68em, spacing: 1em, justify: false)
#show title: set text(size: 22pt)
#show heading: set text(size: 12.5pt)
#show heading: set block(above: 1.7em, below: 0.85em, sticky: true)
#title(said.title)
#text(fill: luma(80), said.known)
#for part in said.parts {
  heading(level: 1, part.title)
  for sentence in part.sentences { par(sentence) }
}
"""


def pdf(said: PublicStatement) -> bytes:
    """The statement as PDF.

    Raises:
        ConsilienceError: a letter that no font of the typesetter has: a reader would see a box, and hear nothing.
    """
    subject = f"{said.subject}. " if said.subject else ""
    words = {
        "name": f"{said.title}: {said.subject}, {said.day}" if said.subject else f"{said.title}, {said.day}",
        "title": said.title,
        "date": [said.known_by.year, said.known_by.month, said.known_by.day],
        "known": f"{subject}Known by {said.day}.",
        "parts": [{"title": part.title, "sentences": [each.text for each in part.sentences]} for part in said.parts],
    }
    compiler = typst.Compiler(_SOURCE.encode(), font_paths=typst.Fonts(include_system_fonts=False))
    try:
        made = compiler.compile(
            format="pdf", sys_inputs={"said": json.dumps(words)}, pdf_standards=["ua-1", "a-2a"], timestamp=0
        )
    except typst.TypstError as error:
        next_step = "As .md and .html the statement holds every letter."
        raise ConsilienceError(
            "PDF", printable(error.message), "Latin, Greek or Cyrillic letters", next_step
        ) from error
    if not isinstance(made, bytes):
        raise TypeError(f"Typst gave {type(made).__name__}, not one file")
    return made
