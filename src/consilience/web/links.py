"""Links: where the pages lead. Every view has an address, and it carries the day it is as of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the pages as of one time. In a single file, facts are places in it and the rest leads nowhere."""

    as_of: str
    in_file: bool = False

    def situation(self, as_of: str = "") -> str:
        """The situation as of this view's time, or another."""
        return self._to("/", [("as_of", as_of or self.as_of)])

    def compare(self, pairs: Iterable[Pair] = ()) -> str:
        """The comparison, filtered."""
        return self._to("/compare", [("as_of", self.as_of), *pairs])

    def lineage(self) -> str:
        """Who repeats whom."""
        return self._to("/compare/lineage", [("as_of", self.as_of)])

    def conclusions(self, as_of: str = "", question: str = "") -> str:
        """What partners concluded, as of this view's time or another; at one question."""
        at = self._to("/conclusions", [("as_of", as_of or self.as_of)])
        return f"{at}#{question}" if at and question else at

    def warning(self, pairs: Iterable[Pair] = (), as_of: str = "") -> str:
        """How strong, and how grave, as of this view's time or another."""
        return self._to("/warning", [("as_of", as_of or self.as_of), *pairs])

    def hindsight(self, question: str) -> str:
        """One resolved question, looked back on."""
        return self._to(f"/conclusions/{quote(question, safe='')}", [("as_of", self.as_of)])

    def reliability(self) -> str:
        """Of what was said with each word, how much came true."""
        return self._to("/reliability", [("as_of", self.as_of)])

    def response(self) -> str:
        """What is due, and what was said."""
        return self._to("/response", [("as_of", self.as_of)])

    def calendar(self) -> str:
        """The deadlines as iCalendar."""
        return self._to("/response.ics", [("as_of", self.as_of)])

    def fact(self, fact: str) -> str:
        """One fact."""
        return f"#{fact}" if self.in_file else self._to(f"/facts/{quote(fact, safe='')}", [("as_of", self.as_of)])

    def facts(self, facts: Iterable[str]) -> str:
        """Several facts, as a list."""
        return self._to("/facts", [("as_of", self.as_of), *(("id", fact) for fact in facts)])

    def claim(self, claim: str) -> str:
        """One claim."""
        return self._to(f"/claims/{quote(claim, safe='')}", [("as_of", self.as_of)])

    def relate(self, a: str, b: str) -> str:
        """What two claims are to each other."""
        return self._to("/relate", [("a", a), ("b", b)])

    def waterfall(self, a: str, b: str) -> str:
        """Why two claims are linked, or are not."""
        return self._to("/waterfall", [("as_of", self.as_of), ("a", a), ("b", b)])

    def unsure(self) -> str:
        """The links that are nearly even."""
        return self._to("/compare/unsure", [("as_of", self.as_of)])

    def document(self) -> str:
        """The published picture."""
        return self._to("/picture.json", [("as_of", self.as_of)])

    def release(self, pairs: Iterable[Pair] = ()) -> str:
        """What may go to an audience."""
        return self._to("/release", [("as_of", self.as_of), *pairs])

    def their_document(self, pairs: Iterable[Pair]) -> str:
        """The picture of an audience as it would be published."""
        return self._to("/release/picture.json", [("as_of", self.as_of), *pairs])

    def public(self) -> str:
        """What may be said to everybody."""
        return self._to("/release/public", [("as_of", self.as_of)])

    def public_file(self, form: str) -> str:
        """The same as a file: `md`, `html` or `pdf`."""
        return self._to(f"/release/public.{form}", [("as_of", self.as_of)])

    def rounds(self, session: str = "") -> str:
        """The sessions of sealed answers; one of them."""
        return self._to(f"/rounds/{quote(session, safe='')}" if session else "/rounds", [("as_of", self.as_of)])

    def exchange(self) -> str:
        """What passes between this node and its partners' nodes."""
        return self._to("/exchange", [("as_of", self.as_of)])

    def map(self) -> str:
        """What the map shows."""
        return self._to("/map.json", [("as_of", self.as_of)])

    def _to(self, path: str, pairs: list[Pair]) -> str:
        return "" if self.in_file else f"{path}?{urlencode(pairs, errors='replace')}"


def outside(url: str) -> str:
    """A source's address when a link to it is safe to offer, else nothing: only http and https are."""
    return url if url.startswith(("https://", "http://")) else ""
