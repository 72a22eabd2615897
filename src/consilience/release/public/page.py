"""Page: a public statement as one HTML file that opens from disk, prints, asks nothing of any server and runs no script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from consilience.release.public.sentence import PublicStatement

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9ea7b1; --line: #30363d; --paper: #0d1117; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .35rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; padding-top: .9rem; border-top: 1px solid var(--line); }
.known { color: var(--soft); margin: 0; }
p { margin: .55rem 0; }
@media print { body { font-size: 10.5pt; } main { padding: 0; max-width: none; } h2 { break-after: avoid; } p { break-inside: avoid; } }
"""


def page(said: PublicStatement) -> str:
    """The statement as one self-contained page."""
    return "\n".join(_lines(said)) + "\n"


def _lines(said: PublicStatement) -> Iterator[str]:
    title = escape(f"{said.title}: {said.subject}, {said.day}" if said.subject else f"{said.title}, {said.day}")
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>{title}</title>"
    yield f"<style>{_STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield "<main>"
    yield f"<h1>{escape(said.title)}</h1>"
    yield f'<p class="known">{escape(f"{said.subject}. " if said.subject else "")}Known by {escape(said.day)}.</p>'
    for number, part in enumerate(said.parts, start=1):
        yield f'<section aria-labelledby="part-{number}">'
        yield f'<h2 id="part-{number}">{escape(part.title)}</h2>'
        yield from (f"<p>{escape(sentence.text)}</p>" for sentence in part.sentences)
        yield "</section>"
    yield "</main>"
    yield "</body>"
    yield "</html>"
